import { render } from "preact";
import "../ui/base.css";
import { App } from "./App.tsx";
import { applyPreferences } from "./preferences.ts";

applyPreferences();
const root = document.getElementById("app");
if (root) render(<App />, root);

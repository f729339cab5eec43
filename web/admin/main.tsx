import { render } from "preact";
import "../ui/base.css";
import { applyPreferences } from "../operator/preferences.ts";
import { App } from "./App.tsx";

applyPreferences();
const root = document.getElementById("app");
if (root) render(<App />, root);

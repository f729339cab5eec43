import { render } from "preact";
import "../ui/base.css";
import "./styleguide.css";
import { Segmented } from "../ui/Tabs.tsx";
import { chooseLanguage, language, setLanguage } from "../ui/i18n/language.ts";
import { moon } from "../ui/icons.ts";
import { Toasts } from "../ui/Toast.tsx";
import { CallCards } from "./calls.tsx";
import { ConversationCards } from "./conversations.tsx";
import { ControlCards } from "./controls.tsx";

/** `?theme=dark&language=en` open it as it is to be looked at. */
const query = new URLSearchParams(location.search);

function setTheme(theme: string): void {
  document.documentElement.dataset["theme"] = theme;
}

function StyleGuide() {
  return (
    <main class="guide">
      <header class="row wrap">
        <h1 class="h1 grow">Sportello</h1>
        <Segmented
          label="Lingua"
          segments={[{ key: "it", label: "Italiano" }, { key: "en", label: "English" }]}
          selected={language.value}
          onSelect={setLanguage}
        />
        <Segmented
          label="Tema"
          segments={[{ key: "light", label: "Chiaro" }, { key: "dark", label: "Scuro", icon: moon }]}
          selected={document.documentElement.dataset["theme"] ?? "light"}
          onSelect={(theme) => {
            setTheme(theme);
            draw();
          }}
        />
      </header>
      <div class="guide-grid">
        <ControlCards />
        <ConversationCards />
        <CallCards />
      </div>
      <Toasts />
    </main>
  );
}

function draw(): void {
  render(<StyleGuide />, document.body);
}

setTheme(query.get("theme") ?? "light");
setLanguage(chooseLanguage([query.get("language"), "it"]));
draw();

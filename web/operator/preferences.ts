import { effect, signal } from "@preact/signals";
import { chooseLanguage, language, languages, setLanguage, type Language } from "../ui/i18n/language.ts";

export type Theme = "system" | "light" | "dark";
const themes: readonly Theme[] = ["system", "light", "dark"];

/** What this browser remembers of how the operator likes the panel. */
export const theme = signal<Theme>(themes.find((known) => known === recall("theme")) ?? "system");

/** Whether a new chat and an invitation may be heard. */
export const sound = signal(recall("sound") !== "off");

/** Applies the remembered choices, and remembers every change from now on. */
export function applyPreferences(): void {
  setLanguage(chooseLanguage([recall("language"), ...navigator.languages]));
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme.value;
    remember("theme", theme.value);
  });
  effect(() => remember("sound", sound.value ? "on" : "off"));
}

/** The operator's own choice of language; until there is one the browser's languages decide. */
export function chooseOwnLanguage(wish: string): void {
  const next = languages.find((spoken): spoken is Language => spoken === wish) ?? language.value;
  setLanguage(next);
  remember("language", next);
}

export function chooseTheme(wish: string): void {
  theme.value = themes.find((known) => known === wish) ?? "system";
}

/** Storage can be switched off in a browser; then choices last until the page is closed. */
function recall(name: string): string | null {
  try {
    return localStorage.getItem(`sportello.${name}`);
  } catch {
    return null;
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`sportello.${name}`, value);
  } catch {
    // See `recall`.
  }
}

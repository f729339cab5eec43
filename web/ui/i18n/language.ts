import { computed, signal } from "@preact/signals";

/** The languages the apps speak; adding one makes every dictionary that lacks it a compile error. */
export const languages = ["it", "en"] as const;
export type Language = (typeof languages)[number];

const current = signal<Language>("it");

/** The language everything is drawn in; components that read it are drawn again when it changes. */
export const language = computed(() => current.value);

/** Draws everything in another language and tells the browser (for hyphens, voices and translation). */
export function setLanguage(next: Language): void {
  current.value = next;
  document.documentElement.lang = next;
}

/** The first wish that is spoken here (`it-CH` counts as `it`), else English. */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const primary = wish?.toLowerCase().split("-")[0];
    const match = languages.find((spoken) => spoken === primary);
    if (match) return match;
  }
  return "en";
}

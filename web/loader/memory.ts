import type { Memory } from "./messages.ts";

/** Reads the memory; empty where storage is refused, cleared or spoilt. */
export function recall(key: string): Memory {
  try {
    return { ...(JSON.parse(String(localStorage.getItem(key))) as Memory | null) };
  } catch {
    return {};
  }
}

/** Writes the memory; without storage it lasts as long as the page. */
export function keep(key: string, memory: Memory): void {
  try {
    localStorage.setItem(key, JSON.stringify(memory));
  } catch {
    // Refused or full: the visitor is simply new on the next page.
  }
}

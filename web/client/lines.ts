import type { Person } from "./protocol.ts";
import type { ThreadEvent, ThreadItem, ThreadMessage } from "./thread.ts";

/** One person's messages in a row: they share an avatar and a time. */
export interface MessageLine {
  kind: "messages";
  key: string;
  author: Person;
  messages: readonly ThreadMessage[];
}

/** What the log shows from top to bottom. */
export type Line = { kind: "day"; key: string; atMs: number } | { kind: "event"; key: string; event: ThreadEvent } | MessageLine;

const togetherMs = 2 * 60_000;

/** Orders a conversation's log into lines; `isShown` says, event by event in their order, which are worth one. */
export function linesOf(items: readonly ThreadItem[], isShown: (event: ThreadEvent) => boolean): Line[] {
  const lines: Line[] = [];
  let lastDay = "";
  for (const item of items) {
    if (item.kind === "event" && !isShown(item)) continue;
    const day = new Date(item.atMs).toDateString();
    if (day !== lastDay) lines.push({ kind: "day", key: `day-${item.key}`, atMs: item.atMs });
    lastDay = day;
    addItem(lines, item);
  }
  return lines;
}

function addItem(lines: Line[], item: ThreadItem): void {
  const last = lines.at(-1);
  if (item.kind === "event") {
    lines.push({ kind: "event", key: item.key, event: item });
  } else if (last?.kind === "messages" && continues(last, item)) {
    lines[lines.length - 1] = { ...last, messages: [...last.messages, item] };
  } else {
    lines.push({ kind: "messages", key: item.key, author: item.author, messages: [item] });
  }
}

function continues({ author, messages }: MessageLine, item: ThreadMessage): boolean {
  const previous = messages.at(-1);
  if (!previous || author.id !== item.author.id || item.atMs - previous.atMs > togetherMs) return false;
  // What failed says so itself, in a line that it shares with nobody.
  return item.progress !== "failed" && previous.progress !== "failed";
}

import { describe, expect, test } from "vitest";
import type { Person } from "./protocol.ts";
import type { ThreadEvent, ThreadItem, ThreadMessage } from "./thread.ts";
import { type Line, linesOf } from "./lines.ts";

const giulia: Person = { kind: "operator", id: "o1", name: "Giulia Ferri" };
const elisa: Person = { kind: "visitor", id: "v1", name: "Elisa" };
const noonMs = new Date(2026, 9, 14, 12, 0).getTime();
const minuteMs = 60_000;

function message(key: string, author: Person, atMs: number, changes: Partial<ThreadMessage> = {}): ThreadMessage {
  return { kind: "message", key, author, atMs, text: key, progress: author === elisa ? "sent" : null, code: null, ...changes };
}

function taken(atMs: number): ThreadEvent {
  return { kind: "event", key: "taken", atMs, body: { type: "conversation_taken", operator: giulia } };
}

function keysOf(items: readonly ThreadItem[], isShown = true): string[] {
  return linesOf(items, () => isShown).map((line: Line) => (line.kind === "messages" ? line.messages.map(({ key }) => key).join("+") : line.kind));
}

describe("the log's lines", () => {
  test("join one person's messages within two minutes", () => {
    const items = [message("a", giulia, noonMs), message("b", giulia, noonMs + 2 * minuteMs), message("c", giulia, noonMs + 4.1 * minuteMs)];
    expect(keysOf(items)).toEqual(["day", "a+b", "c"]);
  });

  test("part what different people write, and what stands on two sides of an event", () => {
    const items = [message("a", elisa, noonMs), message("b", giulia, noonMs), taken(noonMs), message("c", giulia, noonMs)];
    expect(keysOf(items)).toEqual(["day", "a", "b", "event", "c"]);
  });

  test("part each message that failed", () => {
    const items = [
      message("a", elisa, noonMs, { progress: "read" }),
      message("b", elisa, noonMs, { progress: "sent" }),
      message("c", elisa, noonMs, { progress: "failed" }),
      message("d", elisa, noonMs, { progress: "failed" }),
    ];
    expect(keysOf(items)).toEqual(["day", "a+b", "c", "d"]);
  });

  test("leave out events that are not shown, without parting the messages around them", () => {
    const items = [message("a", giulia, noonMs), taken(noonMs), message("b", giulia, noonMs)];
    expect(keysOf(items, false)).toEqual(["day", "a+b"]);
  });

  test("begin each day with its date", () => {
    const items = [message("a", giulia, noonMs - 12.1 * 60 * minuteMs), message("b", giulia, noonMs)];
    expect(keysOf(items)).toEqual(["day", "a", "day", "b"]);
  });
});

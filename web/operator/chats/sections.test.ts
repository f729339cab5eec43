import { describe, expect, test } from "vitest";
import type { ConversationView } from "../../client/protocol.ts";
import { conversationWith, elisa, happened, said } from "../testing.ts";
import { countChats, sectionsOf, selectChats } from "./sections.ts";

const ids = (conversations: readonly ConversationView[]) => conversations.map((conversation) => conversation.conversation_id);
const chat = (conversation_id: string, changes: Partial<ConversationView> = {}) => conversationWith({ conversation_id, ...changes });

describe("sections", () => {
  test("who waits longest is first, and waiting begins anew when a conversation is opened again", () => {
    const reopened = happened({ type: "conversation_reopened", by: elisa }, 50);
    const waiting = [chat("old", { state: "waiting", created_at_ms: 1, events: [reopened] }), chat("b", { state: "waiting", created_at_ms: 20 }), chat("a", { state: "waiting", created_at_ms: 10 })];
    expect(ids(sectionsOf(waiting, null).waiting)).toEqual(["a", "b", "old"]);
  });

  test("the chat at work stands on top, the others follow by activity", () => {
    const sections = sectionsOf([chat("a", { updated_at_ms: 1 }), chat("b", { updated_at_ms: 3 }), chat("c", { updated_at_ms: 2 })], "c");
    expect(ids(sections.current)).toEqual(["c"]);
    expect(ids(sections.open)).toEqual(["b", "a"]);
  });

  test("a waiting chat that is looked at stays where it is", () => {
    const sections = sectionsOf([chat("a", { state: "waiting" })], "a");
    expect([ids(sections.current), ids(sections.waiting)]).toEqual([[], ["a"]]);
  });
});

describe("search and filters", () => {
  const chats = [
    chat("a", { unread: 2, events: [said(elisa, "Perché è così caro?")] }),
    chat("b", { state: "waiting", group_name: "Ordini" }),
    chat("c", { state: "closed", unread: 1 }),
  ];

  test.each([
    ["perche CARO", ["a"]],
    ["ordini elisa", ["b"]],
    ["rossi", ["a", "b", "c"]],
    ["niente", []],
    ["  ", ["a", "b", "c"]],
  ])("%j finds %j", (search, expected) => {
    expect(ids(selectChats(chats, "all", search))).toEqual(expected);
  });

  test("filters show what they count, and nothing that is over", () => {
    expect(countChats(chats)).toEqual({ all: 2, waiting: 1, unread: 1 });
    expect(ids(selectChats(chats, "waiting", ""))).toEqual(["b"]);
    expect(ids(selectChats(chats, "unread", ""))).toEqual(["a"]);
  });
});

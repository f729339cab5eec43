import type { ConversationView } from "../../client/protocol.ts";

export type Filter = "all" | "waiting" | "unread";

/** The list's parts, from top to bottom: the one at work, those that wait, those in progress, those that are over. */
export interface Sections {
  current: readonly ConversationView[];
  waiting: readonly ConversationView[];
  open: readonly ConversationView[];
  closed: readonly ConversationView[];
}

export interface Counts {
  all: number;
  waiting: number;
  unread: number;
}

/** How many chats each filter shows; those that are over do not count. */
export function countChats(conversations: readonly ConversationView[]): Counts {
  const running = conversations.filter((conversation) => conversation.state !== "closed");
  return {
    all: running.length,
    waiting: running.filter((conversation) => conversation.state === "waiting").length,
    unread: running.filter((conversation) => conversation.unread > 0).length,
  };
}

/**
 * Sorts chats into sections: who waits longest comes first, else the latest activity.
 * The one at work (`currentId`) stands on top while it is in progress, so that it is found again at once.
 */
export function sectionsOf(conversations: readonly ConversationView[], currentId: string | null): Sections {
  const inState = (state: ConversationView["state"]) => conversations.filter((other) => other.state === state);
  const open = inState("open").toSorted(byActivity);
  return {
    current: open.filter((conversation) => conversation.conversation_id === currentId),
    waiting: inState("waiting").toSorted((a, b) => waitingSinceMs(a) - waitingSinceMs(b)),
    open: open.filter((conversation) => conversation.conversation_id !== currentId),
    closed: inState("closed").toSorted(byActivity),
  };
}

/** The chats that a filter and a search leave. The search looks at name, mail, group and all known messages. */
export function selectChats(conversations: readonly ConversationView[], filter: Filter, search: string): ConversationView[] {
  const words = fold(search).split(/\s+/).filter(Boolean);
  return conversations.filter((conversation) => passes(conversation, filter) && matches(conversation, words));
}

/** Since when somebody waits for an operator: the beginning, or when the conversation was opened again. */
export function waitingSinceMs(conversation: ConversationView): number {
  const reopened = conversation.events.findLast((event) => event.body.type === "conversation_reopened");
  return reopened?.at_ms ?? conversation.created_at_ms;
}

function byActivity(a: ConversationView, b: ConversationView): number {
  return b.updated_at_ms - a.updated_at_ms;
}

function passes(conversation: ConversationView, filter: Filter): boolean {
  if (filter === "waiting") return conversation.state === "waiting";
  return filter === "all" || (conversation.unread > 0 && conversation.state !== "closed");
}

function matches(conversation: ConversationView, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = fold(textOf(conversation));
  return words.every((word) => text.includes(word));
}

function textOf({ visitor, group_name, events }: ConversationView): string {
  const messages = events.map(({ body }) => (body.type === "message_sent" ? body.text : ""));
  return [visitor?.person.name, visitor?.email, group_name, ...messages].join("\n");
}

/** Without case and accents: who types "perche" finds "Perché". */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

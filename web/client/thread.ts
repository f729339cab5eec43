import type { PendingMessage } from "./pending.ts";
import type { ConversationView, Event, EventBody, MessageSent, Person } from "./protocol.ts";

/** How far an own message got: `sent` is stored at the desk, `delivered` and `read` are the other side's. */
export type Progress = "sending" | "failed" | "sent" | "delivered" | "read";

/** A message as a log shows it. `key` stays the same while it turns from pending into an event. */
export interface ThreadMessage {
  kind: "message";
  key: string;
  atMs: number;
  author: Person;
  text: string;
  /** Null for messages of others. */
  progress: Progress | null;
  /** Why it failed. */
  code: string | null;
}

/** Something else that happened, for a line between the messages. */
export interface ThreadEvent {
  kind: "event";
  key: string;
  atMs: number;
  body: Exclude<EventBody, MessageSent>;
}

export type ThreadItem = ThreadMessage | ThreadEvent;

/** The log of a conversation, oldest first: its events and, last, the own messages still on their way. */
export function threadOf(view: ConversationView, pending: readonly PendingMessage[], me: Person): ThreadItem[] {
  const reached = reachedBy(view, me);
  const happened = view.events.map((event, index) => itemOf(event, me, reached(index)));
  const own = pending.filter((message) => message.conversationId === view.conversation_id);
  return [...happened, ...pendingItems(own, me)];
}

/** The log entries of messages that are not events yet. */
export function pendingItems(pending: readonly PendingMessage[], me: Person): ThreadMessage[] {
  return pending.map((message) => ({
    kind: "message",
    key: message.clientId,
    atMs: message.atMs,
    author: me,
    text: message.text,
    progress: message.state === "accepted" ? "sent" : message.state,
    code: message.code,
  }));
}

function itemOf(event: Event, me: Person, progress: Progress): ThreadItem {
  const { body, at_ms: atMs } = event;
  if (body.type !== "message_sent") return { kind: "event", key: event.event_id, atMs, body };
  const own = body.author.id === me.id;
  return {
    kind: "message",
    key: own ? body.client_id : event.event_id,
    atMs,
    author: body.author,
    text: body.text,
    progress: own ? progress : null,
    code: null,
  };
}

// The other side's marks name messages; everything up to the named one is covered.
function reachedBy(view: ConversationView, me: Person): (index: number) => Progress {
  const { seen } = view;
  const visitor = me.kind === "visitor";
  const delivered = indexOf(view, visitor ? seen.operator_delivered : seen.visitor_delivered);
  const read = indexOf(view, visitor ? seen.operator_read : seen.visitor_read);
  return (index) => (index <= read ? "read" : index <= delivered ? "delivered" : "sent");
}

function indexOf(view: ConversationView, messageId: string | null): number {
  if (messageId === null) return -1;
  return view.events.findLastIndex(({ body }) => body.type === "message_sent" && body.message_id === messageId);
}

import type { Event } from "./protocol.ts";

/**
 * An own message that is not an event yet: `sending`, `accepted` (stored at the desk, its event is on the
 * way) or `failed` (refused with `code`; nothing is lost, it can be sent again).
 */
export interface PendingMessage {
  clientId: string;
  /** Null until a visitor's first message has opened its conversation. */
  conversationId: string | null;
  text: string;
  atMs: number;
  state: "sending" | "accepted" | "failed";
  code: string | null;
}

/** The pending messages without those that `events` contain. */
export function settlePending(pending: readonly PendingMessage[], events: Event[]): readonly PendingMessage[] {
  if (pending.length === 0) return pending;
  const settled = new Set(events.map(({ body }) => (body.type === "message_sent" ? body.client_id : null)));
  return pending.filter((message) => !settled.has(message.clientId));
}

/** The pending messages with one of them changed; one that is settled already stays away. */
export function changePending(
  pending: readonly PendingMessage[],
  clientId: string,
  changes: Partial<PendingMessage>,
): readonly PendingMessage[] {
  return pending.map((message) => (message.clientId === clientId ? { ...message, ...changes } : message));
}

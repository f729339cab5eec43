import type { ConversationView, Event, EventBody, Person } from "../client/protocol.ts";
import { conversation } from "../client/testing.ts";

/** People and conversations for tests. */
export const giulia: Person = { kind: "operator", id: "giulia", name: "Giulia Ferri" };
export const paolo: Person = { kind: "operator", id: "paolo", name: "Paolo Neri" };
export const elisa: Person = { kind: "visitor", id: "elisa", name: "Elisa Rossi" };

let lastId = 0;

export function happened(body: EventBody, atMs = 0): Event {
  lastId += 1;
  return { event_id: `event-${lastId}`, conversation_id: "c", at_ms: atMs, body };
}

export function said(author: Person, text: string, atMs = 0): Event {
  return happened({ type: "message_sent", message_id: `message-${lastId + 1}`, client_id: `client-${lastId + 1}`, author, text }, atMs);
}

export function conversationWith(changes: Partial<ConversationView>): ConversationView {
  return conversation({
    state: "open",
    operator: giulia,
    visitor: { person: elisa, email: null, presence: "here", page_title: null, page_url: null, language: null, user_agent: null },
    ...changes,
  });
}

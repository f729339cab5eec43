import type { ConversationView, Event, EventBody, Person } from "../client/protocol.ts";

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
  return {
    conversation_id: "c",
    group_id: "g",
    group_name: "Consulenza visiva",
    state: "open",
    created_at_ms: 0,
    updated_at_ms: 0,
    operator: giulia,
    colleagues: [],
    visitor: { person: elisa, email: null, presence: "here", page_title: null, page_url: null, language: null, user_agent: null },
    seen: { visitor_delivered: null, visitor_read: null, operator_delivered: null, operator_read: null },
    unread: 0,
    call: null,
    invitations: [],
    events: [],
    earlier: false,
    ...changes,
  };
}

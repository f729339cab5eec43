/** What the tests of this folder share: small worlds in the desk's own words. */

import type { ConversationView, Event, EventBody, Person } from "./protocol.ts";

export const VISITOR: Person = { kind: "visitor", id: "visitor:1", name: "Anonimo-123456" };
export const GIULIA: Person = { kind: "operator", id: "operator:1", name: "Giulia" };
export const PAOLO: Person = { kind: "operator", id: "operator:2", name: "Paolo" };

export function conversation(changes: Partial<ConversationView> = {}): ConversationView {
  return {
    conversation_id: "c1",
    group_id: "g1",
    group_name: "Consulenza visiva",
    state: "waiting",
    created_at_ms: 0,
    updated_at_ms: 0,
    operator: null,
    colleagues: [],
    visitor: null,
    seen: { visitor_delivered: null, visitor_read: null, operator_delivered: null, operator_read: null },
    unread: 0,
    call: null,
    invitations: [],
    events: [],
    earlier: false,
    ...changes,
  };
}

/** A log of events, numbered from `first` on; time goes by one second each. */
export function log(bodies: readonly EventBody[], conversationId = "c1", first = 1): Event[] {
  return bodies.map((body, index) => ({
    event_id: `${conversationId}-e${first + index}`,
    conversation_id: conversationId,
    at_ms: (first + index) * 1000,
    body,
  }));
}

export function message(author: Person, number: number): EventBody {
  return {
    type: "message_sent",
    message_id: `m${number}`,
    client_id: `client-${number}`,
    author,
    text: `Message ${number}`,
  };
}

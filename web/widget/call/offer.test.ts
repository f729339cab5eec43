import { describe, expect, test } from "vitest";
import type { CallView, ConversationView, Event, InvitationView, Person } from "../../client/protocol.ts";
import { callOfferOf } from "./offer.ts";

const giulia: Person = { kind: "operator", id: "o1", name: "Giulia Ferri" };
const elisa: Person = { kind: "visitor", id: "v1", name: "Elisa" };

const running: CallView = { call_id: "c1", by: giulia, started_at_ms: 100, audio_only: false, inside: [giulia] };
const invitation: InvitationView = { invitation_id: "i1", by: giulia, invitee: elisa, call_id: "c1", expires_at_ms: 900 };

function conversation(changes: Partial<ConversationView>): ConversationView {
  return {
    conversation_id: "k1",
    group_id: "g1",
    group_name: "Consulenza",
    state: "open",
    created_at_ms: 0,
    updated_at_ms: 0,
    operator: giulia,
    colleagues: [],
    visitor: null,
    seen: { visitor_delivered: null, visitor_read: null, operator_delivered: null, operator_read: null },
    unread: 0,
    call: running,
    invitations: [],
    events: [],
    earlier: false,
    ...changes,
  };
}

function happened(at_ms: number, body: Event["body"]): Event {
  return { event_id: String(at_ms), conversation_id: "k1", at_ms, body };
}

describe("a conversation offers the visitor", () => {
  test("the invitation that waits for him", () => {
    expect(callOfferOf(conversation({ invitations: [invitation] }), elisa)).toEqual({ kind: "invitation", invitation });
  });

  test("nothing while others are in a call to which he is not invited", () => {
    expect(callOfferOf(conversation({}), elisa)).toBeNull();
    expect(callOfferOf(conversation({ invitations: [{ ...invitation, invitee: giulia }] }), elisa)).toBeNull();
  });

  test("the way back while the call runs in which he was", () => {
    const events = [happened(200, { type: "call_joined", call_id: "c1", person: elisa }), happened(300, { type: "call_left", call_id: "c1", person: elisa })];
    expect(callOfferOf(conversation({ events }), elisa)).toEqual({ kind: "rejoin", call: running });
    expect(callOfferOf(conversation({ events, call: null }), elisa)).toBeNull();
  });

  test("the way in when he accepted but never arrived", () => {
    const accepted = { type: "invitation_closed", invitation_id: "i1", invitee: elisa, state: "accepted" } as const;
    expect(callOfferOf(conversation({ events: [happened(200, accepted)] }), elisa)?.kind).toBe("rejoin");
  });

  test("nothing when what he accepted was an earlier call, or he declined", () => {
    const closed = { type: "invitation_closed", invitation_id: "i1", invitee: elisa } as const;
    expect(callOfferOf(conversation({ events: [happened(50, { ...closed, state: "accepted" })] }), elisa)).toBeNull();
    expect(callOfferOf(conversation({ events: [happened(200, { ...closed, state: "declined" })] }), elisa)).toBeNull();
  });

  test("the call that goes on in another of his windows, though its beginning is no longer listed", () => {
    const call = { ...running, inside: [giulia, elisa] };
    expect(callOfferOf(conversation({ call }), elisa)).toEqual({ kind: "rejoin", call });
  });
});

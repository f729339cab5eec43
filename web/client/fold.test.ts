import { describe, expect, it } from "vitest";

import { applyEvent, keepHistory, prependHistory } from "./fold.ts";
import type { ConversationView, EventBody, Person } from "./protocol.ts";
import { conversation, GIULIA, log, message, PAOLO, VISITOR } from "./testing.ts";

function after(bodies: EventBody[], me: Person, start = conversation()): ConversationView {
  return log(bodies).reduce((view, event) => applyEvent(view, event, me), start);
}

const STARTED: EventBody = { type: "call_started", call_id: "call", by: GIULIA, audio_only: false };
const INVITED: EventBody = {
  type: "call_invited",
  call_id: "call",
  invitation_id: "i1",
  by: GIULIA,
  expires_at_ms: 9,
};

describe("applying events to a conversation", () => {
  it("counts what the other side wrote since this side last read", () => {
    const written = [message(VISITOR, 1), message(GIULIA, 2), message(VISITOR, 3)];
    expect(after(written, GIULIA).unread).toBe(2);
    expect(after(written, VISITOR).unread).toBe(1);
    const read: EventBody = { type: "messages_seen", side: "operator", delivered_up_to: "m3", read_up_to: "m1" };
    expect(after([...written, read], GIULIA).unread).toBe(1);
  });

  it("keeps ticks and identity out of the history", () => {
    const seen: EventBody = { type: "messages_seen", side: "visitor", delivered_up_to: "m1", read_up_to: null };
    const identified: EventBody = { type: "visitor_identified", visitor: VISITOR, email: "a@b.example" };
    const view = after([message(GIULIA, 1), seen, identified], GIULIA);
    expect(view.events.map((event) => event.body.type)).toEqual(["message_sent"]);
    expect(view.updated_at_ms).toBe(1000);
    expect(view.seen).toMatchObject({ visitor_delivered: "m1", visitor_read: null });
  });

  it("changes nothing when an event comes a second time", () => {
    const bodies = [message(VISITOR, 1), message(VISITOR, 2)];
    const view = after(bodies, GIULIA);
    for (const event of log(bodies)) expect(applyEvent(view, event, GIULIA)).toBe(view);
  });

  it("knows who is in the call and who is invited", () => {
    const joined: EventBody = { type: "call_joined", call_id: "call", person: GIULIA };
    const view = after([STARTED, INVITED, joined, joined], VISITOR);
    expect(view.call?.inside).toEqual([GIULIA]);
    expect(view.invitations).toMatchObject([{ invitation_id: "i1", invitee: VISITOR, call_id: "call" }]);
    const accepted: EventBody = {
      type: "invitation_closed",
      invitation_id: "i1",
      invitee: VISITOR,
      state: "accepted",
    };
    const left: EventBody = { type: "call_left", call_id: "call", person: GIULIA };
    const later = log([accepted, left], "c1", 10).reduce((known, event) => applyEvent(known, event, VISITOR), view);
    expect(later.call?.inside).toEqual([]);
    expect(later.invitations).toEqual([]);
  });

  it("has no call after its end", () => {
    const ended: EventBody = { type: "call_ended", call_id: "call", reason: "ended", by: GIULIA, duration_ms: 5 };
    expect(after([STARTED, ended], VISITOR).call).toBeNull();
  });

  it("waits for an operator again when the visitor reopens it", () => {
    const view = after(
      [
        { type: "conversation_taken", operator: GIULIA },
        { type: "colleague_joined", operator: PAOLO, invitation_id: "i" },
        { type: "conversation_closed", by: GIULIA },
        { type: "conversation_reopened", by: VISITOR },
      ],
      GIULIA,
    );
    expect(view).toMatchObject({ state: "waiting", operator: null, colleagues: [] });
  });
});

describe("history", () => {
  const all = log([1, 2, 3, 4, 5, 6].map((number) => message(VISITOR, number)));

  it("is put in front without doubling what is known", () => {
    const view = conversation({ events: all.slice(2, 4), earlier: true });
    const whole = prependHistory(view, all.slice(0, 3), false);
    expect(whole.events).toEqual(all.slice(0, 4));
    expect(whole.earlier).toBe(false);
  });

  it("that was loaded stays when a fresh view overlaps it", () => {
    const known = conversation({ events: all.slice(0, 4), earlier: false });
    const fresh = conversation({ events: all.slice(2), earlier: true });
    expect(keepHistory(fresh, known)).toMatchObject({ events: all, earlier: false });
  });

  it("is dropped when a fresh view leaves a gap after it", () => {
    const known = conversation({ events: all.slice(0, 2), earlier: false });
    const fresh = conversation({ events: all.slice(3), earlier: true });
    expect(keepHistory(fresh, known)).toEqual(fresh);
  });
});

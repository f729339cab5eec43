import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { applyEvent } from "./fold.ts";
import type { PendingMessage } from "./pending.ts";
import type { ConversationView, Event, EventBody, Person, ServerFrame, VisitorSnapshot } from "./protocol.ts";
import { type DeskState, EMPTY_STATE, expireTyping, reduce } from "./store.ts";
import { conversation, GIULIA, log, message, PAOLO, VISITOR } from "./testing.ts";

const LISTED_AT_START = 5;

function snapshotOf(views: ConversationView[], me: Person = VISITOR): VisitorSnapshot {
  return { type: "visitor", me, conversations: views };
}

function ready(cursor: string, snapshot: VisitorSnapshot | null): ServerFrame {
  return { type: "ready", cursor, snapshot, server_time_ms: 0 };
}

function receive(frames: ServerFrame[], state: DeskState = EMPTY_STATE): DeskState {
  return frames.reduce((known, frame) => reduce(known, frame, 0), state);
}

/** What the desk knows after the first `position` events, as it shows it to somebody who starts. */
function viewAt(events: Event[], position: number): ConversationView {
  const whole = events.slice(0, position).reduce((view, event) => applyEvent(view, event, VISITOR), conversation());
  const hidden = whole.events.length > LISTED_AT_START;
  return { ...whole, events: whole.events.slice(-LISTED_AT_START), earlier: hidden };
}

const person = fc.constantFrom(VISITOR, GIULIA, PAOLO);
const operator = fc.constantFrom(GIULIA, PAOLO);
const number = fc.integer({ min: 1, max: 20 });
const body: fc.Arbitrary<EventBody> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(person, number).map(([author, id]) => message(author, id)) },
  fc.tuple(fc.constantFrom("visitor" as const, "operator" as const), number).map(
    ([side, id]): EventBody => ({ type: "messages_seen", side, delivered_up_to: `m${id}`, read_up_to: `m${id}` }),
  ),
  operator.map((taker): EventBody => ({ type: "conversation_taken", operator: taker })),
  operator.map((by): EventBody => ({ type: "conversation_closed", by })),
  fc.constant<EventBody>({ type: "conversation_reopened", by: VISITOR }),
  operator.map((by): EventBody => ({ type: "call_started", call_id: "call", by, audio_only: false })),
  person.map((joiner): EventBody => ({ type: "call_joined", call_id: "call", person: joiner })),
  person.map((leaver): EventBody => ({ type: "call_left", call_id: "call", person: leaver })),
  operator.map(
    (by): EventBody => ({ type: "call_invited", call_id: "call", invitation_id: by.id, by, expires_at_ms: 1 }),
  ),
  operator.map(
    ({ id }): EventBody => ({ type: "invitation_closed", invitation_id: id, invitee: VISITOR, state: "declined" }),
  ),
);

// How one connection goes: how many events come before it is cut, whether the desk still knows the cursor,
// and how many of the events that a fresh view contains come once more after it.
const connection = fc.record({
  delivered: fc.nat({ max: 8 }),
  cursorIsGood: fc.boolean(),
  repeated: fc.nat({ max: LISTED_AT_START }),
});

describe("the state of a client", () => {
  it("is the same in the end, however often the connection is cut and wherever it resumes", () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 40 }), fc.array(connection, { maxLength: 10 }), (bodies, connections) => {
        const events = log(bodies);
        const state = follow(events, [...connections, { delivered: Infinity, cursorIsGood: true, repeated: 0 }]);
        const { events: shown, earlier, ...folded } = state.conversations.get("c1") ?? conversation();
        const { events: listed, ...expected } = viewAt(events, events.length);
        expect({ ...folded, unread: null }).toEqual({ ...expected, unread: null, earlier: undefined });
        expect(shown.slice(shown.length - listed.length)).toEqual(listed);
        const history = events.reduce((view, event) => applyEvent(view, event, VISITOR), conversation()).events;
        expect(shown).toEqual(history.slice(history.length - shown.length));
        expect(earlier).toBe(shown.length < history.length);
      }),
    );
  });

  it("keeps what was loaded and forgets nothing of it when the connection comes back", () => {
    const events = log([1, 2, 3, 4, 5, 6, 7].map((id) => message(GIULIA, id)));
    const started = receive([ready("7", snapshotOf([viewAt(events, 7)]))]);
    const loaded = receive(
      [{ type: "history", rid: 1, conversation_id: "c1", events: events.slice(0, 2), earlier: false }],
      started,
    );
    const resumed = receive([ready("7", snapshotOf([viewAt(events, 7)]))], loaded);
    expect(resumed.conversations.get("c1")?.events).toEqual(events);
  });
});

/** A client that follows the desk over these connections, one after the other. */
function follow(
  events: Event[],
  connections: { delivered: number; cursorIsGood: boolean; repeated: number }[],
): DeskState {
  let state = EMPTY_STATE;
  for (const { delivered, cursorIsGood, repeated } of connections) {
    const resumes = cursorIsGood && state.cursor !== null;
    const position = resumes ? Number(state.cursor) : Math.min(Number(state.cursor) + delivered, events.length);
    const from = resumes ? position : Math.max(position - repeated, 0);
    const sent = events.slice(from, from + delivered + (resumes ? 0 : repeated));
    state = receive(
      [
        ready(String(from), resumes ? null : snapshotOf([viewAt(events, position)])),
        ...sent.map((event, index): ServerFrame => ({ type: "event", cursor: String(from + index + 1), event })),
      ],
      state,
    );
  }
  return state;
}

describe("own messages on their way", () => {
  const pending: PendingMessage = {
    clientId: "client-1",
    conversationId: "c1",
    text: "Message 1",
    atMs: 0,
    state: "sending",
    code: null,
  };
  const waiting = { ...receive([ready("0", snapshotOf([conversation()]))]), pending: [pending] };
  const [event] = log([message(VISITOR, 1)]) as [Event];

  it("are gone once they have happened", () => {
    expect(receive([{ type: "event", cursor: "1", event }], waiting).pending).toEqual([]);
  });

  it("are gone when a snapshot or a conversation that appears contains them", () => {
    const view = conversation({ events: [event] });
    expect(receive([ready("1", snapshotOf([view]))], waiting).pending).toEqual([]);
    const shown: ServerFrame = { type: "conversation_shown", cursor: "1", conversation: view };
    expect(receive([shown], waiting).pending).toEqual([]);
  });

  it("stay when a snapshot does not contain them, unless the desk has accepted them", () => {
    const snapshot = ready("1", snapshotOf([conversation()]));
    expect(receive([snapshot], waiting).pending).toEqual([pending]);
    expect(receive([snapshot], { ...waiting, pending: [{ ...pending, state: "accepted" }] }).pending).toEqual([]);
  });
});

describe("what is not kept", () => {
  const typing: ServerFrame = { type: "typing_seen", conversation_id: "c1", person: GIULIA };

  it("lets somebody write for five seconds, or until the message is there", () => {
    const state = reduce(receive([ready("0", snapshotOf([conversation()]))]), typing, 1_000);
    expect(expireTyping(state, 5_999).typing.get("c1")).toMatchObject([{ person: GIULIA }]);
    expect(expireTyping(state, 6_000).typing.size).toBe(0);
    const [event] = log([message(GIULIA, 1)]) as [Event];
    expect(reduce(state, { type: "event", cursor: "1", event }, 1_500).typing.size).toBe(0);
  });

  it("shows where the visitor is in all of his conversations", () => {
    const visitor = {
      person: VISITOR,
      email: null,
      presence: "gone" as const,
      page_title: null,
      page_url: null,
      language: null,
      user_agent: null,
    };
    const state = receive([
      ready("0", snapshotOf([conversation({ visitor }), conversation({ conversation_id: "c2", visitor })], GIULIA)),
      { type: "presence_changed", visitor_id: VISITOR.id, presence: "here", page_title: "Shop", page_url: "/shop" },
    ]);
    for (const view of state.conversations.values()) {
      expect(view.visitor).toMatchObject({ presence: "here", page_title: "Shop", page_url: "/shop" });
    }
  });

  it("forgets a conversation that is hidden", () => {
    const state = receive([
      ready("0", snapshotOf([conversation()])),
      { type: "conversation_hidden", cursor: "1", conversation_id: "c1" },
    ]);
    expect(state.conversations.size).toBe(0);
    expect(state.cursor).toBe("1");
  });
});

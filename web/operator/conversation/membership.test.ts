import { describe, expect, test } from "vitest";
import { conversationWith, elisa, giulia, happened, paolo } from "../testing.ts";
import { canWriteIn, firstName, inviteObstacle, isCallWanted, sideOf } from "./membership.ts";

describe("who may write", () => {
  test("the one in charge and colleagues, while it is open", () => {
    const open = conversationWith({ operator: giulia, colleagues: [paolo] });
    expect([canWriteIn(open, giulia), canWriteIn(open, paolo)]).toEqual([true, true]);
    expect(canWriteIn({ ...open, state: "closed" }, giulia)).toBe(false);
  });

  test("nobody who is only invited", () => {
    expect(canWriteIn(conversationWith({ operator: giulia }), paolo)).toBe(false);
  });
});

test("the words of visitor, colleague and oneself stand on their own sides", () => {
  expect([elisa, paolo, giulia].map((author) => sideOf(author, giulia))).toEqual(["in", "team", "out"]);
});

describe("a colleague can be invited", () => {
  const invitation = { invitation_id: "i", by: giulia, invitee: paolo, call_id: null, expires_at_ms: 0 };

  test("one at a time, up to three operators", () => {
    const alone = conversationWith({ operator: giulia });
    expect(inviteObstacle(alone)).toBeNull();
    expect(inviteObstacle({ ...alone, invitations: [invitation] })).toBe("pending");
    expect(inviteObstacle({ ...alone, colleagues: [paolo, { ...paolo, id: "sara" }] })).toBe("full");
  });

  test("while the visitor is being invited into a call", () => {
    expect(inviteObstacle(conversationWith({ invitations: [{ ...invitation, invitee: elisa }] }))).toBeNull();
  });
});

describe("a call is wanted", () => {
  const requested = happened({ type: "call_requested", by: elisa });
  const started = happened({ type: "call_started", call_id: "k", by: giulia, audio_only: false });

  test("from the request until one starts", () => {
    expect(isCallWanted(conversationWith({ events: [requested] }))).toBe(true);
    expect(isCallWanted(conversationWith({ events: [requested, started] }))).toBe(false);
    expect(isCallWanted(conversationWith({ events: [started, requested] }))).toBe(true);
  });

  test("not in a conversation that is over", () => {
    expect(isCallWanted(conversationWith({ state: "closed", events: [requested] }))).toBe(false);
  });
});

test.each([["Elisa Rossi", "Elisa"], [" Anonimo-880898 ", "Anonimo-880898"], ["", ""]])("%j is called %j", (name, expected) => {
  expect(firstName(name)).toBe(expected);
});

import { describe, expect, test } from "vitest";
import type { Participant } from "../../client/call/participants.ts";
import { castOf } from "./cast.ts";

function participant(identityId: string, changes: Partial<Participant> = {}): Participant {
  const off = { microphone: false, camera: false, screen: false, sound: null, cameraPicture: null, screenPicture: null, cameraPaused: false, screenPaused: false };
  return { sessionId: `s-${identityId}`, identityId, name: identityId, role: "operator", isMe: false, connected: true, quality: null,
  path: "udp" as const,
  audioOnly: false, processing: null, ...off, ...changes };
}

const me = participant("me", { isMe: true });
const visitor = participant("visitor", { role: "visitor" });
const [paolo, sara] = [participant("paolo"), participant("sara")];

function places(...participants: Participant[]) {
  const { main, side } = castOf(participants);
  const name = (role: { participant: Participant; kind: string } | null) => role && `${role.participant.identityId} ${role.kind}`;
  return { main: name(main), side: side.map(name) };
}

describe("in a call", () => {
  test("the visitor is in the centre, colleagues beside, oneself in neither", () => {
    expect(places(paolo, me, visitor, sara)).toEqual({ main: "visitor camera", side: ["paolo camera", "sara camera"] });
  });

  test("the centre is free until the visitor comes", () => {
    expect(places(me, paolo)).toEqual({ main: null, side: ["paolo camera"] });
  });

  test("somebody's screen takes the centre and the visitor joins the column", () => {
    expect(places(me, visitor, { ...paolo, screen: true })).toEqual({ main: "paolo screen", side: ["visitor camera", "paolo camera"] });
    expect(places(me, { ...visitor, screen: true }, paolo)).toEqual({ main: "visitor screen", side: ["visitor camera", "paolo camera"] });
  });

  test("the own screen stays small", () => {
    expect(places({ ...me, screen: true }, visitor)).toEqual({ main: "visitor camera", side: ["me screen"] });
  });
});

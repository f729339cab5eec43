import { describe, expect, it } from "vitest";

import type { ParticipantState, RoomState } from "../protocol.ts";
import { participantsOf } from "./participants.ts";

const streams = Object.fromEntries(["3", "6", "9"].map((mid) => [mid, { id: `slot-${mid}` } as MediaStream]));
const slotStream = (mid: string) => streams[mid] ?? null;

function participant(session_id: string, changes: Partial<ParticipantState> = {}): ParticipantState {
  const identity = { identity_id: `operator:${session_id}`, name: session_id, role: "operator" as const };
  return { session_id, ...identity, microphone: true, camera: true, screen: true, connected: true, ...changes };
}

function room(other: Partial<ParticipantState>): RoomState {
  return {
    type: "room_state",
    session_id: "me",
    lobby: false,
    participants: [participant("me"), participant("other", other)],
    slots: {
      "3": { session_id: "other", kind: "microphone" },
      "6": { session_id: "other", kind: "camera" },
      "9": { session_id: "other", kind: "screen" },
    },
    held: [],
  };
}

describe("the participants of a call", () => {
  it("have the streams of the slots that they are in; oneself has none", () => {
    const [me, other] = participantsOf(room({}), slotStream, []);
    expect(me).toMatchObject({ isMe: true, sound: null, cameraPicture: null, screenPicture: null });
    expect(other).toMatchObject({
      isMe: false,
      sound: streams["3"],
      cameraPicture: streams["6"],
      screenPicture: streams["9"],
    });
  });

  it("show no picture that is off, though the slot still holds its last one", () => {
    const [, other] = participantsOf(room({ camera: false, screen: false }), slotStream, []);
    expect(other).toMatchObject({ cameraPicture: null, screenPicture: null });
  });

  it("keep their sound while they are muted, so that it comes back without a click", () => {
    const [, other] = participantsOf(room({ microphone: false }), slotStream, []);
    expect(other).toMatchObject({ microphone: false, sound: streams["3"] });
  });

  it("have what there is no room for marked as paused, and the stream as before", () => {
    const [, other] = participantsOf(room({}), slotStream, ["6"]);
    expect(other).toMatchObject({ cameraPicture: streams["6"], cameraPaused: true, screenPaused: false });
    const [, sharing] = participantsOf(room({}), slotStream, ["9"]);
    expect(sharing).toMatchObject({ screenPicture: streams["9"], cameraPaused: false, screenPaused: true });
  });

  it("are not paused where nothing is shown: off, spared by a weak line, or in a slot that nobody knows", () => {
    const notPaused = { cameraPaused: false, screenPaused: false };
    const [, off] = participantsOf(room({ camera: false, screen: false }), slotStream, ["6", "9"]);
    expect(off).toMatchObject(notPaused);
    const [, spared] = participantsOf(room({ audio_only: true }), slotStream, ["6", "9"]);
    expect(spared).toMatchObject(notPaused);
    const [me, other] = participantsOf(room({}), slotStream, ["12"]);
    expect(me).toMatchObject(notPaused);
    expect(other).toMatchObject(notPaused);
  });
});

import { describe, expect, it } from "vitest";

import type { ParticipantState, RoomState } from "../protocol.ts";
import { grown, grows, inSteps, ShownHeights, slotHeights } from "./shown.ts";

const pictures = Object.fromEntries(["6", "9", "own", "direct"].map((name) => [name, { id: name } as MediaStream]));
const slotStream = (mid: string) => pictures[mid] ?? null;

function picture(name: string): MediaStream {
  const found = pictures[name];
  if (!found) throw new Error(name);
  return found;
}

function person(session_id: string, changes: Partial<ParticipantState> = {}): ParticipantState {
  const identity = { identity_id: session_id, name: session_id, role: "operator" as const };
  return { session_id, ...identity, microphone: true, camera: true, screen: false, connected: true, ...changes };
}

function room(other: Partial<ParticipantState> = {}): RoomState {
  return {
    type: "room_state",
    session_id: "me",
    lobby: false,
    participants: [person("me"), person("other", other)],
    slots: {
      "3": { session_id: "other", kind: "microphone" },
      "6": { session_id: "other", kind: "camera" },
      "9": { session_id: "other", kind: "screen" },
      own: { session_id: "me", kind: "camera" },
    },
    held: [],
  };
}

describe("the heights of slots", () => {
  it("are those of the largest view of their picture, for pictures that are on", () => {
    const shown = new ShownHeights();
    const [tile, window] = [{}, {}];
    shown.show(tile, picture("6"), 180);
    shown.show(window, picture("6"), 720);
    expect(slotHeights(room(), slotStream, shown, null)).toEqual({ "6": 720, own: 0 });
    shown.hide(window);
    expect(slotHeights(room(), slotStream, shown, null)).toEqual({ "6": 180, own: 0 });
    expect(slotHeights(room({ camera: false, screen: true }), slotStream, shown, null)).toEqual({ "9": 0, own: 0 });
  });

  it("count the camera itself for the self slot, in whose place it is shown at first", () => {
    const shown = new ShownHeights();
    shown.show({}, picture("direct"), 300);
    expect(slotHeights(room(), slotStream, shown, picture("direct"))).toMatchObject({ own: 300 });
  });

  it("are told in steps, and at once when something grows", () => {
    expect(inSteps({ a: 0, b: 1, c: 20, d: 21 })).toEqual({ a: 0, b: 20, c: 20, d: 40 });
    expect(grows({ a: 180 }, { a: 90 })).toBe(true);
    expect(grows({ b: 90 }, { a: 90 })).toBe(true);
    expect(grows({ a: 90, b: 0 }, { a: 180 })).toBe(false);
  });

  it("let what is hidden while another grows be as it was", () => {
    expect(grown({ a: 360, b: 0, c: 90, d: 0 }, { a: 180, b: 180, c: 180 })).toEqual({ a: 360, b: 180, c: 180 });
    expect(grown({ a: 360, b: 0 }, { a: 180, b: 0 })).toEqual({ a: 360, b: 0 });
  });
});

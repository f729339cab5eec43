import { describe, expect, test } from "vitest";
import type { Participant } from "../../client/call/participants.ts";
import { sceneOf } from "./scene.ts";

function person(identityId: string, changes: Partial<Participant> = {}): Participant {
  return {
    sessionId: `session-${identityId}`,
    identityId,
    name: identityId,
    role: "operator",
    isMe: false,
    microphone: true,
    camera: true,
    screen: false,
    connected: true,
    quality: null,
  path: "udp" as const,
  audioOnly: false,
    processing: null,
    sound: null,
    cameraPicture: null,
    screenPicture: null,
    cameraPaused: false,
    screenPaused: false,
    ...changes,
  };
}

function scene(people: readonly Participant[], pinned: string | null = null): string[] {
  const { main, others } = sceneOf(people, pinned);
  return [main, ...others].map((shot) => (shot ? `${shot.kind} ${shot.person.name}` : "nobody"));
}

describe("the scene", () => {
  const me = person("me", { isMe: true });

  test("waits while nobody else is there", () => {
    expect(scene([me])).toEqual(["nobody"]);
  });

  test("has the first in the centre, and whoever the visitor puts there", () => {
    const people = [me, person("giulia"), person("paolo"), person("sara")];
    expect(scene(people)).toEqual(["camera giulia", "camera paolo", "camera sara"]);
    expect(scene(people, "paolo")).toEqual(["camera paolo", "camera giulia", "camera sara"]);
    expect(scene(people, "gone")).toEqual(["camera giulia", "camera paolo", "camera sara"]);
  });

  test("gives the centre to a shared screen, and keeps its owner's face beside it", () => {
    expect(scene([me, person("giulia"), person("paolo", { screen: true })], "giulia")).toEqual(["screen paolo", "camera giulia", "camera paolo"]);
  });

  test("does not show the visitor his own screen", () => {
    expect(scene([{ ...me, screen: true }, person("giulia")])).toEqual(["camera giulia"]);
  });

  test("does not put somebody in the centre who is still connecting", () => {
    expect(scene([person("giulia", { connected: false }), person("paolo")])).toEqual(["camera paolo", "camera giulia"]);
  });
});

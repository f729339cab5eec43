import type { Participant } from "../../client/call/participants.ts";

/** A picture in the call, or the initials in its place. */
export interface Shot {
  kind: "camera" | "screen";
  person: Participant;
}

/** What is in the centre, and what stands small beside it. */
export interface Scene {
  main: Shot | null;
  others: readonly Shot[];
}

/**
 * Arranges the others: a shared screen takes the centre, else the one whom the visitor put there, else the
 * first. Who speaks does not move anybody: a ring tells.
 */
export function sceneOf(participants: readonly Participant[], pinned: string | null): Scene {
  const people = participants.filter(({ isMe }) => !isMe).sort((a, b) => order(a) - order(b));
  const cameras = people.map((person): Shot => ({ kind: "camera", person }));
  const sharing = people.find(({ screen }) => screen);
  if (sharing) return { main: { kind: "screen", person: sharing }, others: cameras };
  const main = cameras.find(({ person }) => person.identityId === pinned) ?? cameras[0] ?? null;
  return { main, others: cameras.filter((shot) => shot !== main) };
}

/** Those who are still connecting come last, so that the centre is not empty while somebody is there. */
function order({ connected }: Participant): number {
  return connected ? 0 : 1;
}

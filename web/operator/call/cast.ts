import type { Participant } from "../../client/call/participants.ts";

/** What a tile shows: somebody's face (or initials), or a shared screen. */
export interface Role {
  participant: Participant;
  kind: "camera" | "screen";
}

/** Who stands where: the centre (null while nobody is there), the column beside it, and oneself. */
export interface Cast {
  main: Role | null;
  side: readonly Role[];
  me: Participant | null;
}

/**
 * Places everybody in a call as an operator sees it: the visitor in the centre, colleagues beside. Somebody else's
 * screen takes the centre and the visitor joins the column; the own screen stays in the column, for a picture of
 * oneself showing itself helps nobody.
 */
export function castOf(participants: readonly Participant[]): Cast {
  const me = participants.find((participant) => participant.isMe) ?? null;
  const visitor = participants.find((participant) => participant.role === "visitor");
  const colleagues = participants.filter((participant) => participant.role === "operator" && !participant.isMe);
  const sharing = participants.find((participant) => participant.screen && !participant.isMe);
  const faces = [...(visitor ? [visitor] : []), ...colleagues].map((participant) => face(participant));
  const ownScreen: Role[] = me?.screen ? [{ participant: me, kind: "screen" }] : [];
  if (sharing) return { main: { participant: sharing, kind: "screen" }, side: [...faces, ...ownScreen], me };
  if (visitor) return { main: face(visitor), side: [...faces.slice(1), ...ownScreen], me };
  return { main: null, side: [...faces, ...ownScreen], me };
}

function face(participant: Participant): Role {
  return { participant, kind: "camera" };
}

/**
 * The phases of a call, from this person's side.
 *
 * A call begins `idle`; in `preview` the person sees himself and everything is prepared; `joining` lasts from
 * his decision until media flow. `inside` and `reconnecting` alternate as the network goes and comes. `ended`
 * is final: whoever wants to come back makes a new call. A refused join leads back to the preview.
 */

export type CallPhase = "idle" | "preview" | "joining" | "inside" | "reconnecting" | "ended";
export type CallTrigger = "prepare" | "join" | "refuse" | "connect" | "disturb" | "end";

/**
 * Why a call is over for this person: he `left`; it was `ended` for all; he came in again elsewhere
 * (`replaced`); the server stops (`shutdown`); no connection could be made (`unreachable`) or found again (`lost`).
 */
export type EndReason = "left" | "ended" | "replaced" | "shutdown" | "unreachable" | "lost";

const NEXT: Readonly<Record<CallPhase, Partial<Record<CallTrigger, CallPhase>>>> = {
  idle: { prepare: "preview", end: "ended" },
  preview: { join: "joining", end: "ended" },
  joining: { connect: "inside", refuse: "preview", end: "ended" },
  inside: { disturb: "reconnecting", end: "ended" },
  reconnecting: { connect: "inside", end: "ended" },
  ended: {},
};

/** Where `trigger` leads from `phase`, or null when it means nothing there. */
export function nextPhase(phase: CallPhase, trigger: CallTrigger): CallPhase | null {
  return NEXT[phase][trigger] ?? null;
}

import type { Call } from "../../client/call/call.ts";
import type { CallJoined, CallUnreached, ConversationView, EventBody, InvitationView } from "../../client/protocol.ts";
import { formatClock } from "../../ui/i18n/format.ts";
import { t } from "./texts.ts";

/** How a call stands, in a word for programs and in words for people. */
export interface Standing {
  kind: "connecting" | "reconnecting" | "waiting" | "alone" | "talking" | "ended";
  text: string;
}

/** The visitor's invitation to this call, while it waits for an answer. */
export function visitorInvitation(conversation: ConversationView): InvitationView | null {
  return conversation.invitations.find((other) => other.invitee.kind === "visitor") ?? null;
}

/** Why the visitor is not in the call: he is awaited, found no way in, or is not coming. */
export function absenceOf(conversation: ConversationView): "waitingFor" | "unreached" | "notHere" {
  if (visitorInvitation(conversation)) return "waitingFor";
  return isUnreached(conversation) ? "unreached" : "notHere";
}

function isUnreached({ events }: ConversationView): boolean {
  const last = events.findLast(({ body }) => body.type === "call_started" || (isArrival(body) && body.person.kind === "visitor"));
  return last?.body.type === "call_unreached";
}

function isArrival(body: EventBody): body is CallJoined | CallUnreached {
  return body.type === "call_joined" || body.type === "call_unreached";
}

/** When the visitor was last invited, for "invito mandato alle". */
function invitedAtMs(conversation: ConversationView): number {
  return conversation.events.findLast(({ body }) => body.type === "call_invited")?.at_ms ?? conversation.updated_at_ms;
}

/** Reads the standing off the call's phase, who is inside, and the visitor's invitation. */
export function standingOf(conversation: ConversationView, call: Call): Standing {
  const phase = call.phase.value;
  if (phase === "ended") return { kind: "ended", text: t("call") };
  if (phase === "joining") return { kind: "connecting", text: t("connecting") };
  if (phase === "reconnecting") return { kind: "reconnecting", text: t("reconnecting") };
  const people = call.participants.value;
  if (people.some((participant) => participant.role === "visitor")) return { kind: "talking", text: t.plural("people", people.length) };
  if (!visitorInvitation(conversation)) return { kind: "alone", text: t.plural("people", people.length) };
  return { kind: "waiting", text: t("invitationSentAt", { time: formatClock(invitedAtMs(conversation)) }) };
}

import type { CallEnded, CallEndReason, EventBody, InvitationState, Person } from "../../client/protocol.ts";
import type { ThreadEvent } from "../../client/thread.ts";
import { formatDuration } from "../../ui/i18n/format.ts";
import { check, closeChat, door, hangUp, phone, refresh, userPlus, video, warning } from "../../ui/icons.ts";
import { t } from "../texts.ts";

/** A line between the messages: what happened, in words, and the icon that goes with it. */
export interface Line {
  text: string;
  icon?: string;
}

type Body = ThreadEvent["body"];

/** Who reads the line, and what the visitor is called by now: events keep the name of their time. */
export interface Reader {
  me: Person;
  visitorName: string;
}

type Telling<Type> = (body: Extract<EventBody, { type: Type }>, name: (person: Person) => string, me: Person) => Line | null;
type Tellings = { [Type in Body["type"]]: Telling<Type> };

/** What an operator is told of each event; null where there is nothing to tell. */
const tellings: Tellings = {
  conversation_created: ({ visitor }, name) => ({ text: t("lineCreated", { name: name(visitor) }) }),
  messages_seen: () => null,
  visitor_identified: () => null,
  conversation_taken: ({ operator }, name, me) => ({
    icon: check,
    text: operator.id === me.id ? t("lineTakenByYou") : t("lineTaken", { name: name(operator) }),
  }),
  conversation_closed: ({ by }, name) => ({ icon: closeChat, text: t("lineClosed", { name: name(by) }) }),
  conversation_reopened: ({ by }, name) => ({ icon: refresh, text: t("lineReopened", { name: name(by) }) }),
  colleague_invited: ({ by, colleague }, name) => ({ icon: userPlus, text: t("lineColleagueInvited", { by: name(by), name: name(colleague) }) }),
  colleague_joined: ({ operator }, name) => ({ icon: userPlus, text: t("lineColleagueJoined", { name: name(operator) }) }),
  colleague_left: ({ operator }, name) => ({ icon: door, text: t("lineColleagueLeft", { name: name(operator) }) }),
  call_requested: ({ by }, name) => ({ icon: video, text: t("lineCallRequested", { name: name(by) }) }),
  call_started: ({ by, audio_only }, name) =>
    audio_only ? { icon: phone, text: t("lineAudioStarted", { name: name(by) }) } : { icon: video, text: t("lineVideoStarted", { name: name(by) }) },
  call_invited: ({ by }, name) => ({ icon: video, text: t("lineCallInvited", { by: name(by) }) }),
  invitation_closed: ({ invitee, state }, name) => tellInvitation(name(invitee), state),
  call_joined: ({ person }, name) => ({ icon: video, text: t("lineCallJoined", { name: name(person) }) }),
  call_left: ({ person }, name) => ({ icon: door, text: t("lineCallLeft", { name: name(person) }) }),
  call_unreached: ({ person }, name) => ({ icon: warning, text: t("lineCallUnreached", { name: name(person) }) }),
  call_ended: (body, name) => ({ icon: hangUp, text: tellEnd(body, name) }),
};

/** The line for an event of the log. */
export function lineOf(body: Body, { me, visitorName }: Reader): Line | null {
  const name = (person: Person) => (person.kind === "visitor" ? visitorName : person.name);
  return (tellings[body.type] as Telling<Body["type"]>)(body, name, me);
}

function tellInvitation(name: string, state: InvitationState): Line | null {
  const keys = { pending: null, accepted: "lineAccepted", declined: "lineDeclined", withdrawn: "lineWithdrawn", expired: "lineExpired" } as const;
  const key = keys[state];
  return key && { text: t(key, { name }) };
}

const endTexts: Partial<Record<CallEndReason, "lineCallAbandoned" | "lineCallInterrupted">> = {
  abandoned: "lineCallAbandoned",
  interrupted: "lineCallInterrupted",
};

function tellEnd({ by, reason, duration_ms }: CallEnded, name: (person: Person) => string): string {
  const duration = formatDuration(duration_ms);
  if (by) return t("lineCallEndedBy", { name: name(by), duration });
  return t(endTexts[reason] ?? "lineCallOver", { duration });
}

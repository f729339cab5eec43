import type { CallEndReason, EventBody, Person } from "../../client/protocol.ts";
import type { ThreadEvent } from "../../client/thread.ts";
import { formatDuration } from "../../ui/i18n/format.ts";
import { check, closeChat, hangUp, phone, refresh, userPlus, video } from "../../ui/icons.ts";
import { t } from "../texts.ts";

/** A line between the messages: what happened, in words, and the icon that goes with it. */
export interface Line {
  text: string;
  icon?: string;
}

type Body = ThreadEvent["body"];
type Telling<Type> = (body: Extract<EventBody, { type: Type }>, me: Person) => Line | null;
type Tellings = { [Type in Body["type"]]: Telling<Type> };

/** What an operator is told of each event; null where there is nothing to tell. */
const tellings: Tellings = {
  conversation_created: ({ visitor }) => ({ text: t("lineCreated", { name: visitor.name }) }),
  messages_seen: () => null,
  visitor_identified: () => null,
  conversation_taken: ({ operator }, me) => ({
    icon: check,
    text: operator.id === me.id ? t("lineTakenByYou") : t("lineTaken", { name: operator.name }),
  }),
  conversation_closed: ({ by }) => ({ icon: closeChat, text: t("lineClosed", { name: by.name }) }),
  conversation_reopened: ({ by }) => ({ icon: refresh, text: t("lineReopened", { name: by.name }) }),
  colleague_invited: ({ by, colleague }) => ({ icon: userPlus, text: t("lineColleagueInvited", { by: by.name, name: colleague.name }) }),
  colleague_joined: ({ operator }) => ({ icon: userPlus, text: t("lineColleagueJoined", { name: operator.name }) }),
  colleague_left: ({ operator }) => ({ text: t("lineColleagueLeft", { name: operator.name }) }),
  call_requested: ({ by }) => ({ icon: video, text: t("lineCallRequested", { name: by.name }) }),
  call_started: ({ by, audio_only }) =>
    audio_only ? { icon: phone, text: t("lineAudioStarted", { name: by.name }) } : { icon: video, text: t("lineVideoStarted", { name: by.name }) },
  call_invited: ({ by }) => ({ icon: video, text: t("lineCallInvited", { by: by.name }) }),
  invitation_closed: (body) => tellInvitation(body),
  call_joined: ({ person }) => ({ text: t("lineCallJoined", { name: person.name }) }),
  call_left: ({ person }) => ({ text: t("lineCallLeft", { name: person.name }) }),
  call_ended: (body) => ({ icon: hangUp, text: tellEnd(body) }),
};

/** The line for an event of the log, as `me` reads it. */
export function lineOf(body: Body, me: Person): Line | null {
  return (tellings[body.type] as (body: Body, me: Person) => Line | null)(body, me);
}

function tellInvitation({ invitee, state }: Extract<EventBody, { type: "invitation_closed" }>): Line {
  const name = { name: invitee.name };
  const texts = {
    pending: "",
    accepted: t("lineAccepted", name),
    declined: t("lineDeclined", name),
    withdrawn: t("lineWithdrawn", name),
    expired: t("lineExpired", name),
  };
  return { text: texts[state] };
}

const endTexts: Partial<Record<CallEndReason, "lineCallAbandoned" | "lineCallInterrupted">> = {
  abandoned: "lineCallAbandoned",
  interrupted: "lineCallInterrupted",
};

function tellEnd({ by, reason, duration_ms }: Extract<EventBody, { type: "call_ended" }>): string {
  const duration = formatDuration(duration_ms);
  if (by) return t("lineCallEndedBy", { name: by.name, duration });
  return t(endTexts[reason] ?? "lineCallOver", { duration });
}

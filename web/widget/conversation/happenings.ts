import type { EventBody, MessageSent, Person } from "../../client/protocol.ts";
import type { ThreadEvent } from "../../client/thread.ts";
import { formatClock, formatDuration } from "../../ui/i18n/format.ts";
import { door, hangUp, phone, userPlus, video, warning } from "../../ui/icons.ts";
import { t } from "../texts.ts";

/** A line of the log about something that happened. */
export interface Happening {
  text: string;
  icon?: string;
}

/** Who reads the log, and what the group's calls are. */
export interface Reader {
  me: Person;
  calls: "audio" | "video";
}

type Body = Exclude<EventBody, MessageSent>;
type Teller<B> = (body: B, reader: Reader, atMs: number) => Happening | null;
type Tellers = { [Type in Body["type"]]: Teller<Extract<Body, { type: Type }>> };

const silent = () => null;

const tellers: Tellers = {
  conversation_created: silent,
  messages_seen: silent,
  visitor_identified: silent,
  colleague_invited: silent,
  call_started: silent,
  conversation_taken: ({ operator }) => ({ text: t("taken", { name: operator.name }) }),
  conversation_closed: ({ by }, { me }) => ({
    text: by.id === me.id ? t("closedByMe") : t("closedByOther", { name: by.name }),
    icon: door,
  }),
  conversation_reopened: () => ({ text: t("reopened") }),
  colleague_joined: ({ operator }) => ({ text: t("colleagueJoined", { name: operator.name }), icon: userPlus }),
  colleague_left: ({ operator }) => ({ text: t("colleagueLeft", { name: operator.name }) }),
  call_requested: (_body, { calls }) => ({ text: t(calls === "video" ? "videoRequested" : "audioRequested"), icon: iconOf(calls) }),
  call_invited: ({ by }, { calls }) => ({
    text: t(calls === "video" ? "videoInvited" : "audioInvited", { name: by.name }),
    icon: iconOf(calls),
  }),
  invitation_closed: ({ invitee, state }, { me }) => (invitee.id === me.id ? tellInvitation(state) : null),
  // Who else comes and goes is seen on the stage.
  call_joined: ({ person }, { me, calls }, atMs) =>
    person.id === me.id ? { text: t(calls === "video" ? "videoBegun" : "audioBegun", { time: formatClock(atMs) }), icon: iconOf(calls) } : null,
  call_left: ({ person }, { me }, atMs) => (person.id === me.id ? { text: t("meLeft", { time: formatClock(atMs) }), icon: hangUp } : null),
  call_unreached: ({ person }, { me }) => ({ text: person.id === me.id ? t("meUnreached") : t("otherUnreached", { name: person.name }), icon: warning }),
  call_ended: ({ reason, duration_ms }) => tellEnd(reason, duration_ms),
};

/** What the visitor is told of an event, null for what does not concern him. */
export function happeningOf({ body, atMs }: ThreadEvent, reader: Reader): Happening | null {
  return (tellers[body.type] as Teller<Body>)(body, reader, atMs);
}

function tellInvitation(state: Extract<Body, { type: "invitation_closed" }>["state"]): Happening | null {
  if (state === "declined") return { text: t("invitationDeclined") };
  if (state === "withdrawn") return { text: t("invitationWithdrawn") };
  return state === "expired" ? { text: t("invitationExpired") } : null;
}

function tellEnd(reason: Extract<Body, { type: "call_ended" }>["reason"], durationMs: number): Happening | null {
  if (reason === "interrupted") return { text: t("callInterrupted"), icon: hangUp };
  return { text: t("callEnded", { duration: formatDuration(durationMs) }), icon: hangUp };
}

function iconOf(calls: Reader["calls"]): string {
  return calls === "video" ? video : phone;
}

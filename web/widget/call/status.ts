import { signal } from "@preact/signals";
import type { VisitorDesk } from "../../client/desk.ts";
import { wayText } from "../../ui/call/LineNotice.tsx";
import { formatDuration } from "../../ui/i18n/format.ts";
import { t } from "./texts.ts";
import type { VisitorCall } from "./visitorCall.ts";

const secondMs = 1_000;

/** Moves once a second, for running times. Milliseconds since 1970. */
const nowMs = signal(Date.now());
setInterval(() => {
  nowMs.value = Date.now();
}, secondMs);

/** How long the call has been running, as `04:12`. */
export function durationOf(call: VisitorCall, desk: VisitorDesk): string {
  const { conversations, clockOffsetMs } = desk.state.value;
  const startedAtMs = conversations.get(call.conversationId)?.call?.started_at_ms;
  return formatDuration(startedAtMs === undefined ? 0 : nowMs.value + clockOffsetMs - startedAtMs);
}

/** Where the visitor stands: on his way in, inside, or cut off for a moment. */
export function statusText(call: VisitorCall, desk: VisitorDesk): string {
  const phase = call.call.phase.value;
  if (phase === "reconnecting") return t("reconnecting");
  if (phase !== "inside") return t("entering");
  return [t("inCall", { duration: durationOf(call, desk) }), wayText(call.call)].filter(Boolean).join(" · ");
}

/** The others in the call: `Giulia Ferri`, `Giulia e Paolo`; before anybody is there, the one who invited. */
export function peopleText(call: VisitorCall): string {
  const names = call.call.participants.value.filter(({ isMe }) => !isMe).map(({ name }) => name);
  if (names.length < 2) return names[0] ?? call.invitation?.by.name ?? "";
  const first = names.map((name) => name.split(" ")[0] ?? name);
  return t("names", { first: first.slice(0, -1).join(", "), last: first.at(-1) ?? "" });
}

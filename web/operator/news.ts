import { effect } from "@preact/signals";
import { chats } from "../ui/icons.ts";
import { showToast } from "../ui/Toast.tsx";
import { playChime } from "./chime.ts";
import { visitorName } from "./conversation/membership.ts";
import type { Panel } from "./panel.ts";
import { sound } from "./preferences.ts";
import { t } from "./texts.ts";

/** Tells, with a toast and a chime, of chats that begin to wait and of invitations; returns how to stop that. */
export function announceNews(panel: Panel): () => void {
  let known: ReadonlySet<string> | null = null;
  return effect(() => {
    const waiting = panel.desk.conversations.value.filter((conversation) => conversation.state === "waiting");
    const ids = [...waiting.map((other) => other.conversation_id), ...panel.invitations.value.map((other) => other.invitation.invitation_id)];
    if (panel.desk.state.value.me === null) return;
    const before = known;
    known = new Set(ids);
    // What was there at the start is in the list already.
    if (!before || ids.every((id) => before.has(id))) return;
    if (sound.peek()) void playChime();
    for (const conversation of waiting.filter((other) => !before.has(other.conversation_id))) {
      showToast({ text: t("newChatFrom", { name: visitorName(conversation) }), icon: chats, assertive: true });
    }
  });
}

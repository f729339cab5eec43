import { computed, effect } from "@preact/signals";
import type { Visit } from "./visit.ts";

/** Tells the host page what it shows or keeps, and the desk where the visitor is, whenever that changes. */
export function reportChanges(visit: Visit, token: string): void {
  const { desk, host } = visit;
  const unread = computed(() => desk.conversations.value.reduce((sum, view) => sum + view.unread, 0));
  const conversationOpen = computed(() => desk.conversations.value.some((view) => view.state !== "closed"));
  const online = computed(() => desk.connectionState.value === "ready");
  const known = computed(() => desk.state.value.me !== null);

  effect(() => host.tell({ type: "unread", count: unread.value }));
  effect(() => {
    if (known.value) host.tell({ type: "remember", memory: { token, conversationOpen: conversationOpen.value } });
  });
  const reportPresence = () => {
    const page = visit.page.peek();
    desk.reportPresence(document.hidden ? "leaving" : "here", page?.title ?? null, page?.url ?? null);
  };
  effect(() => {
    if (online.value && visit.page.value) reportPresence();
  });
  document.addEventListener("visibilitychange", reportPresence);
}

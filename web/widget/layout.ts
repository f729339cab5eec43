import { signal } from "@preact/signals";
import { useVisit } from "./context.ts";

/**
 * How the widget is arranged: `chat` alone; in a call `panel` (stage above the chat), `wide` (chat left, stage
 * right) or `video` (the stage alone, as on a phone).
 */
export type Layout = "chat" | "panel" | "wide" | "video";

interface Room {
  inCall: boolean;
  /** There is room for chat and stage side by side. */
  wide: boolean;
  /** The widget covers the page or the phone, but is narrow. */
  full: boolean;
  /** The visitor wants to see the chat in a place for one of the two. */
  chatWanted: boolean;
}

export function layoutFor({ inCall, wide, full, chatWanted }: Room): Layout {
  if (!inCall) return "chat";
  if (wide) return "wide";
  return full && !chatWanted ? "video" : "panel";
}

const wideQuery = matchMedia("(min-width: 960px)");
const isWide = signal(wideQuery.matches);
wideQuery.addEventListener("change", () => {
  isWide.value = wideQuery.matches;
});

/** In a frame the window says nothing of the device, the screen does. */
const isPhone = Math.min(screen.width, screen.height) < 600;

/** Whether the chat is shown where there is no room for it beside the video. */
export const chatWanted = signal(false);

/** Whether chat and video take turns. */
export function useTurns(): boolean {
  const { expanded } = useVisit();
  return !isWide.value && (isPhone || expanded.value);
}

export function useLayout(inCall: boolean): Layout {
  const full = useTurns();
  return layoutFor({ inCall, wide: isWide.value, full, chatWanted: chatWanted.value });
}

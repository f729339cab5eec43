import { useEffect } from "preact/hooks";
import { toggle } from "./CallControls.tsx";
import type { CallDesk } from "./callDesk.ts";

/** M and V turn microphone and camera on and off during a call, while nobody is typing. */
export function useCallKeys(calls: CallDesk): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const call = calls.entered.peek()?.call;
      if (!call || call.phase.peek() === "ended" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const device = { m: call.media.microphone, v: call.media.camera }[event.key.toLowerCase()];
      const available = device === call.media.microphone || calls.entered.peek()?.audioOnly === false;
      if (device && available) toggle(device);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [calls]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") !== null;
}

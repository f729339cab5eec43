import { signal } from "@preact/signals";

const shown = signal(document.fullscreenElement !== null);
document.addEventListener("fullscreenchange", () => {
  shown.value = document.fullscreenElement !== null;
});

/** Whether the page fills the screen. */
export function useFullScreen(): boolean {
  return shown.value;
}

/**
 * The whole page goes full screen, not the stage alone: dialogs and messages must stay visible. The layout gives
 * the stage all the room.
 */
export function toggleFullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen();
}

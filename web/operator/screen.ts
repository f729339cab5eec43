import { signal, type ReadonlySignal } from "@preact/signals";

/** Room for one pane at a time. */
export const isPhone = watchMedia("(max-width: 759px)");
/** Room for the visitor's card beside the conversation. */
export const isWide = watchMedia("(min-width: 1240px)");

function watchMedia(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener("change", () => (matches.value = media.matches));
  return matches;
}

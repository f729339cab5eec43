import { useEffect, useRef } from "preact/hooks";

/** With a finger, a focused text field would bring up the keyboard over what was just opened. */
const fine = matchMedia("(pointer: fine)");

/**
 * Takes the focus to a place that has just appeared, for what had it before is gone; to the field in it that
 * `selector` names, if any. What still has the focus keeps it.
 */
export function useArrival<Place extends HTMLElement>(selector?: string) {
  const place = useRef<Place>(null);
  useEffect(() => {
    if (!document.hasFocus() || document.activeElement !== document.body) return;
    const field = selector && fine.matches ? place.current?.querySelector<HTMLElement>(selector) : null;
    (field ?? place.current)?.focus();
  }, [selector]);
  return place;
}

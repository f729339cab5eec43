import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ThreadItem } from "../../client/thread.ts";

const nearPx = 48;

/**
 * Keeps a log at its end while its reader is there, and where he reads while he is not, also when earlier
 * messages appear above. `onRead` is called when its end is before his eyes.
 */
export function useFollowing(items: readonly ThreadItem[], visible: boolean, onRead: () => void) {
  const area = useRef<HTMLDivElement>(null);
  const atEnd = useSignal(true);
  const known = useRef({ first: items[0]?.key, height: 0 });

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    const { first, height } = known.current;
    if (atEnd.peek()) element.scrollTop = element.scrollHeight;
    else if (first !== items[0]?.key) element.scrollTop += element.scrollHeight - height;
    known.current = { first: items[0]?.key, height: element.scrollHeight };
  }, [items, atEnd]);

  // The composer grows, the stage comes, the window turns: the end stays at the end.
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.peek()) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [atEnd, visible]);

  useRead(items, visible && atEnd.value, onRead);

  const onScroll = () => {
    const element = area.current;
    if (element) atEnd.value = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
  };
  const toEnd = () => {
    atEnd.value = true;
    area.current?.scrollTo({ top: area.current.scrollHeight });
  };
  return { area, atEnd: atEnd.value, onScroll, toEnd };
}

/** Reports what is read once it is in view and the page is before the visitor's eyes. */
function useRead(items: readonly ThreadItem[], inView: boolean, onRead: () => void): void {
  const report = useRef(onRead);
  report.current = onRead;
  useEffect(() => {
    if (!inView) return;
    const read = () => !document.hidden && report.current();
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [items, inView]);
}

import { useSignal, type Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

const nearPx = 48;

interface LogScroll {
  frame: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** Whether the end of the log is on the screen. */
  atEnd: Signal<boolean>;
  onScroll: () => void;
  toEnd: () => void;
}

/**
 * Keeps a log where its reader is: at the end as it grows, or on the same message when earlier ones come in above.
 * `firstKey` and `lastKey` name the outermost entries.
 */
export function useLogScroll(firstKey: string | undefined, lastKey: string | undefined): LogScroll {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useSignal(true);
  const height = useRef(0);

  const toEnd = () => {
    if (frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  };
  const onScroll = () => {
    const element = frame.current;
    if (element) atEnd.value = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
  };
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    if (atEnd.peek()) toEnd();
    else element.scrollTop += element.scrollHeight - height.current;
    height.current = element.scrollHeight;
  }, [firstKey, atEnd]);
  useLayoutEffect(() => {
    if (atEnd.peek()) toEnd();
    height.current = frame.current?.scrollHeight ?? 0;
  }, [lastKey, atEnd]);
  useEffect(() => {
    // The composer grows, a name wraps, the window turns: the end stays in sight.
    const observer = new ResizeObserver(() => atEnd.peek() && toEnd());
    if (frame.current) observer.observe(frame.current);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, [atEnd]);
  return { frame, content, atEnd, onScroll, toEnd };
}

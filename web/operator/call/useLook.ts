import { useEffect } from "preact/hooks";
import type { Call } from "../../client/call/call.ts";

/** Looks at the own picture for as long as a component shows it and the page is seen. */
export function useLook(call: Call): void {
  useEffect(() => {
    let stop: (() => void) | null = null;
    const follow = () => {
      stop?.();
      stop = document.visibilityState === "visible" ? call.look() : null;
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      stop?.();
    };
  }, [call]);
}

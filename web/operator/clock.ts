import { signal } from "@preact/signals";

const everyMs = 15_000;

/** The time as lists show it; it moves four times a minute, so that ages grow. Milliseconds since 1970. */
export const nowMs = signal(Date.now());

setInterval(() => {
  nowMs.value = Date.now();
}, everyMs);

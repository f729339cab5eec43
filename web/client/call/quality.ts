/** Packets that arrived and that are missing since the connection began, and the round trip in seconds. */
export interface Reception {
  received: number;
  lost: number;
  roundTripS: number | null;
}

// Best first: what a call of that quality may lose at most, and how long its round trip may take.
const STEPS: readonly { quality: number; loss: number; roundTripS: number }[] = [
  { quality: 4, loss: 0.01, roundTripS: 0.15 },
  { quality: 3, loss: 0.03, roundTripS: 0.3 },
  { quality: 2, loss: 0.08, roundTripS: 0.5 },
];

/** The quality between two looks at the connection: 4 very good, 3 good, 2 weak, 1 bad. */
export function qualityBetween(before: Reception, after: Reception): number {
  const received = Math.max(after.received - before.received, 0);
  // Late packets are taken back from the lost ones.
  const lost = Math.max(after.lost - before.lost, 0);
  const loss = lost / Math.max(received + lost, 1);
  const roundTripS = after.roundTripS ?? 0;
  return STEPS.find((step) => loss <= step.loss && roundTripS <= step.roundTripS)?.quality ?? 1;
}

/** The quality of a connection (0 to 4; null while unknown) in the three steps that people are shown. */
export function gradeOf(quality: number | null): "good" | "fair" | "weak" | undefined {
  if (quality === null) return undefined;
  if (quality >= 3) return "good";
  return quality === 2 ? "fair" : "weak";
}


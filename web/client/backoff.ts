const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/**
 * How long to wait before attempt number `attempt` (0 is the first repeat), in milliseconds.
 *
 * Doubles up to 15 s; `random` (0 to 1) spreads it over its upper half, so that the clients of a server that
 * restarts do not all come back in the same moment.
 */
export function backoffMs(attempt: number, random: number): number {
  const longest = Math.min(FIRST_MS * 2 ** attempt, LONGEST_MS);
  return (longest * (1 + random)) / 2;
}

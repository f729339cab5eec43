import type { Problem } from "./protocol.ts";

/** The desk said no: `code` for programs (the table in docs/protocol.md), `message` for people. */
export class DeskError extends Error {
  override readonly name = "DeskError";
  readonly code: string;
  /** Seconds after which a repeat may succeed, when the desk named them. */
  readonly retryAfterS: number | null;

  constructor(problem: Problem, retryAfterS: number | null = null) {
    super(problem.message);
    this.code = problem.code;
    this.retryAfterS = retryAfterS;
  }
}

/** The code of anything thrown; `unavailable` stands for a network that failed. */
export function codeOf(error: unknown): string {
  return error instanceof DeskError ? error.code : "unavailable";
}

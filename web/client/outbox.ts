import { DeskError } from "./errors.ts";
import type { Done, History, OperatorCommand, VisitorCommand } from "./protocol.ts";

export type Command = VisitorCommand | OperatorCommand;

/** A command that the server answers. */
export type AnsweredCommand = Extract<Command, { rid: number }>;

/** A command as callers write it: its number is given when it is sent. */
export type Unnumbered<C> = C extends { rid: number } ? Omit<C, "rid"> : never;

export type Answer = Done | History;

interface Waiting {
  command: AnsweredCommand;
  sent: boolean;
  resolve: (answer: Answer) => void;
  reject: (error: DeskError) => void;
  patience: ReturnType<typeof setTimeout> | undefined;
}

const MOST_WAITING = 200;
const PATIENCE_MS = 20_000;

// What was written must arrive, however late. The rest answers a click: carried out minutes later, when
// the network is back, it would surprise.
const KEPT: ReadonlySet<Command["type"]> = new Set(["send_message", "open_conversation", "mark_seen", "identify"]);

/**
 * Commands on their way: kept in their order until answered, so that they can be repeated.
 *
 * At most 200 wait; more are refused with `unavailable`, as are commands that answer a click after 20 s.
 */
export class Outbox {
  readonly #waiting = new Map<number, Waiting>();
  #lastRid = 0;

  /** A number for a frame that nobody waits for. */
  nextRid(): number {
    this.#lastRid += 1;
    return this.#lastRid;
  }

  /** Takes a command in; the promise settles with its answer. Rejects with `DeskError`. */
  add(command: Unnumbered<AnsweredCommand>): { rid: number; answer: Promise<Answer> } {
    const rid = this.nextRid();
    if (this.#waiting.size >= MOST_WAITING) return { rid, answer: Promise.reject(unavailable()) };
    const answer = new Promise<Answer>((resolve, reject) => {
      const patience = KEPT.has(command.type) ? undefined : setTimeout(() => this.#lose(rid), PATIENCE_MS);
      this.#waiting.set(rid, { command: { ...command, rid }, sent: false, resolve, reject, patience });
    });
    return { rid, answer };
  }

  /** Sends one waiting command, or after a reconnect all of them in order. */
  flush(send: (command: AnsweredCommand) => boolean, rid?: number): void {
    for (const waiting of this.#waiting.values()) {
      if (rid === undefined || waiting.command.rid === rid) waiting.sent = send(waiting.command) || waiting.sent;
    }
  }

  answered(answer: Answer): void {
    this.#take(answer.rid)?.resolve(answer);
  }

  refused(rid: number, error: DeskError): void {
    this.#take(rid)?.reject(error);
  }

  /** Refuses all commands, or only those that were sent. */
  refuseAll(error: DeskError, only: "sent" | "all"): void {
    for (const [rid, waiting] of [...this.#waiting]) {
      if (only === "all" || waiting.sent) this.refused(rid, error);
    }
  }

  #lose(rid: number): void {
    this.refused(rid, unavailable());
  }

  #take(rid: number): Waiting | undefined {
    const waiting = this.#waiting.get(rid);
    this.#waiting.delete(rid);
    clearTimeout(waiting?.patience);
    return waiting;
  }
}

function unavailable(): DeskError {
  return new DeskError({ code: "unavailable", message: "No connection to the desk" });
}

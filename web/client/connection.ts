import { type ReadonlySignal, signal } from "@preact/signals-core";

import { DeskError } from "./errors.ts";
import { type AnsweredCommand, type Command, Outbox, type Unnumbered } from "./outbox.ts";
import type { Done, Hello, History, Refused, ServerFrame } from "./protocol.ts";
import { ReconnectingSocket } from "./socket.ts";

/**
 * `connecting` until the desk first answers; `ready`; `offline` from a loss until the desk answers again
 * (it is tried all the time); `refused` for good, with the reason in `Connection.refusal`.
 */
export type ConnectionState = "connecting" | "ready" | "offline" | "refused";

export interface ConnectionOptions {
  url: string;
  /** The first frame of each connection; carries the cursor that was reached. */
  hello: () => Hello;
  /** Takes every frame from the server, in order, before the answer of a command is handed out. */
  onFrame: (frame: ServerFrame) => void;
  timing?: ConnectionTiming;
}

/** Milliseconds of silence after which the desk is asked whether it lives, and that its answers may take. */
export interface ConnectionTiming {
  silenceMs: number;
  answerMs: number;
}

type AnswerTo<C> = C extends { type: "fetch_history" } ? History : Done;
type Ephemeral = Exclude<Command, AnsweredCommand>;

const TIMING: ConnectionTiming = { silenceMs: 20_000, answerMs: 8_000 };

// With these the desk will not have this client, however often it comes back.
const FINAL: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "not_found", "bad_origin", "version"]);

/**
 * The chat socket: says hello, notices when the line is dead, comes back, and repeats what was not answered.
 *
 * Start and resume are one path: `Hello` with the cursor reached so far, then `Ready`, then events.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #timing: ConnectionTiming;
  readonly #socket: ReconnectingSocket;
  readonly #outbox = new Outbox();
  readonly #state = signal<ConnectionState>("connecting");
  readonly #refusal = signal<DeskError | null>(null);
  #vigil: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#timing = options.timing ?? TIMING;
    this.#socket = new ReconnectingSocket(options.url, {
      opened: () => this.#sayHello(),
      received: (frame) => this.#receive(frame as ServerFrame),
      lost: () => this.#lose(),
      doubted: () => this.#ping(),
    });
  }

  get state(): ReadonlySignal<ConnectionState> {
    return this.#state;
  }

  /** Why the desk will not have this client, once `state` is `refused`. */
  get refusal(): ReadonlySignal<DeskError | null> {
    return this.#refusal;
  }

  open(): void {
    this.#socket.open();
  }

  /** Disconnect for good; what was not answered is refused with `unavailable`. */
  close(): void {
    this.#end(new DeskError({ code: "unavailable", message: "The connection was closed" }));
  }

  /** Sends a command and waits for its answer, over lost connections too. Rejects with `DeskError`. */
  request<C extends Unnumbered<AnsweredCommand>>(command: C): Promise<AnswerTo<C>> {
    const refusal = this.#refusal.peek();
    if (refusal) return Promise.reject(refusal);
    const { rid, answer } = this.#outbox.add(command);
    if (this.#state.peek() === "ready") {
      this.#outbox.flush((frame) => this.#socket.send(frame), rid);
      this.#expectAnswer();
    }
    return answer as Promise<AnswerTo<C>>;
  }

  /** Sends what is only worth something now; dropped without a connection. */
  mention(command: Ephemeral): void {
    if (this.#state.peek() === "ready") this.#socket.send(command);
  }

  #sayHello(): void {
    this.#socket.send(this.#options.hello());
    this.#expectAnswer();
  }

  #receive(frame: ServerFrame): void {
    this.#keepVigil(this.#timing.silenceMs, () => this.#ping());
    this.#options.onFrame(frame);
    if (frame.type === "ready") this.#resume();
    else if (frame.type === "done" || frame.type === "history") this.#outbox.answered(frame);
    else if (frame.type === "refused") this.#refuse(frame);
  }

  #resume(): void {
    this.#socket.settle();
    this.#state.value = "ready";
    this.#outbox.flush((frame) => this.#socket.send(frame));
  }

  #refuse(frame: Refused): void {
    const error = new DeskError(frame);
    if (frame.rid !== null) this.#outbox.refused(frame.rid, error);
    else if (FINAL.has(frame.code)) this.#end(error);
    // One of the frames sent could not be read. Nobody knows which, so none of them is repeated for ever.
    else this.#outbox.refuseAll(error, "sent");
  }

  #lose(): void {
    clearTimeout(this.#vigil);
    this.#state.value = "offline";
  }

  #end(error: DeskError): void {
    clearTimeout(this.#vigil);
    this.#socket.close();
    this.#refusal.value = error;
    this.#state.value = "refused";
    this.#outbox.refuseAll(error, "all");
  }

  // A browser shows nothing of WebSocket's own pings and may hold a dead socket open for minutes.
  #ping(): void {
    this.#socket.send({ type: "ping", rid: this.#outbox.nextRid() });
    this.#expectAnswer();
  }

  #expectAnswer(): void {
    this.#keepVigil(this.#timing.answerMs, () => this.#socket.drop());
  }

  #keepVigil(ms: number, act: () => void): void {
    clearTimeout(this.#vigil);
    this.#vigil = setTimeout(act, ms);
  }
}

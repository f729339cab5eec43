import { type ReadonlySignal, signal } from "@preact/signals-core";

import { DeskError } from "../errors.ts";
import type { CloseReason, LayersWanted, Levels, Refused, RoomCommand, RoomDone, RoomMessage, RoomState, SetLine, SlotKind } from "../protocol.ts";
import { ReconnectingSocket } from "../socket.ts";
import { grown, grows, type Heights, inSteps } from "./shown.ts";
import type { MediaState } from "./slots.ts";

/** What the own network allows. */
export type Line = Omit<SetLine, "type" | "rid">;

type RoomFrame = RoomMessage | RoomDone | Refused;
type Numbered<Command> = Command extends { rid: number } ? Omit<Command, "rid"> : never;
type Answered = (refusal: DeskError | null) => void;

/** What a room socket tells its owner. */
export interface RoomListener {
  /** The session is over. */
  closed(reason: CloseReason): void;
  /** What was to be sent is not allowed (`screen_taken`). */
  refused(error: DeskError): void;
  /** These are off since an earlier stay: what is still on when this returns, the person has turned on himself. */
  held(kinds: readonly SlotKind[]): void;
  /** Only these layers of the own camera are of use to anybody, by rid. */
  layersWanted(wanted: LayersWanted): void;
  /** The server knows nothing of this session. */
  gone(): void;
}

const GROW_MS = 200;
const SHRINK_MS = 500;
const ANSWER_MS = 5_000;
const SILENCE: Levels = { type: "levels", levels: {}, speaker: null };

/** The socket of one session in a room: who is inside and in which slot, who speaks, and what we send. */
export class RoomSocket {
  readonly #socket: ReconnectingSocket;
  readonly #listener: RoomListener;
  readonly #token: string;
  readonly #state = signal<RoomState | null>(null);
  readonly #levels = signal<Levels>(SILENCE);
  readonly #paused = signal<readonly string[]>([]);
  #media: MediaState;
  // What was off since an earlier stay when this session began; null until the first state says it.
  #held: readonly SlotKind[] | null = null;
  #mirror = false;
  #line: Line = { path: "udp", audio_only: false };
  #heights: Heights = {};
  // Null until something is shown: until then the server takes all slots to be shown in full.
  #told: Heights | null = null;
  #toldAt = 0;
  #resizing: ReturnType<typeof setTimeout> | undefined;
  // Set while one is going in from the lobby.
  #entered: Answered | null = null;
  #rid = 0;
  readonly #unanswered = new Map<number, Answered>();
  #vigil: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, token: string, media: MediaState, listener: RoomListener) {
    this.#token = token;
    this.#media = media;
    this.#listener = listener;
    this.#socket = new ReconnectingSocket(url, {
      opened: () => this.#sayHello(),
      received: (frame) => this.#receive(frame as RoomFrame),
      lost: () => this.#forgetAnswers(),
      doubted: () => this.reconnect(),
    });
    this.#socket.open();
  }

  get state(): ReadonlySignal<RoomState | null> {
    return this.#state;
  }

  get levels(): ReadonlySignal<Levels> {
    return this.#levels;
  }

  /** The slots, by mid, whose picture the own line has no room for. */
  get paused(): ReadonlySignal<readonly string[]> {
    return this.#paused;
  }

  /** Says what is on from now on; the last word holds, over lost connections too. */
  setMedia(media: MediaState): void {
    if (isSame(media, this.#media)) return;
    this.#media = media;
    this.#tellMedia();
  }

  /** Goes in from the lobby, over lost connections too. Rejects with `DeskError`. */
  enter(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#entered = (refusal) => {
        this.#entered = null;
        if (refusal) reject(refusal);
        else resolve();
      };
      this.#tellEnter();
    });
  }

  /** Asks for the own picture in the self slot, or no longer. */
  setMirror(on: boolean): void {
    if (on === this.#mirror) return;
    this.#mirror = on;
    this.#tellMirror();
  }

  /** Says what the own network allows. */
  setLine(line: Line): void {
    if (line.path === this.#line.path && line.audio_only === this.#line.audio_only) return;
    this.#line = line;
    this.#tellLine();
  }

  /** Says how high the slots are shown: what grows at once, what shrinks when it has stayed so for a moment. */
  setHeights(heights: Heights): void {
    this.#heights = inSteps(heights);
    clearTimeout(this.#resizing);
    const sinceMs = Date.now() - this.#toldAt;
    if (!grows(this.#heights, this.#told ?? {})) this.#shrinkLater();
    else if (sinceMs >= GROW_MS) this.#grow();
    else this.#resizing = setTimeout(() => this.#grow(), GROW_MS - sinceMs);
  }

  /** The network has changed: the old socket may be dead without knowing. */
  reconnect(): void {
    this.#forgetAnswers();
    this.#socket.retryNow();
  }

  close(): void {
    clearTimeout(this.#resizing);
    this.#forgetAnswers();
    this.#entered?.(new DeskError({ code: "unavailable", message: "The session is over" }));
    this.#socket.close();
  }

  #sayHello(): void {
    this.#socket.send({ type: "hello", token: this.#token });
    this.#tellMedia();
    this.#tellLine();
    if (this.#mirror) this.#tellMirror();
    if (this.#told) this.#tellHeights(this.#heights);
    if (this.#entered) this.#tellEnter();
  }

  #tellMedia(): void {
    const answered: Answered = (refusal) => refusal && this.#listener.refused(refusal);
    this.#tell({ type: "set_media", ...this.#media, lifted: this.#lifted() }, answered);
  }

  #tellMirror(): void {
    this.#tell({ type: "set_mirror", on: this.#mirror }, () => undefined);
  }

  #tellLine(): void {
    this.#tell({ type: "set_line", ...this.#line }, () => undefined);
  }

  #grow(): void {
    this.#tellHeights(grown(this.#heights, this.#told ?? {}));
    this.#shrinkLater();
  }

  #shrinkLater(): void {
    if (this.#told) this.#resizing = setTimeout(() => this.#tellHeights(this.#heights), SHRINK_MS);
  }

  #tellHeights(heights: Heights): void {
    this.#told = heights;
    this.#toldAt = Date.now();
    this.#tell({ type: "set_heights", heights }, () => undefined);
  }

  #tellEnter(): void {
    this.#tell({ type: "enter" }, (refusal) => this.#entered?.(refusal));
  }

  #tell(command: Numbered<RoomCommand>, answered: Answered): void {
    this.#rid += 1;
    if (!this.#socket.send({ ...command, rid: this.#rid })) return;
    this.#unanswered.set(this.#rid, answered);
    clearTimeout(this.#vigil);
    this.#vigil = setTimeout(() => this.#socket.drop(), ANSWER_MS);
  }

  #forgetAnswers(): void {
    clearTimeout(this.#vigil);
    this.#unanswered.clear();
  }

  #receive(frame: RoomFrame): void {
    this.#socket.settle();
    switch (frame.type) {
      case "room_state":
        if (!this.#held) this.#hold(frame.held);
        this.#state.value = frame;
        break;
      case "layers_wanted":
        this.#listener.layersWanted(frame);
        break;
      case "pictures_paused":
        this.#paused.value = frame.slots;
        break;
      case "levels":
        this.#levels.value = frame;
        break;
      case "closed":
        this.close();
        this.#listener.closed(frame.reason);
        break;
      case "done":
      case "refused":
        this.#takeAnswer(frame);
        break;
    }
  }

  #hold(kinds: readonly SlotKind[]): void {
    this.#held = kinds;
    if (kinds.length === 0) return;
    this.#listener.held(kinds);
    if (this.#lifted().length > 0) this.#tellMedia();
  }

  #lifted(): SlotKind[] {
    return (this.#held ?? []).filter((kind) => this.#media[kind]);
  }

  #takeAnswer(frame: RoomDone | Refused): void {
    if (frame.rid === null) {
      this.close();
      this.#listener.gone();
    } else {
      const answered = this.#unanswered.get(frame.rid);
      this.#unanswered.delete(frame.rid);
      if (this.#unanswered.size === 0) clearTimeout(this.#vigil);
      answered?.(frame.type === "refused" ? new DeskError(frame) : null);
    }
  }
}

function isSame(one: MediaState, other: MediaState): boolean {
  return one.microphone === other.microphone && one.camera === other.camera && one.screen === other.screen;
}

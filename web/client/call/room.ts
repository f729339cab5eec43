import { type ReadonlySignal, signal } from "@preact/signals-core";

import { DeskError } from "../errors.ts";
import type { CloseReason, Levels, Refused, RoomDone, RoomMessage, RoomState, SlotKind } from "../protocol.ts";
import { ReconnectingSocket } from "../socket.ts";
import type { MediaState } from "./slots.ts";

type RoomFrame = RoomMessage | RoomDone | Refused;

/** What a room socket tells its owner. */
export interface RoomListener {
  /** The session is over. */
  closed(reason: CloseReason): void;
  /** What was to be sent is not allowed (`screen_taken`). */
  refused(error: DeskError): void;
  /** These are off since an earlier stay: what is still on when this returns, the person has turned on himself. */
  held(kinds: readonly SlotKind[]): void;
  /** The server knows nothing of this session. */
  gone(): void;
}

const ANSWER_MS = 5_000;
const SILENCE: Levels = { type: "levels", levels: {}, speaker: null };

/** The socket of one session in a room: who is inside and in which slot, who speaks, and what we send. */
export class RoomSocket {
  readonly #socket: ReconnectingSocket;
  readonly #listener: RoomListener;
  readonly #token: string;
  readonly #state = signal<RoomState | null>(null);
  readonly #levels = signal<Levels>(SILENCE);
  #media: MediaState;
  // What was off since an earlier stay when this session began; null until the first state says it.
  #held: readonly SlotKind[] | null = null;
  #rid = 0;
  #vigil: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, token: string, media: MediaState, listener: RoomListener) {
    this.#token = token;
    this.#media = media;
    this.#listener = listener;
    this.#socket = new ReconnectingSocket(url, {
      opened: () => this.#sayHello(),
      received: (frame) => this.#receive(frame as RoomFrame),
      lost: () => clearTimeout(this.#vigil),
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

  /** Says what is on from now on; the last word holds, over lost connections too. */
  setMedia(media: MediaState): void {
    if (isSame(media, this.#media)) return;
    this.#media = media;
    this.#tellMedia();
  }

  /** The network has changed: the old socket may be dead without knowing. */
  reconnect(): void {
    clearTimeout(this.#vigil);
    this.#socket.retryNow();
  }

  close(): void {
    clearTimeout(this.#vigil);
    this.#socket.close();
  }

  #sayHello(): void {
    this.#socket.send({ type: "hello", token: this.#token });
    this.#tellMedia();
  }

  #tellMedia(): void {
    this.#rid += 1;
    if (!this.#socket.send({ type: "set_media", rid: this.#rid, ...this.#media, lifted: this.#lifted() })) return;
    clearTimeout(this.#vigil);
    this.#vigil = setTimeout(() => this.#socket.drop(), ANSWER_MS);
  }

  #receive(frame: RoomFrame): void {
    this.#socket.settle();
    switch (frame.type) {
      case "room_state":
        if (!this.#held) this.#hold(frame.held);
        this.#state.value = frame;
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
    } else if (frame.rid === this.#rid) {
      clearTimeout(this.#vigil);
      if (frame.type === "refused") this.#listener.refused(new DeskError(frame));
    }
  }
}

function isSame(one: MediaState, other: MediaState): boolean {
  return one.microphone === other.microphone && one.camera === other.camera && one.screen === other.screen;
}

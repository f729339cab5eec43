import { type ReadonlySignal, signal } from "@preact/signals-core";

import type { LinePath } from "../protocol.ts";
import { qualityBetween } from "./quality.ts";
import { lineOf, type LineReport, StallWatch, WeaknessWatch } from "./line.ts";

const EVERY_MS = 1_000;

/** Looks at a peer connection once a second: how good it is, by which way it goes, and whether it has died. */
export class LineMonitor {
  readonly #peer: RTCPeerConnection;
  readonly #stalled: () => void;
  readonly #quality = signal<number | null>(null);
  readonly #path = signal<LinePath>("udp");
  readonly #weak = signal(false);
  readonly #stall = new StallWatch();
  readonly #weakness = new WeaknessWatch();
  readonly #timer: ReturnType<typeof setInterval>;
  #last: LineReport[] = [];

  /** `stalled` is called, again and again, while nothing comes back of what is sent. */
  constructor(peer: RTCPeerConnection, stalled: () => void) {
    this.#peer = peer;
    this.#stalled = stalled;
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  /** 0 (no connection) to 4 (very good), over the last two seconds; null before that. */
  get quality(): ReadonlySignal<number | null> {
    return this.#quality;
  }

  get path(): ReadonlySignal<LinePath> {
    return this.#path;
  }

  /** Whether the line has been too weak for pictures for a while. */
  get weak(): ReadonlySignal<boolean> {
    return this.#weak;
  }

  /** Whether nothing has arrived of late. */
  get silent(): boolean {
    return this.#stall.silent;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const line = lineOf(await this.#peer.getStats());
    const connected = this.#peer.connectionState === "connected";
    const before = this.#last.length === 2 ? this.#last.shift() : undefined;
    this.#last.push(line);
    if (!connected) this.#quality.value = 0;
    else if (before) this.#quality.value = qualityBetween(before, line);
    this.#path.value = line.path ?? this.#path.peek();
    this.#weak.value = this.#weakness.look(connected ? this.#quality.peek() : null);
    if (this.#stall.look(line) && connected) this.#stalled();
  }
}

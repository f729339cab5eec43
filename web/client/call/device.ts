import { computed, type ReadonlySignal, signal } from "@preact/signals-core";

/**
 * Why there is no microphone, camera or screen: `denied` by the person or the page's policy, `missing`,
 * `busy` in another program, `lost` (unplugged) or `insecure` (a browser lends devices only over HTTPS).
 */
export type DeviceProblem = "denied" | "missing" | "busy" | "lost" | "insecure";

const PROBLEMS: Readonly<Record<string, DeviceProblem>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** What is wrong, as `getUserMedia` and `getDisplayMedia` said it. */
export function problemOf(error: unknown): DeviceProblem {
  return (error instanceof DOMException ? PROBLEMS[error.name] : undefined) ?? "missing";
}

/** The browser's devices. Throws what they throw, and a `SecurityError` on a page without HTTPS. */
export function mediaDevices(): MediaDevices {
  if (!globalThis.isSecureContext) throw new DOMException("Devices need HTTPS", "SecurityError");
  return navigator.mediaDevices;
}

/** Phones have no screen to share. */
export function canShareScreen(): boolean {
  return globalThis.isSecureContext && "getDisplayMedia" in navigator.mediaDevices;
}

type Opener = (constraints: MediaTrackConstraints) => Promise<MediaStreamTrack>;

export interface DeviceOptions {
  constraints: MediaTrackConstraints;
  open: Opener;
  /** Whether the device stays open while it is off, so that it is on again at once (microphones). */
  keepOpen: boolean;
}

/** The microphone or the camera: on or off, and which one. */
export class LocalDevice {
  readonly #options: DeviceOptions;
  readonly #on = signal(false);
  readonly #track = signal<MediaStreamTrack | null>(null);
  readonly #problem = signal<DeviceProblem | null>(null);
  readonly #deviceId = signal<string | null>(null);
  // Counts what was asked for: a device that opens after something else was asked for is closed again.
  #turn = 0;
  /** What is to be sent: the open device while it is on. */
  readonly sending = computed(() => (this.#on.value ? this.#track.value : null));

  constructor(options: DeviceOptions) {
    this.#options = options;
  }

  /** Whether it is on, or about to be. */
  get on(): ReadonlySignal<boolean> {
    return this.#on;
  }

  /** Why it is off although it was asked for. */
  get problem(): ReadonlySignal<DeviceProblem | null> {
    return this.#problem;
  }

  /** The device that was chosen or that the browser chose. */
  get deviceId(): ReadonlySignal<string | null> {
    return this.#deviceId;
  }

  get constraints(): MediaTrackConstraints {
    const id = this.#deviceId.peek();
    return id === null ? this.#options.constraints : { ...this.#options.constraints, deviceId: { ideal: id } };
  }

  async turnOn(): Promise<void> {
    if (this.#on.peek() && this.#track.peek()) return;
    if (this.#track.peek()) this.#on.value = true;
    else await this.#openInto(this.begin());
  }

  turnOff(): void {
    this.#turn += 1;
    this.#on.value = false;
    if (!this.#options.keepOpen) this.#release();
  }

  /** Takes another device; it is on afterwards if it was on before. */
  async select(deviceId: string): Promise<void> {
    this.#deviceId.value = deviceId;
    const on = this.#on.peek();
    if (!on) this.#release();
    else await this.#openInto(this.begin());
  }

  /** Closes the device. */
  close(): void {
    this.turnOff();
    this.#release();
  }

  /** Announces that the device is being opened, by itself or together with the other one. */
  begin(): number {
    this.#turn += 1;
    this.#on.value = true;
    this.#problem.value = null;
    return this.#turn;
  }

  /** Takes the track that was opened in `turn`. */
  adopt(turn: number, track: MediaStreamTrack): void {
    if (turn !== this.#turn) {
      track.stop();
      return;
    }
    this.#release();
    track.onended = () => this.#fail("lost");
    this.#track.value = track;
    this.#deviceId.value = track.getSettings().deviceId ?? null;
  }

  async #openInto(turn: number): Promise<void> {
    try {
      this.adopt(turn, await this.#options.open(this.constraints));
    } catch (error) {
      if (turn === this.#turn) this.#fail(globalThis.isSecureContext ? problemOf(error) : "insecure");
    }
  }

  #fail(problem: DeviceProblem): void {
    this.#release();
    this.#on.value = false;
    this.#problem.value = problem;
  }

  #release(): void {
    const track = this.#track.peek();
    if (!track) return;
    track.onended = null;
    track.stop();
    this.#track.value = null;
  }
}

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";

import { type DeviceProblem, LocalDevice, mediaDevices, problemOf } from "./device.ts";
import type { SentTracks } from "./slots.ts";

const MICROPHONE: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};
const SCREEN: DisplayMediaStreamOptions = { video: { frameRate: { ideal: 15, max: 15 } }, audio: false };

/** What there is to choose from. Names are empty until the person has allowed a device. */
export interface AvailableDevices {
  microphones: readonly MediaDeviceInfo[];
  cameras: readonly MediaDeviceInfo[];
  speakers: readonly MediaDeviceInfo[];
}

/** This side's microphone, camera and screen. */
export class LocalMedia {
  readonly microphone = new LocalDevice({
    constraints: MICROPHONE,
    open: async (audio) => firstTrack(await mediaDevices().getUserMedia({ audio })),
    keepOpen: true,
  });
  readonly camera = new LocalDevice({
    constraints: CAMERA,
    open: async (video) => firstTrack(await mediaDevices().getUserMedia({ video })),
    keepOpen: false,
  });
  readonly #screen = signal<MediaStreamTrack | null>(null);
  readonly #devices = signal<AvailableDevices>({ microphones: [], cameras: [], speakers: [] });
  readonly #refresh = () => void this.#listDevices();
  /** What is to be sent at this moment. */
  readonly sending: ReadonlySignal<SentTracks> = computed(() => ({
    microphone: this.microphone.sending.value,
    camera: this.camera.sending.value,
    screen: this.#screen.value,
  }));
  /** The own picture, for a mirror; null while the camera is off. */
  readonly cameraPicture = computed(() => streamOf(this.camera.sending.value));
  readonly screenPicture = computed(() => streamOf(this.#screen.value));

  get devices(): ReadonlySignal<AvailableDevices> {
    return this.#devices;
  }

  /** Opens what is wanted, with one question to the person; what cannot be had is off and says why. */
  async start(wanted: { microphone: boolean; camera: boolean }): Promise<void> {
    if (globalThis.isSecureContext) navigator.mediaDevices.addEventListener("devicechange", this.#refresh);
    if (wanted.microphone && wanted.camera) await this.#startBoth();
    else if (wanted.microphone) await this.microphone.turnOn();
    else if (wanted.camera) await this.camera.turnOn();
    await this.#listDevices();
  }

  /** Asks what to show. Null when it is shown, else why not; a person who changed his mind has `denied` it. */
  async startScreen(): Promise<DeviceProblem | null> {
    try {
      const track = firstTrack(await mediaDevices().getDisplayMedia(SCREEN));
      this.stopScreen();
      track.contentHint = "detail";
      track.onended = () => this.stopScreen();
      this.#screen.value = track;
      return null;
    } catch (error) {
      return globalThis.isSecureContext ? problemOf(error) : "insecure";
    }
  }

  stopScreen(): void {
    this.#screen.peek()?.stop();
    this.#screen.value = null;
  }

  /** Gives all devices back. */
  close(): void {
    if (globalThis.isSecureContext) navigator.mediaDevices.removeEventListener("devicechange", this.#refresh);
    this.microphone.close();
    this.camera.close();
    this.stopScreen();
  }

  async #startBoth(): Promise<void> {
    const microphone = this.microphone.begin();
    const camera = this.camera.begin();
    try {
      const constraints = { audio: this.microphone.constraints, video: this.camera.constraints };
      const stream = await mediaDevices().getUserMedia(constraints);
      for (const track of stream.getAudioTracks()) this.microphone.adopt(microphone, track);
      for (const track of stream.getVideoTracks()) this.camera.adopt(camera, track);
    } catch {
      // One of the two is missing or forbidden: each on its own tells which, and the other can be had.
      const wanted = [this.microphone, this.camera].filter((device) => device.on.peek());
      await Promise.all(wanted.map((device) => device.turnOn()));
    }
  }

  async #listDevices(): Promise<void> {
    if (!globalThis.isSecureContext) return;
    const all = await navigator.mediaDevices.enumerateDevices();
    const ofKind = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== "");
    this.#devices.value = {
      microphones: ofKind("audioinput"),
      cameras: ofKind("videoinput"),
      speakers: ofKind("audiooutput"),
    };
  }
}

function streamOf(track: MediaStreamTrack | null): MediaStream | null {
  return track && new MediaStream([track]);
}

function firstTrack(stream: MediaStream): MediaStreamTrack {
  const track = stream.getTracks()[0];
  if (!track) throw new DOMException("The device has no track", "NotFoundError");
  return track;
}

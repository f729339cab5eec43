/**
 * The fixed slots of a call: what a client may send and can receive, offered once and never renegotiated.
 *
 * The order of the m-lines says what they are: microphone, camera, screen; then the microphones, the cameras
 * and the screen of the others, and the self slot. Who is in which slot is told by the room.
 */

import type { ParticipantState, SlotKind } from "../protocol.ts";

/** What is on. */
export type MediaState = Pick<ParticipantState, SlotKind>;

/** What this side sends at a moment; null is off. */
export type SentTracks = Readonly<Record<SlotKind, MediaStreamTrack | null>>;

const OTHERS = 3;

const FULL_LINES = 720;
const FULL_BPS = 1_500_000;

/** What a camera's layer of so many lines may take: a larger picture needs less than proportionally more. */
export function layerBps(lines: number): number {
  return Math.round(FULL_BPS * Math.min(1, lines / FULL_LINES) ** 1.6);
}

const SCALES: Readonly<Record<string, number>> = { f: 1, h: 2, q: 4 };

const ENCODINGS: Record<SlotKind, RTCRtpEncodingParameters[]> = {
  microphone: [{}],
  // From the largest down: of a small camera Chromium sends the first ones only.
  camera: Object.entries(SCALES).map(([rid, scaleResolutionDownBy]) => ({
    rid,
    scaleResolutionDownBy,
    maxBitrate: layerBps(FULL_LINES / scaleResolutionDownBy),
  })),
  screen: [{ maxBitrate: 2_500_000, maxFramerate: 15 }],
};

/** Adds the slots of a participant to a fresh peer connection; gives back the senders. */
export function addSlots(peer: RTCPeerConnection): Record<SlotKind, TrackSender> {
  const sender = (kind: "audio" | "video", sendEncodings: RTCRtpEncodingParameters[]) =>
    new TrackSender(peer.addTransceiver(kind, { direction: "sendonly", sendEncodings }).sender);
  const receiver = (kind: "audio" | "video") => peer.addTransceiver(kind, { direction: "recvonly" });

  const senders = {
    microphone: sender("audio", ENCODINGS.microphone),
    camera: sender("video", ENCODINGS.camera),
    screen: sender("video", ENCODINGS.screen),
  };
  for (let slot = 0; slot < OTHERS; slot++) receiver("audio");
  for (let slot = 0; slot < OTHERS; slot++) receiver("video");
  receiver("video");
  return senders;
}

/** Adds, last, the slot in which one sees oneself; gives back its track. */
export function addSelfSlot(peer: RTCPeerConnection): MediaStreamTrack {
  return peer.addTransceiver("video", { direction: "recvonly" }).receiver.track;
}

/** One sending slot. Changes take effect one after the other, so the last one holds. */
export class TrackSender {
  readonly #sender: RTCRtpSender;
  #layers: readonly string[] | null = null;
  #maxBitrate: number | undefined;
  #changes: Promise<void> = Promise.resolve();

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
  }

  /** Sends `track` from now on, or nothing; resolves when that is so. */
  set(track: MediaStreamTrack | null): Promise<void> {
    return this.#change(async () => {
      if (this.#sender.track === track) return;
      await this.#sender.replaceTrack(track);
      await this.#activate();
    });
  }

  /** Sends these layers only, by rid. */
  setLayers(layers: readonly string[]): Promise<void> {
    return this.#change(() => {
      this.#layers = layers;
      return this.#activate();
    });
  }

  /** Takes so many bits per second at most. */
  setMaxBitrate(bps: number): Promise<void> {
    return this.#change(() => {
      this.#maxBitrate = bps;
      return this.#activate();
    });
  }

  #change(change: () => Promise<void>): Promise<void> {
    const done = this.#changes.then(change);
    this.#changes = done.catch(() => undefined);
    return done;
  }

  // Firefox goes on sending the last picture without a track, so the encodings are switched off as well.
  async #activate(): Promise<void> {
    const parameters = this.#sender.getParameters();
    const active = ({ rid }: RTCRtpCodingParameters) =>
      this.#sender.track !== null && (rid === undefined || (this.#layers?.includes(rid) ?? true));
    const upToDate = (encoding: RTCRtpEncodingParameters) =>
      (encoding.active ?? true) === active(encoding) && encoding.maxBitrate === this.#limit(encoding);
    if (parameters.encodings.every(upToDate)) return;
    for (const encoding of parameters.encodings) {
      encoding.active = active(encoding);
      const limit = this.#limit(encoding);
      if (limit !== undefined) encoding.maxBitrate = limit;
    }
    await this.#sender.setParameters(parameters);
  }

  // The layers of a small camera are smaller too, and not worth the bits of a large one's.
  #limit({ rid, maxBitrate }: RTCRtpEncodingParameters): number | undefined {
    const scale = rid === undefined ? undefined : SCALES[rid];
    const { width, height } = this.#sender.track?.getSettings() ?? {};
    if (scale === undefined || !width || !height) return this.#maxBitrate ?? maxBitrate;
    return layerBps(Math.min(width, height) / scale);
  }
}

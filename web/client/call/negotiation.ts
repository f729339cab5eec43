import { type ReadonlySignal, signal } from "@preact/signals-core";

import { request } from "../api.ts";
import { DeskError } from "../errors.ts";
import type { IceServer, JoinGrant, LayersWanted, SlotKind } from "../protocol.ts";
import { iceCredentials, iceFragment, withIceCredentials } from "./sdp.ts";
import { addSelfSlot, addSlots, type MediaState, type SentTracks, type TrackSender } from "./slots.ts";

const CONFIGURATION: RTCConfiguration = { bundlePolicy: "max-bundle" };
const KINDS: readonly SlotKind[] = ["microphone", "camera", "screen"];

/** How to join. */
export interface JoinWay {
  /** Into the lobby. */
  lobby: boolean;
  /** By way of the grant's TURN servers alone, where it names any. */
  relay: boolean;
}

/**
 * The media connection of one session in a room: one offer, one answer (in the manner of WHIP, RFC 9725).
 *
 * The offer is made with the object, before anybody knows whether there will be a call, so that a join costs
 * one exchange only. It names no candidates: the server learns the address from the first check.
 */
export class Negotiation {
  readonly peer = new RTCPeerConnection(CONFIGURATION);
  readonly #senders: Record<SlotKind, TrackSender>;
  readonly #offer: Promise<string>;
  readonly #selfFlows = signal(false);
  readonly #slotStreams = new Map<string, MediaStream>();
  #grant: JoinGrant | null = null;
  #location: URL | null = null;

  /** With `mirror` there is a slot for the own picture. */
  constructor(mirror: boolean) {
    this.#senders = addSlots(this.peer);
    // A track is muted until its first packet; that it ends again is told by the room alone.
    if (mirror) addSelfSlot(this.peer).onunmute = () => (this.#selfFlows.value = true);
    this.#offer = this.#makeOffer();
    // A call that is given up before it began closes the connection under the offer; `join` tells real failures.
    this.#offer.catch(() => undefined);
  }

  /** Whether anything has arrived in the self slot. */
  get selfFlows(): ReadonlySignal<boolean> {
    return this.#selfFlows;
  }

  /** The session's own address, once joined. */
  get location(): URL | null {
    return this.#location;
  }

  /** Sends these tracks from now on; those that are null stop at once. */
  async send(tracks: SentTracks): Promise<void> {
    await this.#unlessClosed(Promise.all(KINDS.map((kind) => this.#senders[kind].set(tracks[kind]))));
  }

  /** Sends what the others can make use of. */
  async sendWanted({ rids, screen_bps }: LayersWanted): Promise<void> {
    await this.#unlessClosed(this.#senders.camera.setLayers(rids));
    await this.#unlessClosed(this.#senders.screen.setMaxBitrate(screen_bps));
  }

  /** Joins the room or its lobby; `media` says what is on. Rejects with `DeskError`. Does nothing once left. */
  async join(grant: JoinGrant, media: MediaState, { lobby, relay }: JoinWay): Promise<void> {
    this.#grant = grant;
    const url = new URL(grant.url, location.href);
    for (const kind of KINDS) url.searchParams.set(kind, media[kind] ? "1" : "0");
    if (lobby) url.searchParams.set("lobby", "1");
    const body = await this.#offerWith(grant.ice_servers, relay ? "relay" : "all");
    const response = await this.#request(url, { method: "POST", body }, "application/sdp");
    const address = response.headers.get("Location");
    if (address === null) throw new DeskError({ code: "unavailable", message: "The answer names no session" });
    this.#location = new URL(address, url);
    if (this.peer.signalingState === "closed") {
      this.leave({ unreachable: false });
      return;
    }
    await this.peer.setRemoteDescription({ type: "answer", sdp: await response.text() });
  }

  /** Looks for a new path to the server; media go on over it. Rejects with `DeskError`, at the latest after `timeoutMs`. */
  async restartIce(timeoutMs: number): Promise<void> {
    const answer = this.peer.currentRemoteDescription;
    if (!this.#location || !answer) return;
    const offer = await this.peer.createOffer({ iceRestart: true });
    await this.peer.setLocalDescription(offer);
    const response = await this.#request(
      this.#location,
      { method: "PATCH", body: iceFragment(iceCredentials(sdpOf(offer))), signal: AbortSignal.timeout(timeoutMs) },
      "application/trickle-ice-sdpfrag",
    );
    const sdp = withIceCredentials(answer.sdp, iceCredentials(await response.text()));
    await this.peer.setRemoteDescription({ type: "answer", sdp });
  }

  /** The picture or sound of a receiving slot. The same stream for as long as the connection lives. */
  slotStream(mid: string): MediaStream | null {
    const known = this.#slotStreams.get(mid);
    if (known) return known;
    const transceiver = this.peer.getTransceivers().find((other) => other.mid === mid);
    if (!transceiver) return null;
    const stream = new MediaStream([transceiver.receiver.track]);
    this.#slotStreams.set(mid, stream);
    return stream;
  }

  /** The server has ended the session: there is nothing left to leave. */
  forget(): void {
    this.#location = null;
  }

  /** Leaves the room, also while the page goes away; `unreachable` when no way for media was found. */
  leave({ unreachable }: { unreachable: boolean }): void {
    this.peer.close();
    if (!this.#location) return;
    const url = new URL(this.#location);
    if (unreachable) url.searchParams.set("unreachable", "1");
    const leaving = this.#request(url, { method: "DELETE", keepalive: true });
    // Whoever cannot be told notices by himself that nothing arrives any more.
    leaving.catch(() => undefined);
    this.#location = null;
  }

  async #unlessClosed(change: Promise<unknown>): Promise<void> {
    try {
      await change;
    } catch (error) {
      if (this.peer.signalingState !== "closed") throw error;
    }
  }

  /** The offer; where there are servers to ask for a way, it is made anew, and they are asked. */
  async #offerWith(servers: IceServer[], policy: RTCIceTransportPolicy): Promise<string> {
    const offer = await this.#offer;
    if (servers.length === 0) return offer;
    this.peer.setConfiguration({ ...CONFIGURATION, iceServers: servers, iceTransportPolicy: policy });
    return this.#makeOffer({ iceRestart: true });
  }

  async #makeOffer(options?: RTCOfferOptions): Promise<string> {
    const offer = await this.peer.createOffer(options);
    await this.peer.setLocalDescription(offer);
    return sdpOf(offer);
  }

  #request(url: URL, init: RequestInit, contentType?: string): Promise<Response> {
    const headers = new Headers({ Authorization: `Bearer ${this.#grant?.token ?? ""}` });
    if (contentType !== undefined) headers.set("Content-Type", contentType);
    return request(url.href, { ...init, headers });
  }
}

function sdpOf(offer: RTCSessionDescriptionInit): string {
  return offer.sdp ?? "";
}

import { type ReadonlySignal, signal } from "@preact/signals-core";

import { codeOf, type DeskError } from "../errors.ts";
import { onNetworkChange, socketUrl } from "../network.ts";
import type { CloseReason, JoinGrant, LinePath, SlotKind } from "../protocol.ts";
import { type JoinWay, Negotiation } from "./negotiation.ts";
import { LineMonitor } from "./monitor.ts";
import { type Line, RoomSocket } from "./room.ts";
import type { Heights } from "./shown.ts";
import type { MediaState, SentTracks } from "./slots.ts";

/** What a session tells its owner. */
export interface SessionListener {
  /** Media flow, for the first time or again. */
  connected(): void;
  /** Media are interrupted; a new path is being looked for. */
  disturbed(): void;
  /** Nothing helps but a new session. */
  broken(): void;
  /** The server ended this session. */
  closed(reason: CloseReason): void;
  /** These are off since an earlier stay (see `RoomListener`). */
  held(kinds: readonly SlotKind[]): void;
  /** The room does not allow what was to be sent (`screen_taken`). */
  refused(error: DeskError): void;
}

const CONNECT_MS = 10_000;
const RESTART_AFTER_MS = 2_000;
const RESTART_AGAIN_MS = 800;
const RESTART_TIMEOUT_MS = 800;
const RESTARTS_AFTER_CHANGE = 4;

/**
 * One session in a room, as the server counts them: a media connection and the room's socket beside it.
 *
 * After a change of network the browser may need two seconds to learn of the new one, so ICE is restarted at once and, as
 * long as nothing arrives, a few times more: paths are looked for only with credentials that the server was told, and the
 * first request may have gone out over the network that is no longer there. While its connection is `disconnected`, or
 * nothing comes back over it, ICE is restarted every second or so. A connection that has `failed` is not restarted: Firefox
 * then reports success and sends nothing (w3c/webrtc-pc issue 3139).
 */
export class RoomSession {
  readonly #listener: SessionListener;
  readonly #negotiation: Negotiation;
  readonly #monitor: LineMonitor;
  readonly #room = signal<RoomSocket | null>(null);
  readonly #stopListening: () => void;
  #retired = false;
  #restarting = false;
  #spare = 0;
  #unanswered = 0;
  #restartedAtMs = -RESTART_AGAIN_MS;
  #mirror = false;
  #line: Line = { path: "udp", audio_only: false };
  #tracks: SentTracks = { microphone: null, camera: null, screen: null };
  #restart: ReturnType<typeof setTimeout> | undefined;
  // Runs while the first connection is being made.
  #vigil: ReturnType<typeof setTimeout> | undefined;

  /** Prepares everything for a join, with `mirror` also to see oneself: nothing leaves this computer yet. */
  constructor(mirror: boolean, listener: SessionListener) {
    this.#listener = listener;
    this.#negotiation = new Negotiation(mirror);
    this.#monitor = new LineMonitor(this.#negotiation.peer, () => void this.#restartIce());
    this.#negotiation.peer.onconnectionstatechange = () => this.#follow();
    this.#stopListening = onNetworkChange((back) => back && this.#followNetwork());
  }

  /** The room's socket, once joined. */
  get room(): ReadonlySignal<RoomSocket | null> {
    return this.#room;
  }

  get quality(): ReadonlySignal<number | null> {
    return this.#monitor.quality;
  }

  /** By which way media go. */
  get path(): ReadonlySignal<LinePath> {
    return this.#monitor.path;
  }

  /** Whether the line has been too weak for pictures for a while. */
  get weak(): ReadonlySignal<boolean> {
    return this.#monitor.weak;
  }

  slotStream(mid: string): MediaStream | null {
    return this.#negotiation.slotStream(mid);
  }

  /** Whether the own picture arrives in the self slot. */
  get selfFlows(): ReadonlySignal<boolean> {
    return this.#negotiation.selfFlows;
  }

  /** Joins the room, or its lobby, with what was given to `send` last. Rejects with `DeskError`. */
  async join(grant: JoinGrant, way: JoinWay): Promise<void> {
    await this.#negotiation.join(grant, mediaStateOf(this.#tracks), way);
    const address = this.#negotiation.location;
    if (!address) return; // left in the meantime
    const url = socketUrl(address.href, `${address.pathname}/socket`);
    this.#room.value = new RoomSocket(url, grant.token, mediaStateOf(this.#tracks), {
      closed: (reason) => {
        this.#negotiation.forget();
        this.#listener.closed(reason);
      },
      held: (kinds) => this.#listener.held(kinds),
      refused: (error) => this.#listener.refused(error),
      layersWanted: (wanted) => void this.#negotiation.sendWanted(wanted),
      gone: () => this.#listener.broken(),
    });
    this.#room.value.setMirror(this.#mirror);
    this.#room.value.setLine(this.#line);
    if (this.#negotiation.peer.connectionState !== "connected") this.#vigil = setTimeout(() => this.#listener.broken(), CONNECT_MS);
  }

  /** Goes in from the lobby. Rejects with `DeskError`. */
  async enter(): Promise<void> {
    await this.#room.peek()?.enter();
    if (this.#negotiation.peer.connectionState === "connected") this.#listener.connected();
  }

  /** Asks for the own picture as the others see it, or no longer. */
  setMirror(on: boolean): void {
    this.#mirror = on;
    this.#room.peek()?.setMirror(on);
  }

  /** Says how high the slots are shown, by mid. */
  setHeights(heights: Heights): void {
    this.#room.peek()?.setHeights(heights);
  }

  /** Tells the others what the own network allows. */
  setLine(line: Line): void {
    this.#line = line;
    this.#room.peek()?.setLine(line);
  }

  /** Sends these tracks from now on, or their sound alone, and tells the others what is on. */
  send(tracks: SentTracks, { audioOnly }: { audioOnly: boolean }): void {
    this.#tracks = tracks;
    void this.#negotiation.send(audioOnly ? { ...tracks, camera: null, screen: null } : tracks);
    this.#room.peek()?.setMedia(mediaStateOf(tracks));
  }

  /** Gives the session up but keeps its last pictures. The listener hears nothing more. */
  retire(): void {
    this.#retired = true;
    clearTimeout(this.#restart);
    clearTimeout(this.#vigil);
    this.#stopListening();
    this.#monitor.close();
    this.#negotiation.peer.onconnectionstatechange = null;
    this.#room.peek()?.close();
  }

  /** Leaves the room, and says so when it is because no way for media was found. The listener hears nothing more. */
  leave(why = { unreachable: false }): void {
    this.retire();
    this.#negotiation.leave(why);
  }

  /** Gives the session up after the server has put another one in its place. */
  drop(): void {
    this.retire();
    this.#negotiation.forget();
    this.#negotiation.leave({ unreachable: false });
  }

  #follow(): void {
    const state = this.#negotiation.peer.connectionState;
    if (state === "connected") {
      clearTimeout(this.#restart);
      clearTimeout(this.#vigil);
      this.#listener.connected();
    } else if (state === "disconnected") {
      this.#listener.disturbed();
      this.#restartLater(RESTART_AFTER_MS);
    } else if (state === "failed") {
      clearTimeout(this.#restart);
      this.#listener.broken();
    }
  }

  #followNetwork(): void {
    this.#spare = RESTARTS_AFTER_CHANGE;
    void this.#restartIce();
    this.#restartLater(RESTART_AGAIN_MS);
  }

  #restartLater(ms: number): void {
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => {
      if (!this.#isDown()) return;
      void this.#restartIce();
      this.#restartLater(RESTART_AGAIN_MS);
    }, ms);
  }

  // Credentials that the server may not have heard of are of no use, whatever the old path still carries. Silence may be
  // all that there is to hear, so it is not mistrusted for ever.
  #isDown(): boolean {
    const { connectionState } = this.#negotiation.peer;
    return this.#unanswered > 0 || connectionState === "disconnected" || (this.#monitor.silent && this.#spare-- > 0);
  }

  async #restartIce(): Promise<void> {
    if (this.#restarting) return;
    // What noticed the trouble twice, in two ways, is one trouble.
    if (performance.now() - this.#restartedAtMs < RESTART_AGAIN_MS / 2) return;
    this.#restarting = true;
    this.#restartedAtMs = performance.now();
    this.#room.peek()?.reconnect();
    try {
      // The first request is not waited for long; a slow network is given more time.
      await this.#negotiation.restartIce((1 + this.#unanswered) * RESTART_TIMEOUT_MS);
      this.#unanswered = 0;
    } catch (error) {
      if (this.#retired) return;
      this.#unanswered += 1;
      // Without an answer the network is still away. With one, the server does not know this session any more.
      if (codeOf(error) === "unavailable") this.#restartLater(RESTART_AGAIN_MS - (performance.now() - this.#restartedAtMs));
      else this.#listener.broken();
    }
    this.#restarting = false;
  }
}

function mediaStateOf(tracks: SentTracks): MediaState {
  return { microphone: tracks.microphone !== null, camera: tracks.camera !== null, screen: tracks.screen !== null };
}

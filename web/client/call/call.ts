import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";

import { backoffMs } from "../backoff.ts";
import { codeOf, DeskError } from "../errors.ts";
import type { CloseReason, JoinGrant, SlotKind } from "../protocol.ts";
import type { DeviceProblem } from "./device.ts";
import { LocalMedia } from "./media.ts";
import { type Participant, participantsOf } from "./participants.ts";
import { type CallPhase, type CallTrigger, type EndReason, nextPhase } from "./phases.ts";
import { RoomSession } from "./session.ts";
import { ShownHeights, slotHeights } from "./shown.ts";

const GIVE_UP_MS = 120_000;

export interface CallOptions {
  audioOnly: boolean;
  /** Whether one can see oneself as the others do, by way of the server. */
  mirror: boolean;
  /** Asks the desk for leave to join the same call again. */
  renew: (callId: string) => Promise<JoinGrant>;
}

/**
 * A call from the preview to its end: own devices, the session in the room, and a new one when it breaks.
 *
 * Whatever changes the own tracks (a button, an unplugged camera, the browser's own 'stop sharing' bar) takes
 * effect in one place: the session sends what `media.sending` holds.
 */
export class Call {
  readonly media = new LocalMedia();
  /** Told by whoever shows a picture of the call. */
  readonly shown = new ShownHeights();
  readonly #options: CallOptions;
  readonly #phase = signal<CallPhase>("idle");
  readonly #endReason = signal<EndReason | null>(null);
  readonly #screenProblem = signal<DeviceProblem | "taken" | null>(null);
  // The first is shown. While it is broken, the last is being joined in its place.
  readonly #sessions = signal<readonly RoomSession[]>([]);
  readonly #stopSending: () => void;
  readonly #stopMirroring: () => void;
  readonly #stopMeasuring: () => void;
  readonly #onPageHide = () => this.leave();
  readonly #mirrored = signal(0);
  readonly #audioOnly = signal(false);
  // The room in whose lobby the session waits, and the way there.
  #lobby: { roomId: string; joined: Promise<void> } | null = null;
  #callId: string | null = null;
  #rejoins = 0;
  #wasInside = false;
  #giveUp: ReturnType<typeof setTimeout> | undefined;
  #rejoinTimer: ReturnType<typeof setTimeout> | undefined;

  /** Everybody inside, oneself too. The last known ones while the connection is being repaired. */
  readonly participants = computed<readonly Participant[]>(() => {
    const session = this.#sessions.value[0];
    const room = session?.room.value;
    const state = room?.state.value;
    return session && state ? participantsOf(state, (mid) => session.slotStream(mid), room.paused.value) : [];
  });
  /** How loud each is (0 to 1), by session id. */
  readonly levels = computed(() => this.#shownRoom()?.levels.value.levels ?? {});
  /** The session id of the one who speaks. */
  readonly speaker = computed(() => this.#shownRoom()?.levels.value.speaker ?? null);
  /** The own connection: 0 (none) to 4 (very good); null while unknown. */
  readonly quality = computed(() => this.#sessions.value[0]?.quality.value ?? null);

  /** Oneself as the others see it while that arrives, else straight from the camera; null while that is off. */
  readonly ownPicture = computed(() => {
    const direct = this.#audioOnly.value ? null : this.media.cameraPicture.value;
    const session = this.#sessions.value[0];
    if (!direct || !session?.selfFlows.value || this.#phase.value === "reconnecting") return direct;
    const own = this.participants.value.find((participant) => participant.isMe);
    return own?.cameraPaused ? direct : (own?.cameraPicture ?? direct);
  });

  /** By which way the own media go. */
  readonly path = computed(() => this.#sessions.value[0]?.path.value ?? "udp");
  /** Whether the own line has been too weak for pictures for a while. */
  readonly weak = computed(() => this.#sessions.value[0]?.weak.value ?? false);

  constructor(options: CallOptions) {
    this.#options = options;
    this.#stopSending = effect(() => {
      const tracks = this.media.sending.value;
      const audioOnly = this.#audioOnly.value;
      for (const session of this.#sessions.value) {
        session.send(tracks, { audioOnly });
        session.setLine({ path: session.path.value, audio_only: audioOnly });
      }
    });
    this.#stopMirroring = effect(() => {
      const on = this.#mirrored.value > 0;
      for (const session of this.#sessions.value) session.setMirror(on);
    });
    this.#stopMeasuring = effect(() => {
      const session = this.#sessions.value[0];
      const state = session?.room.value?.state.value;
      if (!session || !state) return;
      const slotStream = (mid: string) => session.slotStream(mid);
      session.setHeights(slotHeights(state, slotStream, this.shown, this.media.cameraPicture.value));
    });
  }

  get phase(): ReadonlySignal<CallPhase> {
    return this.#phase;
  }

  /** Set when `phase` is `ended`. */
  get endReason(): ReadonlySignal<EndReason | null> {
    return this.#endReason;
  }

  /** Whether the line is spared: sound alone goes and comes, and the others know. The switches stay as they are. */
  get audioOnly(): ReadonlySignal<boolean> {
    return this.#audioOnly;
  }

  /** Why the own screen is not shown although it was asked for; `taken` when another shows his. */
  get screenProblem(): ReadonlySignal<DeviceProblem | "taken" | null> {
    return this.#screenProblem;
  }

  /** Opens the devices and prepares the connection, so that `join` is quick. */
  async preview(wanted: { microphone: boolean; camera: boolean }): Promise<void> {
    if (!this.#move("prepare")) return;
    this.#addSession();
    await this.media.start({ ...wanted, camera: wanted.camera && !this.#options.audioOnly });
  }

  /** Connects from the preview and waits in the lobby. Where that fails, `join` connects. */
  async wait(grant: JoinGrant): Promise<void> {
    const session = this.#sessions.peek().at(-1);
    if (!session || this.#phase.peek() !== "preview") return;
    globalThis.addEventListener("pagehide", this.#onPageHide);
    this.#lobby = { roomId: grant.room_id, joined: session.join(grant, { lobby: true, relay: false }) };
    await this.#lobby.joined.catch(() => this.#leaveLobby());
  }

  /** Somebody looks at `ownPicture`, which costs the line, until the function that this returns is called. */
  look(): () => void {
    this.#mirrored.value += 1;
    return () => {
      this.#mirrored.value -= 1;
    };
  }

  /** Goes in from the preview. Rejects with `DeskError`, and is in the preview again. */
  async join(grant: JoinGrant): Promise<void> {
    if (!this.#move("join")) return;
    this.#callId = grant.call_id;
    globalThis.addEventListener("pagehide", this.#onPageHide);
    try {
      await this.#goIn(grant);
    } catch (error) {
      this.#move("refuse");
      throw error;
    }
  }

  /** Spares the line, or tries pictures again. */
  setAudioOnly(audioOnly: boolean): void {
    this.#audioOnly.value = audioOnly;
  }

  /** Shows a screen, window or tab that the person chooses; `screenProblem` says why not. */
  async startScreen(): Promise<void> {
    const taken = this.participants.peek().some((participant) => participant.screen && !participant.isMe);
    this.#screenProblem.value = taken ? "taken" : null;
    if (!taken) this.#screenProblem.value = await this.media.startScreen();
  }

  /** Leaves the call, or gives the preview up; devices are given back. */
  leave(): void {
    this.#end("left");
  }

  async #goIn(grant: JoinGrant): Promise<void> {
    if (this.#lobby?.roomId !== grant.room_id) this.#leaveLobby();
    await this.#lobby?.joined.catch(() => undefined);
    const session = this.#sessions.peek().at(-1);
    await (this.#lobby ? session?.enter() : session?.join(grant, { lobby: false, relay: false }));
    this.#lobby = null;
  }

  // In the preview nothing is lost with the connection: a fresh one is as good.
  #leaveLobby(): void {
    if (!this.#lobby) return;
    this.#lobby = null;
    for (const session of this.#sessions.peek()) session.leave();
    this.#sessions.value = [];
    this.#addSession();
  }

  #addSession(): void {
    const isFirst = !this.#wasInside;
    const session = new RoomSession(this.#options.mirror, {
      connected: () => this.#connected(),
      disturbed: () => this.#disturbed(),
      broken: () => this.#broken(),
      closed: (reason) => this.#closed(reason),
      held: (kinds) => isFirst && this.#hold(kinds),
      refused: () => this.#screenRefused(),
    });
    this.#sessions.value = [...this.#sessions.peek(), session];
  }

  #connected(): void {
    this.#rejoins = 0;
    clearTimeout(this.#giveUp);
    for (const replaced of this.#sessions.peek().slice(0, -1)) replaced.drop();
    this.#sessions.value = this.#sessions.peek().slice(-1);
    if (this.#move("connect")) this.#wasInside = true;
  }

  #disturbed(): void {
    if (this.#move("disturb")) this.#giveUp = setTimeout(() => this.#end("lost"), GIVE_UP_MS);
  }

  #broken(): void {
    if (this.#phase.peek() === "preview") {
      this.#leaveLobby();
      return;
    }
    if (this.#phase.peek() === "joining" && this.#rejoins > 0) {
      this.#end("unreachable");
      return;
    }
    this.#disturbed();
    // What is shown stays as it was until the new session is connected; attempts in between go at once.
    const [shown, ...attempts] = this.#sessions.peek();
    shown?.retire();
    for (const attempt of attempts) attempt.leave();
    this.#sessions.value = shown ? [shown] : [];
    this.#rejoinTimer = setTimeout(() => void this.#rejoin(), this.#rejoinDelayMs());
  }

  #rejoinDelayMs(): number {
    const delayMs = this.#rejoins === 0 ? 0 : backoffMs(this.#rejoins, Math.random());
    this.#rejoins += 1;
    return delayMs;
  }

  async #rejoin(): Promise<void> {
    this.#addSession();
    const session = this.#sessions.peek().at(-1);
    try {
      const grant = await this.#options.renew(this.#callId ?? "");
      // Where no way was found at first, something in between may let only the relay's traffic through.
      if (this.#isTrying()) await session?.join(grant, { lobby: false, relay: this.#phase.peek() === "joining" });
    } catch (error) {
      if (!this.#isTrying()) return;
      if (codeOf(error) === "unavailable") this.#broken();
      else this.#end(error instanceof DeskError && error.code === "call_over" ? "ended" : "lost");
    }
  }

  #isTrying(): boolean {
    return this.#phase.peek() === "joining" || this.#phase.peek() === "reconnecting";
  }

  #closed(reason: CloseReason): void {
    // The server heard nothing for a while, but we are here: come in again.
    if (reason === "timeout" || reason === "lobby_over" || this.#phase.peek() === "preview") this.#broken();
    else this.#end(reason);
  }

  // A page that comes back into the call opens its devices by itself, but who had turned one off wants it off. Within
  // one page nothing turns on by itself: what is on when a session replaces another is the person's own wish.
  #hold(kinds: readonly SlotKind[]): void {
    for (const kind of kinds) if (kind !== "screen") this.media[kind].turnOff();
  }

  #screenRefused(): void {
    this.media.stopScreen();
    this.#screenProblem.value = "taken";
  }

  #end(reason: EndReason): void {
    if (!this.#move("end")) return;
    this.#endReason.value = reason;
    globalThis.removeEventListener("pagehide", this.#onPageHide);
    clearTimeout(this.#giveUp);
    clearTimeout(this.#rejoinTimer);
    this.#stopSending();
    this.#stopMirroring();
    this.#stopMeasuring();
    this.media.close();
    for (const session of this.#sessions.peek()) session.leave({ unreachable: reason === "unreachable" });
    this.#sessions.value = [];
  }

  #move(trigger: CallTrigger): boolean {
    const next = nextPhase(this.#phase.peek(), trigger);
    if (next !== null) this.#phase.value = next;
    return next !== null;
  }

  #shownRoom() {
    return this.#sessions.value[0]?.room.value ?? null;
  }
}

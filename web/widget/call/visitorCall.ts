import { computed, effect, type Signal, signal } from "@preact/signals";
import { Call } from "../../client/call/call.ts";
import type { LocalDevice } from "../../client/call/device.ts";
import type { VisitorDesk } from "../../client/desk.ts";
import type { InvitationView, JoinGrant } from "../../client/protocol.ts";
import { DetachedPicture } from "../../ui/call/pictureInPicture.ts";
import { rememberCall } from "./memory.ts";
import { sceneOf } from "./scene.ts";

/** Which devices are to be on when the visitor comes in. */
interface Wanted {
  microphone: boolean;
  camera: boolean;
}

interface VisitorCallOptions {
  conversationId: string;
  callId: string;
  /** Null for a call that he was in before. */
  invitation?: InvitationView;
  audioOnly: boolean;
  wanted: Wanted;
}

/**
 * A call as the visitor meets it: from the invitation with its preview to the end.
 *
 * A browser that has not been asked yet is asked only when the visitor accepts or wants to see himself. Until
 * then the switches say what he wishes.
 */
export class VisitorCall {
  readonly conversationId: string;
  readonly callId: string;
  readonly audioOnly: boolean;
  readonly invitation: InvitationView | null;
  readonly call: Call;
  readonly #desk: VisitorDesk;
  readonly #wanted = signal<Wanted>({ microphone: true, camera: true });
  readonly #devicesAsked = signal(false);
  readonly #entered: Signal<boolean>;
  readonly #detached: DetachedPicture;
  /** The identity of the person whom the visitor put in the centre. */
  readonly pinned = signal<string | null>(null);
  readonly scene = computed(() => sceneOf(this.call.participants.value, this.pinned.value));
  /** The picture in the centre. */
  readonly mainPicture = computed(() => {
    const { main } = this.scene.value;
    return (main?.kind === "screen" ? main.person.screenPicture : main?.person.cameraPicture) ?? null;
  });
  /** Whether the microphone is on, or will be once the devices are open. */
  readonly microphone = computed(() => this.#isOn("microphone"));
  readonly camera = computed(() => this.#isOn("camera"));

  constructor(desk: VisitorDesk, { conversationId, callId, invitation, audioOnly, wanted }: VisitorCallOptions) {
    this.#desk = desk;
    this.conversationId = conversationId;
    this.callId = callId;
    this.invitation = invitation ?? null;
    this.#entered = signal(this.invitation === null);
    this.audioOnly = audioOnly;
    this.#wanted.value = { microphone: wanted.microphone, camera: wanted.camera && !audioOnly };
    this.call = new Call({ audioOnly, mirror: false, renew: (id) => desk.joinCall(id) });
    this.#detached = new DetachedPicture(this.call.shown);
    effect(() => this.#remember());
    effect(() => {
      if (this.call.phase.value === "ended") this.#detached.close();
      else this.#detached.show(this.mainPicture.value);
    });
  }

  /** Whether the visitor has decided to come in, as he has when nobody needs to invite him. */
  get entered() {
    return this.#entered;
  }

  /** Whether the browser has been asked for the devices. */
  get devicesAsked() {
    return this.#devicesAsked;
  }

  /** Prepares the connection, and opens the devices if that needs no question. */
  async preview(): Promise<void> {
    void this.call.preview({ microphone: false, camera: false });
    if (await isAllowed(this.audioOnly)) await this.openDevices();
  }

  /** Opens the devices that are wanted, which may ask the visitor. */
  async openDevices(): Promise<void> {
    if (this.#devicesAsked.peek()) return;
    this.#devicesAsked.value = true;
    await this.call.media.start(this.#wanted.peek());
  }

  /** Accepts the invitation and goes in; devices that are slow to open follow. Rejects with `DeskError`. */
  async accept(): Promise<void> {
    const { invitation } = this;
    if (invitation) await this.#enter(() => this.#desk.accept(invitation));
  }

  /** Goes in again. Rejects with `DeskError`. */
  async rejoin(): Promise<void> {
    void this.call.preview({ microphone: false, camera: false });
    await this.#enter(() => this.#desk.joinCall(this.callId));
  }

  /** Rejects with `DeskError`. */
  async decline(): Promise<void> {
    if (this.invitation) await this.#desk.decline(this.invitation);
  }

  leave(): void {
    rememberCall(null);
    this.call.leave();
  }

  /** Shows the centre in a window of its own, or takes it back. */
  toggleDetached(): void {
    void this.#detached.toggle();
  }

  toggleMicrophone(): void {
    this.#toggle("microphone");
  }

  toggleCamera(): void {
    this.#toggle("camera");
  }

  async #enter(grant: () => Promise<JoinGrant | null>): Promise<void> {
    this.#entered.value = true;
    void this.openDevices();
    const granted = await grant();
    if (granted) await this.call.join(granted);
  }

  #isOn(kind: keyof Wanted): boolean {
    return this.#devicesAsked.value ? this.#device(kind).on.value : this.#wanted.value[kind];
  }

  #toggle(kind: keyof Wanted): void {
    const on = !this.#isOn(kind);
    if (!this.#devicesAsked.peek()) this.#wanted.value = { ...this.#wanted.peek(), [kind]: on };
    else if (on) void this.#device(kind).turnOn();
    else this.#device(kind).turnOff();
  }

  #device(kind: keyof Wanted): LocalDevice {
    return this.call.media[kind];
  }

  // A reload ends the call too, so its end alone is no reason to forget it.
  #remember(): void {
    const phase = this.call.phase.value;
    const reason = this.call.endReason.value;
    const memory = { callId: this.callId, microphone: this.microphone.value, camera: this.camera.value };
    if (phase === "joining" || phase === "inside" || phase === "reconnecting") rememberCall(memory);
    else if (reason !== null && reason !== "left") rememberCall(null);
  }
}

/** Whether the browser lends the devices without asking. Firefox does not know these permissions: then no. */
async function isAllowed(audioOnly: boolean): Promise<boolean> {
  const names = audioOnly ? ["microphone"] : ["microphone", "camera"];
  try {
    const answers = await Promise.all(names.map((name) => navigator.permissions.query({ name: name as PermissionName })));
    return answers.every(({ state }) => state === "granted");
  } catch {
    return false;
  }
}

import { effect, signal, untracked } from "@preact/signals";
import type { EndReason } from "../../client/call/phases.ts";
import type { VisitorDesk } from "../../client/desk.ts";
import type { CallView, ConversationView, Person } from "../../client/protocol.ts";
import { tellRefusal } from "../errors.ts";
import { type CallMemory, recallCall } from "./memory.ts";
import { type CallOffer, callOfferOf } from "./offer.ts";
import type { VisitorCall } from "./visitorCall.ts";

/** What is only loaded when a call is near. */
type CallPart = typeof import("./part.ts");

/** Something about calls that the visitor must see. */
interface CallsListener {
  /** He is invited in this conversation, or comes in again after a reload. */
  called(conversationId: string): void;
}

/** Follows what the desk decides about the visitor's calls, and holds the one that he previews or is in. */
export class Calls {
  readonly #desk: VisitorDesk;
  readonly #audioOnly: boolean;
  readonly #listener: CallsListener;
  readonly #part = signal<CallPart | "failed" | null>(null);
  readonly #current = signal<VisitorCall | null>(null);
  readonly #lastEnd = signal<EndReason | null>(null);
  #remembered: CallMemory | null = recallCall();
  #loading = false;

  constructor(desk: VisitorDesk, audioOnly: boolean, listener: CallsListener) {
    this.#desk = desk;
    this.#audioOnly = audioOnly;
    this.#listener = listener;
    effect(() => this.#follow());
  }

  /** The components of calls, once they are loaded. */
  get part() {
    return this.#part;
  }

  /** The call of an invitation that waits for an answer, or that the visitor is in. */
  get current() {
    return this.#current;
  }

  /** Why the visitor is no longer in the call that he was in last. */
  get lastEnd() {
    return this.#lastEnd;
  }

  /** What a conversation offers the visitor beyond the call that he is in. */
  offerOf(view: ConversationView): CallOffer | null {
    const { me } = this.#desk.state.value;
    return me && callOfferOf(view, me);
  }

  /** Comes in again, with the devices as they were, or with all of them. */
  async rejoin(view: ConversationView, call: CallView, memory: CallMemory | null = null): Promise<void> {
    const part = await this.#load();
    if (!part || this.#current.peek()) return;
    const wanted = memory ?? { microphone: true, camera: !this.#audioOnly };
    const current = new part.VisitorCall(this.#desk, { conversationId: view.conversation_id, callId: call.call_id, audioOnly: this.#audioOnly, wanted });
    this.#take(current);
    await this.#enter(current, () => current.rejoin());
  }

  async accept(): Promise<void> {
    const current = this.#current.peek();
    if (current) await this.#enter(current, () => current.accept());
  }

  /** Tries to load the components again. */
  retry(): void {
    this.#part.value = null;
  }

  #follow(): void {
    const { me } = this.#desk.state.value;
    if (!me || this.#part.value === "failed") return;
    const current = this.#current.value;
    if (current) {
      if (!current.entered.value && !this.#isInvited(current, me)) this.#drop(current);
      return;
    }
    for (const view of this.#desk.conversations.value) {
      const offer = callOfferOf(view, me);
      if (offer) untracked(() => this.#meet(view, offer));
    }
  }

  #isInvited({ invitation }: VisitorCall, me: Person): boolean {
    return this.#desk.conversations.value.some((view) => {
      const offer = callOfferOf(view, me);
      return offer?.kind === "invitation" && offer.invitation.invitation_id === invitation?.invitation_id;
    });
  }

  #meet(view: ConversationView, offer: CallOffer): void {
    if (offer.kind === "invitation") {
      void this.#preview(view, offer);
      return;
    }
    const remembered = this.#remembered;
    this.#remembered = null;
    if (remembered?.callId !== offer.call.call_id) void this.#load();
    else {
      this.#listener.called(view.conversation_id);
      void this.rejoin(view, offer.call, remembered);
    }
  }

  async #preview(view: ConversationView, { invitation }: CallOffer & { kind: "invitation" }): Promise<void> {
    const part = await this.#load();
    const known = this.#desk.state.peek().conversations.get(view.conversation_id);
    const pending = known?.invitations.some((other) => other.invitation_id === invitation.invitation_id);
    if (!part || !pending || this.#current.peek()) return;
    const current = new part.VisitorCall(this.#desk, {
      conversationId: view.conversation_id,
      callId: invitation.call_id ?? "",
      invitation,
      audioOnly: this.#audioOnly,
      wanted: { microphone: true, camera: !this.#audioOnly },
    });
    this.#take(current);
    this.#listener.called(view.conversation_id);
    await current.preview();
  }

  #take(current: VisitorCall): void {
    this.#lastEnd.value = null;
    this.#current.value = current;
    const stop = effect(() => {
      if (current.call.phase.value !== "ended") return;
      queueMicrotask(() => stop());
      this.#lastEnd.value = current.call.endReason.value;
      if (this.#current.peek() === current) this.#current.value = null;
    });
  }

  async #enter(current: VisitorCall, enter: () => Promise<void>): Promise<void> {
    try {
      await enter();
    } catch (error) {
      tellRefusal(error);
      this.#drop(current);
    }
  }

  #drop(current: VisitorCall): void {
    current.call.leave();
    this.#lastEnd.value = null;
  }

  async #load(): Promise<CallPart | null> {
    const known = this.#part.peek();
    if (known && known !== "failed") return known;
    if (this.#loading) return null;
    this.#loading = true;
    try {
      const part = await import("./part.ts");
      this.#part.value = part;
      return part;
    } catch {
      this.#part.value = "failed";
      return null;
    } finally {
      this.#loading = false;
    }
  }
}

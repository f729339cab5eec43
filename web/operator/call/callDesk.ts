import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { Call } from "../../client/call/call.ts";
import type { OperatorDesk } from "../../client/desk.ts";
import type { ConversationView } from "../../client/protocol.ts";

/** The one call that an operator prepares or is in. */
export interface DeskCall {
  conversationId: string;
  audioOnly: boolean;
  call: Call;
}

/** Whether the conversation with the call shows its log or the stage. */
export type CallView = "chat" | "call";

/** Brings together what the desk decides about calls and the media of this browser. */
export class CallDesk {
  readonly #desk: OperatorDesk;
  readonly #current = signal<DeskCall | null>(null);
  readonly #refusal = signal<unknown>(null);
  #stopWatching: () => void = () => undefined;
  readonly view = signal<CallView>("call");
  /** The output that was chosen for the others' voices; null is the system's. */
  readonly speakerId = signal<string | null>(null);

  /** The call that is being prepared; nobody else knows of it yet. */
  readonly preview = computed(() => (isPreview(this.#current.value) ? this.#current.value : null));
  /** The call that the operator went into: running, or ended in a way that he must be told of. */
  readonly entered = computed(() => (isPreview(this.#current.value) ? null : this.#current.value));

  constructor(desk: OperatorDesk) {
    this.#desk = desk;
  }

  /** Why the desk did not let the operator in; null before he tried. */
  get refusal(): ReadonlySignal<unknown> {
    return this.#refusal;
  }

  /** Opens the devices for a call in the conversation: one that runs there, or a new one. */
  prepare(conversation: ConversationView): void {
    this.leave();
    const audioOnly = this.#isAudioOnly(conversation);
    const call = new Call({ audioOnly, mirror: !audioOnly, renew: (callId) => this.#desk.joinCall(callId) });
    this.#current.value = { conversationId: conversation.conversation_id, audioOnly, call };
    this.#refusal.value = null;
    this.view.value = "call";
    this.#stopWatching = effect(() => {
      if (call.phase.value === "ended" && isSettled(call)) this.#current.value = null;
    });
    void call.preview({ microphone: true, camera: !audioOnly });
    void this.#wait(this.#current.value);
  }

  /** Connects while the operator looks at himself. Who cannot connect yet sees the camera alone. */
  async #wait({ conversationId, call }: DeskCall): Promise<void> {
    const grant = await this.#desk.prepareCall(conversationId).catch(() => null);
    if (grant) await call.wait(grant);
  }

  /** Goes in from the preview; a call that does not run yet starts, and the visitor is invited. */
  async enter(): Promise<void> {
    const current = this.#current.peek();
    if (!current) return;
    this.#refusal.value = null;
    try {
      await current.call.join(await this.#desk.startCall(current.conversationId));
    } catch (error) {
      this.#refusal.value = error;
    }
  }

  /** Leaves the call, gives up the preview, or puts an ended call away. */
  leave(): void {
    this.#stopWatching();
    this.#current.peek()?.call.leave();
    this.#current.value = null;
  }

  /** Ends the call for all; the room then closes the own session too. */
  async end(conversation: ConversationView): Promise<void> {
    if (conversation.call) await this.#desk.endCall(conversation.call.call_id);
    else this.leave();
  }

  #isAudioOnly({ call, group_id }: ConversationView): boolean {
    const { groups } = this.#desk.state.peek();
    return call?.audio_only ?? groups.find((group) => group.group_id === group_id)?.audio_only ?? false;
  }
}

function isPreview(current: DeskCall | null): boolean {
  const phase = current?.call.phase.value;
  return phase === "idle" || phase === "preview";
}

/** Ends that nobody needs to be told of: the log says the rest. */
function isSettled(call: Call): boolean {
  const reason = call.endReason.value;
  return reason === "ended" || reason === "left";
}

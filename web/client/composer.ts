import type { Connection } from "./connection.ts";
import { codeOf } from "./errors.ts";
import { changePending, type PendingMessage } from "./pending.ts";
import type { Done } from "./protocol.ts";
import type { Store } from "./store.ts";

const TYPING_EVERY_MS = 3_000;

/** Sends messages: shows them at once as pending, and never twice, however often they are repeated. */
export class Composer {
  readonly #connection: Connection;
  readonly #store: Store;
  #opening: Promise<Done> | null = null;
  #typedAtMs = 0;

  constructor(connection: Connection, store: Store) {
    this.#connection = connection;
    this.#store = store;
  }

  /**
   * Writes into a conversation; for visitors null opens a new one, which the promise names.
   *
   * A refusal is not thrown: it stays with the pending message, which can be sent again or discarded.
   */
  send(conversationId: string | null, text: string): Promise<string | null> {
    const message: PendingMessage = {
      clientId: crypto.randomUUID(),
      conversationId,
      text,
      atMs: Date.now() + this.#store.state.peek().clockOffsetMs,
      state: "sending",
      code: null,
    };
    this.#store.setPending((pending) => [...pending, message]);
    return this.#deliver(message);
  }

  /** Sends a failed message again. */
  retry(clientId: string): Promise<string | null> {
    const message = this.#store.state.peek().pending.find((other) => other.clientId === clientId);
    if (message?.state !== "failed") return Promise.resolve(null);
    this.#change(clientId, { state: "sending", code: null });
    return this.#deliver(message);
  }

  /** Forgets a failed message. */
  discard(clientId: string): void {
    this.#store.setPending((pending) =>
      pending.filter((message) => message.clientId !== clientId || message.state !== "failed"),
    );
  }

  /** Visitor: opens a conversation without a message; its id. Rejects with `DeskError`. */
  async open(): Promise<string | null> {
    const request = { type: "open_conversation", client_id: crypto.randomUUID() } as const;
    const done = await this.#openOnce(() => this.#connection.request(request));
    return done.conversation_id;
  }

  /** To be called at every key: says now and then that somebody is writing. */
  typing(conversationId: string): void {
    const nowMs = Date.now();
    if (nowMs - this.#typedAtMs < TYPING_EVERY_MS) return;
    this.#typedAtMs = nowMs;
    this.#connection.mention({ type: "typing", conversation_id: conversationId });
  }

  async #deliver(message: PendingMessage): Promise<string | null> {
    this.#typedAtMs = 0;
    try {
      const done = await this.#request(message);
      this.#change(message.clientId, { state: "accepted", conversationId: done.conversation_id });
      return done.conversation_id;
    } catch (error) {
      this.#change(message.clientId, { state: "failed", code: codeOf(error) });
      return null;
    }
  }

  #request({ clientId, conversationId, text }: PendingMessage): Promise<Done> {
    const message = { type: "send_message", client_id: clientId, text } as const;
    const sendTo = (id: string | null) => this.#connection.request({ ...message, conversation_id: id });
    if (conversationId !== null) return sendTo(conversationId);
    if (this.#opening) return this.#opening.then((done) => this.#follow(clientId, done.conversation_id, sendTo));
    return this.#openOnce(() => sendTo(null));
  }

  #follow(clientId: string, id: string | null, sendTo: (id: string | null) => Promise<Done>): Promise<Done> {
    this.#change(clientId, { conversationId: id });
    return sendTo(id);
  }

  // Two first messages in quick succession belong into one conversation.
  #openOnce(open: () => Promise<Done>): Promise<Done> {
    this.#opening ??= open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  #change(clientId: string, changes: Partial<PendingMessage>): void {
    this.#store.setPending((pending) => changePending(pending, clientId, changes));
  }
}

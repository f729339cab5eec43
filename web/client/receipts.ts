import { effect } from "@preact/signals-core";

import type { Connection } from "./connection.ts";
import { lastFromOtherSide } from "./fold.ts";
import type { ConversationView, Person } from "./protocol.ts";
import type { Store } from "./store.ts";

/** Reports by itself what arrived, and what was read when told; each message once. */
export class Receipts {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #reported = { delivered: new Map<string, string>(), read: new Map<string, string>() };
  readonly #stop: () => void;

  constructor(connection: Connection, store: Store) {
    this.#connection = connection;
    this.#store = store;
    this.#stop = effect(() => this.#reportDelivered());
  }

  /** The person has seen the conversation up to its end. */
  markRead(conversationId: string): void {
    const { me, conversations } = this.#store.state.peek();
    const view = conversations.get(conversationId);
    const last = me && view ? lastFromOtherSide(view, me) : null;
    if (!me || !view || last === null || last === reachedBy(view, me).read) return;
    this.#report("read", conversationId, last);
  }

  close(): void {
    this.#stop();
  }

  #reportDelivered(): void {
    const { me, conversations } = this.#store.state.value;
    if (!me) return;
    for (const view of conversations.values()) {
      const last = lastFromOtherSide(view, me);
      if (last !== null && last !== reachedBy(view, me).delivered) this.#report("delivered", view.conversation_id, last);
    }
  }

  #report(mark: "delivered" | "read", conversationId: string, messageId: string): void {
    const reported = this.#reported[mark];
    if (reported.get(conversationId) === messageId) return;
    reported.set(conversationId, messageId);
    const named = mark === "read" ? { delivered_up_to: messageId, read_up_to: messageId } : { delivered_up_to: messageId };
    // Not worth a word to the person: the next message brings the next report.
    this.#connection.request({ type: "mark_seen", conversation_id: conversationId, ...named }).catch(() => undefined);
  }
}

function reachedBy(view: ConversationView, me: Person): { delivered: string | null; read: string | null } {
  const { seen } = view;
  return me.kind === "visitor"
    ? { delivered: seen.visitor_delivered, read: seen.visitor_read }
    : { delivered: seen.operator_delivered, read: seen.operator_read };
}

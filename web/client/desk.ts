import { computed, type ReadonlySignal } from "@preact/signals-core";

import { Composer } from "./composer.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import { DeskError } from "./errors.ts";
import { socketUrl } from "./network.ts";
import {
  type ConversationView,
  type Done,
  type InvitationView,
  type JoinGrant,
  type Presence,
  PROTOCOL_VERSION,
} from "./protocol.ts";
import { Receipts } from "./receipts.ts";
import { type DeskState, Store } from "./store.ts";

const HISTORY_PAGE = 50;

/**
 * What visitors and operators have in common: the state that the desk keeps up to date, and the commands
 * that both may give. Commands reject with `DeskError`; their effect shows in `state` by itself.
 */
class Desk {
  protected readonly connection: Connection;
  readonly #store = new Store();
  readonly #receipts: Receipts;
  readonly messages: Composer;
  /** Those that this person may see, the most recently active first. */
  readonly conversations: ReadonlySignal<readonly ConversationView[]>;

  constructor(url: string, token: string | null) {
    this.connection = new Connection({
      url,
      hello: () => ({ type: "hello", version: PROTOCOL_VERSION, token, cursor: this.state.peek().cursor }),
      onFrame: (frame) => this.#store.receive(frame),
    });
    this.messages = new Composer(this.connection, this.#store);
    this.#receipts = new Receipts(this.connection, this.#store);
    this.conversations = computed(() => byActivity(this.state.value.conversations.values()));
  }

  get state(): ReadonlySignal<DeskState> {
    return this.#store.state;
  }

  get connectionState(): ReadonlySignal<ConnectionState> {
    return this.connection.state;
  }

  /** Why the desk will not have this client, once `connectionState` is `refused`. */
  get refusal(): ReadonlySignal<DeskError | null> {
    return this.connection.refusal;
  }

  open(): void {
    this.connection.open();
  }

  close(): void {
    this.#receipts.close();
    this.connection.close();
  }

  /** The person has the end of the conversation before his eyes. */
  markRead(conversationId: string): void {
    this.#receipts.markRead(conversationId);
  }

  /** Loads the events before those that are known; does nothing at the beginning of the conversation. */
  async loadEarlier(conversationId: string): Promise<void> {
    const view = this.state.peek().conversations.get(conversationId);
    const first = view?.events[0];
    if (!view?.earlier || !first) return;
    await this.connection.request({
      type: "fetch_history",
      conversation_id: conversationId,
      before_event_id: first.event_id,
      limit: HISTORY_PAGE,
    });
  }

  async closeConversation(conversationId: string): Promise<void> {
    await this.connection.request({ type: "close_conversation", conversation_id: conversationId });
  }

  /** Comes in; the grant is null when the invitation is to a chat alone. */
  async accept(invitation: InvitationView): Promise<JoinGrant | null> {
    const { invitation_id } = invitation;
    return (await this.connection.request({ type: "accept_invitation", invitation_id })).grant;
  }

  async decline(invitation: InvitationView): Promise<void> {
    const { invitation_id } = invitation;
    await this.connection.request({ type: "decline_invitation", invitation_id });
  }

  /** Leave to join again a call in which this person was, or may be. */
  async joinCall(callId: string): Promise<JoinGrant> {
    return grantOf(await this.connection.request({ type: "join_call", call_id: callId }));
  }
}

/** A visitor's desk: his own conversations. */
export class VisitorDesk extends Desk {
  /** `token` is what `POST /api/v1/visitor` gave. */
  constructor(baseUrl: string, token: string) {
    super(socketUrl(baseUrl, "/api/v1/visitor/socket"), token);
  }

  /** Says what the visitor looks at; dropped without a connection. */
  reportPresence(presence: Presence, pageTitle: string | null, pageUrl: string | null): void {
    this.connection.mention({ type: "report_presence", presence, page_title: pageTitle, page_url: pageUrl });
  }

  async identify(name: string | null, email: string | null): Promise<void> {
    await this.connection.request({ type: "identify", name, email });
  }

  async requestCall(conversationId: string): Promise<void> {
    await this.connection.request({ type: "request_call", conversation_id: conversationId });
  }
}

/** An operator's desk: what waits in his groups, and what he takes part in. Known by the session cookie. */
export class OperatorDesk extends Desk {
  constructor(baseUrl: string) {
    super(socketUrl(baseUrl, "/api/v1/operator/socket"), null);
  }

  /** Rejects with code `taken` when a colleague was first. */
  async take(conversationId: string): Promise<void> {
    await this.connection.request({ type: "take_conversation", conversation_id: conversationId });
  }

  async leave(conversationId: string): Promise<void> {
    await this.connection.request({ type: "leave_conversation", conversation_id: conversationId });
  }

  async inviteColleague(conversationId: string, operatorId: string): Promise<void> {
    await this.connection.request({
      type: "invite_colleague",
      conversation_id: conversationId,
      operator_id: operatorId,
    });
  }

  /** Leave to wait in the lobby of the call that runs, or of the one that `startCall` will open. */
  async prepareCall(conversationId: string): Promise<JoinGrant> {
    return grantOf(await this.connection.request({ type: "prepare_call", conversation_id: conversationId }));
  }

  /** Opens a call and invites the visitor, or joins the call that runs. */
  async startCall(conversationId: string): Promise<JoinGrant> {
    return grantOf(await this.connection.request({ type: "start_call", conversation_id: conversationId }));
  }

  async inviteVisitor(callId: string): Promise<void> {
    await this.connection.request({ type: "invite_visitor", call_id: callId });
  }

  async withdraw(invitation: InvitationView): Promise<void> {
    const { invitation_id } = invitation;
    await this.connection.request({ type: "withdraw_invitation", invitation_id });
  }

  /** Ends the call for all. */
  async endCall(callId: string): Promise<void> {
    await this.connection.request({ type: "end_call", call_id: callId });
  }
}

function grantOf(done: Done): JoinGrant {
  if (!done.grant) throw new DeskError({ code: "not_admitted", message: "The desk gave no leave to join" });
  return done.grant;
}

function byActivity(conversations: Iterable<ConversationView>): ConversationView[] {
  return [...conversations].sort((a, b) => b.updated_at_ms - a.updated_at_ms);
}

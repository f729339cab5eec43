import { computed, signal } from "@preact/signals";
import { OperatorDesk } from "../client/desk.ts";
import type { ConversationView, InvitationView, OperatorSession, Person } from "../client/protocol.ts";
import { CallDesk } from "./call/callDesk.ts";
import { canWriteIn } from "./conversation/membership.ts";

/** An invitation to this operator, with the conversation that it leads into. */
export interface ReceivedInvitation {
  invitation: InvitationView;
  conversation: ConversationView;
}

/** What one logged-in operator has before him: the desk, the conversation he looks at, and his call. */
export class Panel {
  readonly session: OperatorSession;
  readonly desk = new OperatorDesk(location.origin);
  readonly calls = new CallDesk(this.desk);
  readonly #selectedId = signal<string | null>(null);
  readonly #drafts = signal<ReadonlyMap<string, string>>(new Map());

  /** The conversation in the middle; null when none was chosen or it is no longer this operator's to see. */
  readonly selected = computed(() => this.desk.state.value.conversations.get(this.#selectedId.value ?? "") ?? null);
  /** Invitations to this operator that wait for an answer, the oldest first. */
  readonly invitations = computed(() => this.#receivedInvitations());
  /** Messages to be read plus chats that wait: what the title and the rail show. */
  readonly attention = computed(() => this.desk.conversations.value.filter(needsAttention).length);

  constructor(session: OperatorSession) {
    this.session = session;
  }

  get me(): Person {
    return this.session.operator;
  }

  open(): void {
    this.desk.open();
  }

  /** Leaves the call, if any, and disconnects. */
  close(): void {
    this.calls.leave();
    this.desk.close();
  }

  select(conversationId: string | null): void {
    this.#selectedId.value = conversationId;
  }

  /** The text that is being written in a conversation; it survives a look into another one. */
  draft(conversationId: string): string {
    return this.#drafts.value.get(conversationId) ?? "";
  }

  setDraft(conversationId: string, text: string): void {
    this.#drafts.value = new Map(this.#drafts.peek()).set(conversationId, text);
    if (text !== "") this.desk.messages.typing(conversationId);
  }

  send(conversationId: string, text: string): void {
    this.setDraft(conversationId, "");
    void this.desk.messages.send(conversationId, text);
  }

  /** Reports what is on the screen as read; a waiting chat is nobody's yet, so a look at it is no answer. */
  markRead(conversation: ConversationView): void {
    if (document.hidden || !canWriteIn(conversation, this.me)) return;
    this.desk.markRead(conversation.conversation_id);
  }

  #receivedInvitations(): ReceivedInvitation[] {
    return this.desk.conversations.value
      .flatMap((conversation) => conversation.invitations.map((invitation) => ({ invitation, conversation })))
      .filter(({ invitation }) => invitation.invitee.id === this.me.id)
      .sort((a, b) => a.invitation.expires_at_ms - b.invitation.expires_at_ms);
  }
}

function needsAttention({ state, unread }: ConversationView): boolean {
  return state === "waiting" || (state === "open" && unread > 0);
}

import { type ReadonlySignal, signal } from "@preact/signals-core";

import { applyEvent, keepHistory, prependHistory } from "./fold.ts";
import { type PendingMessage, settlePending } from "./pending.ts";
import type {
  ColleagueView,
  ConversationView,
  Event,
  GroupView,
  OperatorRole,
  OperatorSnapshot,
  Person,
  PresenceChanged,
  Ready,
  ServerFrame,
  VisitorSnapshot,
} from "./protocol.ts";

/** Somebody who is writing, believed until `untilMs`. */
export interface Typist {
  person: Person;
  untilMs: number;
}

/** All that a client knows. Values are never changed in place. */
export interface DeskState {
  /** Where a lost connection resumes; null before the first snapshot. */
  cursor: string | null;
  me: Person | null;
  /** Operators only. */
  role: OperatorRole | null;
  groups: readonly GroupView[];
  colleagues: readonly ColleagueView[];
  /** By conversation id. */
  conversations: ReadonlyMap<string, ConversationView>;
  /** By conversation id; without those whose time is over. */
  typing: ReadonlyMap<string, readonly Typist[]>;
  /** Own messages that are not events yet, in the order of writing. */
  pending: readonly PendingMessage[];
  /** Visitors: whether an operator of the group is online; null while unknown. */
  online: boolean | null;
  /** The server's clock minus this one, in milliseconds. */
  clockOffsetMs: number;
}

export const EMPTY_STATE: DeskState = {
  cursor: null,
  me: null,
  role: null,
  groups: [],
  colleagues: [],
  conversations: new Map(),
  typing: new Map(),
  pending: [],
  online: null,
  clockOffsetMs: 0,
};

const TYPING_LASTS_MS = 5_000;

type Reducer<Frame> = (state: DeskState, frame: Frame, nowMs: number) => DeskState;
type Reducers = { [Type in ServerFrame["type"]]: Reducer<Extract<ServerFrame, { type: Type }>> };

const REDUCERS: Reducers = {
  ready: takeReady,
  event: (state, { cursor, event }) => ({ ...takeEvent(state, event), cursor }),
  conversation_shown: (state, { cursor, conversation }) => ({ ...takeConversation(state, conversation), cursor }),
  conversation_hidden: (state, { cursor, conversation_id }) => ({ ...forget(state, conversation_id), cursor }),
  history: (state, { conversation_id, events, earlier }) =>
    change(state, conversation_id, (view) => prependHistory(view, events, earlier)),
  typing_seen: (state, { conversation_id, person }, nowMs) => {
    const typist = { person, untilMs: nowMs + TYPING_LASTS_MS };
    return setTypists(state, conversation_id, [...typistsBut(state, conversation_id, person.id), typist]);
  },
  presence_changed: takePresence,
  colleague_changed: (state, { colleague }) => ({
    ...state,
    colleagues: [...state.colleagues.filter((other) => other.person.id !== colleague.person.id), colleague],
  }),
  desk_changed: (state, { online }) => ({ ...state, online }),
  done: (state) => state,
  refused: (state) => state,
};

/** The state after a frame from the server that arrived at `nowMs` (this client's clock). */
export function reduce(state: DeskState, frame: ServerFrame, nowMs: number): DeskState {
  return (REDUCERS[frame.type] as Reducer<ServerFrame>)(state, frame, nowMs);
}

/** The state without those who were seen writing too long ago. */
export function expireTyping(state: DeskState, nowMs: number): DeskState {
  const typing = new Map<string, readonly Typist[]>();
  for (const [conversationId, typists] of state.typing) {
    const left = typists.filter((typist) => typist.untilMs > nowMs);
    if (left.length > 0) typing.set(conversationId, left);
  }
  return { ...state, typing };
}

/** Holds the state as a signal, and lets the time pass in it. */
export class Store {
  readonly #state = signal(EMPTY_STATE);
  #expiry: ReturnType<typeof setTimeout> | undefined;

  get state(): ReadonlySignal<DeskState> {
    return this.#state;
  }

  receive(frame: ServerFrame): void {
    this.#state.value = reduce(this.#state.peek(), frame, Date.now());
    if (frame.type === "typing_seen") this.#expireLater();
  }

  setPending(update: (pending: readonly PendingMessage[]) => readonly PendingMessage[]): void {
    const state = this.#state.peek();
    this.#state.value = { ...state, pending: update(state.pending) };
  }

  #expireLater(): void {
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#expire(), TYPING_LASTS_MS);
  }

  #expire(): void {
    this.#state.value = expireTyping(this.#state.peek(), Date.now());
    if (this.#state.peek().typing.size > 0) this.#expireLater();
  }
}

function takeReady(state: DeskState, frame: Ready, nowMs: number): DeskState {
  const resumed = { ...state, cursor: frame.cursor, clockOffsetMs: frame.server_time_ms - nowMs };
  return frame.snapshot ? takeSnapshot(resumed, frame.snapshot) : resumed;
}

function takeSnapshot(state: DeskState, snapshot: VisitorSnapshot | OperatorSnapshot): DeskState {
  const conversations = new Map<string, ConversationView>();
  for (const fresh of snapshot.conversations) {
    conversations.set(fresh.conversation_id, keepHistory(fresh, state.conversations.get(fresh.conversation_id)));
  }
  const events = snapshot.conversations.flatMap((conversation) => conversation.events);
  // What the desk has accepted is in the snapshot, if only among events too old to be listed.
  const pending = settlePending(state.pending, events).filter((message) => message.state !== "accepted");
  const known = { ...state, me: snapshot.me, conversations, pending, typing: new Map<string, readonly Typist[]>() };
  if (snapshot.type === "visitor") return known;
  return { ...known, role: snapshot.role, groups: snapshot.groups, colleagues: snapshot.colleagues };
}

function takeEvent(state: DeskState, event: Event): DeskState {
  const { me } = state;
  if (!me) return state;
  const changed = change(state, event.conversation_id, (view) => applyEvent(view, event, me));
  if (event.body.type !== "message_sent") return changed;
  const typists = typistsBut(state, event.conversation_id, event.body.author.id);
  return {
    ...setTypists(changed, event.conversation_id, typists),
    pending: settlePending(state.pending, [event]),
  };
}

function takeConversation(state: DeskState, fresh: ConversationView): DeskState {
  const known = state.conversations.get(fresh.conversation_id);
  const conversations = new Map(state.conversations).set(fresh.conversation_id, keepHistory(fresh, known));
  return { ...state, conversations, pending: settlePending(state.pending, fresh.events) };
}

function forget(state: DeskState, conversationId: string): DeskState {
  const conversations = new Map(state.conversations);
  conversations.delete(conversationId);
  const pending = state.pending.filter((message) => message.conversationId !== conversationId);
  return { ...setTypists(state, conversationId, []), conversations, pending };
}

function takePresence(state: DeskState, frame: PresenceChanged): DeskState {
  const conversations = new Map(state.conversations);
  const { presence, page_title, page_url } = frame;
  for (const [id, view] of conversations) {
    if (view.visitor?.person.id !== frame.visitor_id) continue;
    conversations.set(id, { ...view, visitor: { ...view.visitor, presence, page_title, page_url } });
  }
  return { ...state, conversations };
}

function change(
  state: DeskState,
  conversationId: string,
  by: (view: ConversationView) => ConversationView,
): DeskState {
  const view = state.conversations.get(conversationId);
  if (!view) return state;
  return { ...state, conversations: new Map(state.conversations).set(conversationId, by(view)) };
}

function typistsBut(state: DeskState, conversationId: string, personId: string): Typist[] {
  return (state.typing.get(conversationId) ?? []).filter((typist) => typist.person.id !== personId);
}

function setTypists(state: DeskState, conversationId: string, typists: readonly Typist[]): DeskState {
  const typing = new Map(state.typing);
  if (typists.length > 0) typing.set(conversationId, typists);
  else typing.delete(conversationId);
  return { ...state, typing };
}

/**
 * What events make of a conversation: the same fold as the desk's own, so that a client that applies events
 * to an older view ends with the view that a fresh start would give it.
 */

import type {
  ConversationView,
  Event,
  EventBody,
  InvitationView,
  MessagesSeen,
  Person,
  SeenView,
  VisitorView,
} from "./protocol.ts";

type Fold<Body> = (view: ConversationView, body: Body, atMs: number, me: Person) => Partial<ConversationView>;
type Folds = { [Type in EventBody["type"]]: Fold<Extract<EventBody, { type: Type }>> };

// These change a conversation without being part of its history.
const UNLISTED: ReadonlySet<EventBody["type"]> = new Set(["messages_seen", "visitor_identified"]);

const FOLDS: Folds = {
  conversation_created: () => ({ state: "waiting" }),
  message_sent: () => ({}),
  messages_seen: (view, body) => ({ seen: advance(view.seen, body) }),
  visitor_identified: (view, body) => ({ visitor: rename(view.visitor, body.visitor, { email: body.email }) }),
  conversation_taken: (_view, body) => ({ state: "open", operator: body.operator }),
  conversation_closed: () => ({ state: "closed" }),
  conversation_reopened: (view, body) => ({
    state: "waiting",
    visitor: rename(view.visitor, body.by),
    operator: null,
    colleagues: [],
  }),
  colleague_invited: (view, body) => ({ invitations: invite(view, { ...body, invitee: body.colleague }) }),
  colleague_joined: (view, body) => ({ colleagues: include(view.colleagues, body.operator) }),
  colleague_left: (view, body) => ({ colleagues: exclude(view.colleagues, body.operator) }),
  call_requested: () => ({}),
  call_started: (_view, body, atMs) => ({
    call: { call_id: body.call_id, by: body.by, started_at_ms: atMs, audio_only: body.audio_only, inside: [] },
  }),
  call_invited: (view, body, _atMs, me) => ({
    invitations: invite(view, { ...body, invitee: view.visitor?.person ?? me }),
  }),
  invitation_closed: (view, body) => ({
    invitations: view.invitations.filter((other) => other.invitation_id !== body.invitation_id),
  }),
  call_joined: (view, body) => ({
    call: view.call && { ...view.call, inside: include(view.call.inside, body.person) },
  }),
  call_left: (view, body) => ({
    call: view.call && { ...view.call, inside: exclude(view.call.inside, body.person) },
  }),
  call_unreached: () => ({}),
  call_ended: () => ({ call: null }),
};

/** The conversation after `event`, as `me` sees it; an event that it contains already changes nothing. */
export function applyEvent(view: ConversationView, event: Event, me: Person): ConversationView {
  const listed = !UNLISTED.has(event.body.type);
  if (listed && contains(view, event)) return view;
  const fold = FOLDS[event.body.type] as Fold<EventBody>;
  const changed = { ...view, ...fold(view, event.body, event.at_ms, me) };
  if (listed) {
    changed.events = [...view.events, event];
    changed.updated_at_ms = event.at_ms;
  }
  changed.unread = countUnread(changed, me);
  return changed;
}

/** The view with a page of earlier events in front. */
export function prependHistory(view: ConversationView, events: Event[], earlier: boolean): ConversationView {
  const known = new Set(view.events.map((event) => event.event_id));
  const older = events.filter((event) => !known.has(event.event_id));
  return { ...view, events: [...older, ...view.events], earlier };
}

/** The fresh view, with those earlier events kept in front that were loaded before it came. */
export function keepHistory(fresh: ConversationView, known: ConversationView | undefined): ConversationView {
  const first = fresh.events[0];
  if (!known || !first) return fresh;
  const overlap = known.events.findIndex((event) => event.event_id === first.event_id);
  if (overlap <= 0) return fresh;
  return { ...fresh, events: [...known.events.slice(0, overlap), ...fresh.events], earlier: known.earlier };
}

/** Whether a message comes from the other side, seen from `me`: for visitors that is everybody else. */
export function isFromOtherSide(author: Person, me: Person): boolean {
  return me.kind === "visitor" ? author.id !== me.id : author.kind === "visitor";
}

/** The last message of the other side, which reports of delivery and reading name; null without one. */
export function lastFromOtherSide(view: ConversationView, me: Person): string | null {
  const event = view.events.findLast(({ body }) => body.type === "message_sent" && isFromOtherSide(body.author, me));
  return event?.body.type === "message_sent" ? event.body.message_id : null;
}

// The newest events are the ones that come twice, so they are looked at first.
function contains(view: ConversationView, event: Event): boolean {
  return view.events.findLast((other) => other.event_id === event.event_id) !== undefined;
}

function countUnread(view: ConversationView, me: Person): number {
  const read = me.kind === "visitor" ? view.seen.visitor_read : view.seen.operator_read;
  let unread = 0;
  for (const { body } of view.events.toReversed()) {
    if (body.type !== "message_sent") continue;
    if (body.message_id === read) break;
    if (isFromOtherSide(body.author, me)) unread += 1;
  }
  return unread;
}

function rename(visitor: VisitorView | null, person: Person, changes: Partial<VisitorView> = {}): VisitorView | null {
  return visitor && { ...visitor, ...changes, person };
}

function advance(seen: SeenView, body: MessagesSeen): SeenView {
  const delivered = body.delivered_up_to;
  const read = body.read_up_to;
  return body.side === "visitor"
    ? { ...seen, visitor_delivered: delivered ?? seen.visitor_delivered, visitor_read: read ?? seen.visitor_read }
    : { ...seen, operator_delivered: delivered ?? seen.operator_delivered, operator_read: read ?? seen.operator_read };
}

function invite(view: ConversationView, invitation: InvitationView): InvitationView[] {
  const { invitation_id, by, invitee, call_id, expires_at_ms } = invitation;
  const others = view.invitations.filter((other) => other.invitation_id !== invitation_id);
  return [...others, { invitation_id, by, invitee, call_id, expires_at_ms }];
}

function include(people: Person[], person: Person): Person[] {
  return [...exclude(people, person), person];
}

function exclude(people: Person[], person: Person): Person[] {
  return people.filter((other) => other.id !== person.id);
}

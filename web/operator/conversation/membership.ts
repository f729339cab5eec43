import type { ConversationView, Person } from "../../client/protocol.ts";

const mostOperators = 3;

export function isInCharge(conversation: ConversationView, me: Person): boolean {
  return conversation.operator?.id === me.id;
}

export function isColleague(conversation: ConversationView, me: Person): boolean {
  return conversation.colleagues.some((colleague) => colleague.id === me.id);
}

/** Whether the operator may write, call and invite: it is open, and he takes part. */
export function canWriteIn(conversation: ConversationView, me: Person): boolean {
  return conversation.state === "open" && (isInCharge(conversation, me) || isColleague(conversation, me));
}

/** Whose words they are, as an operator sees them: the visitor's, a colleague's or his own. */
export function sideOf(author: Person, me: Person): "in" | "team" | "out" {
  if (author.kind === "visitor") return "in";
  return author.id === me.id ? "out" : "team";
}

/** Everybody at the desk who takes part: the one in charge first. */
export function operatorsOf({ operator, colleagues }: ConversationView): Person[] {
  return operator ? [operator, ...colleagues] : [...colleagues];
}

/** Why no colleague can be invited now; null when one can. */
export function inviteObstacle(conversation: ConversationView): "full" | "pending" | null {
  if (operatorsOf(conversation).length >= mostOperators) return "full";
  return conversation.invitations.some((invitation) => invitation.invitee.kind === "operator") ? "pending" : null;
}

/** Whether the visitor asked for a call after the last one began. */
export function isCallWanted(conversation: ConversationView): boolean {
  if (conversation.call || conversation.state === "closed") return false;
  const last = conversation.events.findLast(({ body }) => callEvents.has(body.type));
  return last?.body.type === "call_requested";
}

const callEvents: ReadonlySet<string> = new Set(["call_requested", "call_started", "conversation_closed"]);

/** The visitor's name as it is now; events keep the name of their time. */
export function visitorName(conversation: ConversationView): string {
  return conversation.visitor?.person.name ?? "";
}

/** How one speaks of somebody: the first name, or `Anonimo-880898` as a whole. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name;
}

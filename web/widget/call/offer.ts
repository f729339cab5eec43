import type { CallView, ConversationView, InvitationView, Person } from "../../client/protocol.ts";

/** How the visitor may come into a call at this moment: he is invited, or was inside and it goes on. */
export type CallOffer = { kind: "invitation"; invitation: InvitationView } | { kind: "rejoin"; call: CallView };

/** What a conversation offers `me`, or null. */
export function callOfferOf(view: ConversationView, me: Person): CallOffer | null {
  const invitation = view.invitations.find(({ invitee, call_id }) => invitee.id === me.id && call_id !== null);
  if (invitation) return { kind: "invitation", invitation };
  const { call } = view;
  return call && wasAdmitted(view, call, me) ? { kind: "rejoin", call } : null;
}

function wasAdmitted({ events }: ConversationView, call: CallView, me: Person): boolean {
  if (call.inside.some(({ id }) => id === me.id)) return true;
  return events.some(
    ({ body, at_ms }) =>
      (body.type === "call_joined" && body.call_id === call.call_id && body.person.id === me.id) ||
      (body.type === "invitation_closed" && body.state === "accepted" && body.invitee.id === me.id && at_ms >= call.started_at_ms),
  );
}

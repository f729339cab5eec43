"""What may be done about calls and invitations, and which events it makes.

Operators of a conversation start its call, one at a time. The visitor comes by invitation; once admitted he
may leave and join again while the call runs. Colleagues come with the conversation. A pending invitation
ends in exactly one of four ways: accepted, declined, withdrawn (also when the call or the conversation
ends), or expired. A call ends when the operator in charge or its starter ends it, when nobody attends it
(`chatcore.call_phases`), when the conversation closes, or when the server was stopped; the visitor's "no"
does not end it.

Decisions are pure, as in `chatcore.conversation_rules`.
"""

from chatcore.actors import Actor, OperatorActor
from chatcore.call_phases import TIME_LIMIT_MS
from chatcore.errors import DeskError
from chatcore.fold import Call, Conversation
from chatcore.membership import is_member, require_member, require_open
from chatcore.model import (
    CallEnded,
    CallEndReason,
    CallInvited,
    CallJoined,
    CallLeft,
    CallStarted,
    CallUnreached,
    ColleagueJoined,
    EventBody,
    InvitationClosed,
    InvitationState,
    InvitationView,
    Person,
    PersonKind,
)

INVITATION_LIFETIME_MS = 120_000


def start(
    conversation: Conversation,
    actor: OperatorActor,
    call_id: str,
    invitation_id: str,
    audio_only: bool,
    now_ms: int,
) -> list[EventBody]:
    """An operator opens a call and invites the visitor; nothing when one is running."""
    require_starter(conversation, actor)
    if conversation.call is not None:
        return []
    return [
        CallStarted(call_id, actor.person, audio_only),
        CallInvited(call_id, invitation_id, actor.person, now_ms + INVITATION_LIFETIME_MS),
    ]


def require_starter(conversation: Conversation, actor: OperatorActor) -> None:
    """Refuse who may not start, or join, the conversation's call."""
    require_member(conversation, actor)
    require_open(conversation)


def invite_visitor(
    conversation: Conversation, actor: OperatorActor, call: Call, invitation_id: str, now_ms: int
) -> list[EventBody]:
    """An operator invites the visitor again; nothing when an invitation is pending."""
    require_member(conversation, actor)
    if any(person.kind is PersonKind.VISITOR for person in call.inside):
        raise DeskError("visitor_present", "the visitor is in the call")
    if pending_for(conversation, conversation.visitor) is not None:
        return []
    expires_at_ms = now_ms + INVITATION_LIFETIME_MS
    return [CallInvited(call.call_id, invitation_id, actor.person, expires_at_ms)]


def accept(actor: Actor, invitation: InvitationView, now_ms: int) -> list[EventBody]:
    """The invited person comes in."""
    _require_invitee(actor, invitation)
    if invitation.expires_at_ms <= now_ms:
        raise DeskError("invitation_over", "the invitation has run out")
    closed = _close(invitation, InvitationState.ACCEPTED)
    if isinstance(actor, OperatorActor):
        # In this order: between the two the colleague must not lose sight of the conversation.
        return [ColleagueJoined(actor.person, invitation.invitation_id), closed]
    return [closed]


def decline(actor: Actor, invitation: InvitationView) -> list[EventBody]:
    """The invited person says no."""
    _require_invitee(actor, invitation)
    return [_close(invitation, InvitationState.DECLINED)]


def withdraw(conversation: Conversation, actor: OperatorActor, invitation: InvitationView) -> list[EventBody]:
    """An operator of the conversation takes an invitation back."""
    require_member(conversation, actor)
    return [_close(invitation, InvitationState.WITHDRAWN)]


def end(conversation: Conversation, actor: OperatorActor, now_ms: int) -> list[EventBody]:
    """The operator in charge, or who started the call, ends it for all."""
    call = conversation.call
    if call is None:
        return []
    if actor.person.id not in {call.by.id, conversation.operator.id if conversation.operator else None}:
        raise DeskError("forbidden", "only the operator in charge or the call's starter can end it for all")
    return end_call(conversation, CallEndReason.ENDED, actor.person, now_ms)


def may_join(conversation: Conversation, actor: Actor, call: Call) -> bool:
    """Say whether the actor may join the running call now."""
    if isinstance(actor, OperatorActor):
        return is_member(conversation, actor)
    return call.visitor_admitted


def join(call: Call, person: Person) -> list[EventBody]:
    """Somebody's media connection is up."""
    return [] if _is_inside(call, person) else [CallJoined(call.call_id, person)]


def leave(call: Call, person: Person) -> list[EventBody]:
    """Somebody is no longer inside."""
    return [CallLeft(call.call_id, person)] if _is_inside(call, person) else []


def fail_to_reach(call: Call, person: Person) -> list[EventBody]:
    """Somebody found no way in."""
    return [] if _is_inside(call, person) else [CallUnreached(call.call_id, person)]


def expire(conversation: Conversation, now_ms: int) -> list[EventBody]:
    """Close what ran out of time: invitations, and a call that nobody attends."""
    call = conversation.call
    limit = _abandoned_at_ms(call) if call is not None else None
    abandoned = limit is not None and limit <= now_ms
    expired: list[EventBody] = [
        _close(invitation, InvitationState.EXPIRED)
        for invitation in conversation.invitations
        if invitation.expires_at_ms <= now_ms
        and not (abandoned and invitation.invitee.kind is PersonKind.VISITOR)
    ]
    ended = end_call(conversation, CallEndReason.ABANDONED, None, now_ms) if abandoned else []
    return [*expired, *ended]


def due_at_ms(conversation: Conversation) -> int | None:
    """Return when `expire` has something to do next."""
    times = [invitation.expires_at_ms for invitation in conversation.invitations]
    if conversation.call is not None and (limit := _abandoned_at_ms(conversation.call)) is not None:
        times.append(limit)
    return min(times, default=None)


def end_call(
    conversation: Conversation, reason: CallEndReason, by: Person | None, now_ms: int
) -> list[EventBody]:
    """End the running call, if any, for all; the visitor's pending invitation goes with it."""
    call = conversation.call
    if call is None:
        return []
    ended = CallEnded(call.call_id, reason, by, now_ms - call.started_at_ms)
    return [*withdraw_invitations(conversation, PersonKind.VISITOR), ended]


def withdraw_invitations(conversation: Conversation, invitee: PersonKind) -> list[EventBody]:
    """Withdraw the pending invitations of this kind of person."""
    return [
        _close(invitation, InvitationState.WITHDRAWN)
        for invitation in conversation.invitations
        if invitation.invitee.kind is invitee
    ]


def pending_for(conversation: Conversation, person: Person) -> InvitationView | None:
    """Return the person's pending invitation."""
    return next((one for one in conversation.invitations if one.invitee.id == person.id), None)


def _require_invitee(actor: Actor, invitation: InvitationView) -> None:
    if actor.person.id != invitation.invitee.id:
        raise DeskError("forbidden", "the invitation is for somebody else")


def _close(invitation: InvitationView, state: InvitationState) -> InvitationClosed:
    return InvitationClosed(invitation.invitation_id, invitation.invitee, state)


def _is_inside(call: Call, person: Person) -> bool:
    return any(one.id == person.id for one in call.inside)


def _abandoned_at_ms(call: Call) -> int | None:
    limit = TIME_LIMIT_MS.get(call.phase)
    return None if limit is None else call.phase_since_ms + limit

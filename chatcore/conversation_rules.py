"""What may be done in a conversation, and which events it makes.

Decisions are pure: they take the conversation as it is, who acts, and whatever would need a clock or dice,
and return the events that follow; no events when a repeat finds everything done. They raise `DeskError`.
They rely on the caller for visibility (`chatcore.access`).
"""

from collections.abc import Mapping

from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.call_rules import INVITATION_LIFETIME_MS, end_call, withdraw_invitations
from chatcore.errors import DeskError
from chatcore.fold import Conversation
from chatcore.membership import MAX_OPERATORS, is_member, members, require_member, require_open
from chatcore.model import (
    CallEndReason,
    CallLeft,
    CallRequested,
    ColleagueInvited,
    ColleagueLeft,
    ConversationClosed,
    ConversationReopened,
    ConversationState,
    ConversationTaken,
    EventBody,
    MessageSent,
    MessagesSeen,
    Person,
    PersonKind,
)


def write(conversation: Conversation, actor: Actor, message: MessageSent) -> list[EventBody]:
    """The visitor, or an operator in the conversation, writes. A visitor's message reopens a closed one."""
    if isinstance(actor, OperatorActor):
        require_member(conversation, actor)
    if conversation.state is not ConversationState.CLOSED:
        return [message]
    if isinstance(actor, OperatorActor):
        raise DeskError("closed", "the conversation is over; only the visitor can open it again")
    return [ConversationReopened(actor.person), message]


def take(conversation: Conversation, actor: OperatorActor) -> list[EventBody]:
    """An operator of the group takes charge of a waiting conversation; the first one wins."""
    if conversation.operator is not None and conversation.operator.id == actor.person.id:
        return []
    if conversation.state is ConversationState.OPEN:
        raise DeskError("taken", "another operator took the conversation first")
    if conversation.state is ConversationState.CLOSED:
        raise DeskError("closed", "the conversation is over")
    return [ConversationTaken(actor.person)]


def close(conversation: Conversation, actor: Actor, now_ms: int) -> list[EventBody]:
    """The visitor or the operator in charge ends the conversation, with its call and its invitations."""
    in_charge = conversation.operator is not None and conversation.operator.id == actor.person.id
    if not in_charge and not isinstance(actor, VisitorActor):
        raise DeskError("forbidden", "only the operator in charge or the visitor can close the conversation")
    if conversation.state is ConversationState.CLOSED:
        return []
    return [
        *withdraw_invitations(conversation, PersonKind.OPERATOR),
        *end_call(conversation, CallEndReason.ENDED, actor.person, now_ms),
        ConversationClosed(actor.person),
    ]


def leave(conversation: Conversation, actor: OperatorActor) -> list[EventBody]:
    """A colleague leaves the conversation, and its call."""
    if actor.person.id not in {person.id for person in conversation.colleagues}:
        raise DeskError("forbidden", "only a colleague can leave; the operator in charge closes instead")
    if conversation.state is ConversationState.CLOSED:
        return []
    call = conversation.call
    inside = call is not None and actor.person.id in {person.id for person in call.inside}
    hung_up = [CallLeft(call.call_id, actor.person)] if call is not None and inside else []
    return [*hung_up, ColleagueLeft(actor.person)]


def invite_colleague(
    conversation: Conversation, actor: OperatorActor, colleague: Person, invitation_id: str, now_ms: int
) -> list[EventBody]:
    """An operator of the conversation asks another in: one at a time, at most three operators in all."""
    require_member(conversation, actor)
    require_open(conversation)
    if colleague.id in {person.id for person in members(conversation)}:
        raise DeskError("bad_request", "the colleague is in the conversation already")
    for pending in conversation.invitations:
        if pending.invitee.id == colleague.id:
            return []
        if pending.invitee.kind is PersonKind.OPERATOR:
            raise DeskError("invitation_pending", "one colleague is invited already; wait or withdraw")
    if len(members(conversation)) >= MAX_OPERATORS:
        raise DeskError("conversation_full", f"a conversation has at most {MAX_OPERATORS} operators")
    call_id = conversation.call.call_id if conversation.call else None
    expires_at_ms = now_ms + INVITATION_LIFETIME_MS
    return [ColleagueInvited(invitation_id, actor.person, colleague, call_id, expires_at_ms)]


def request_call(conversation: Conversation, actor: VisitorActor) -> list[EventBody]:
    """The visitor asks for a call."""
    if conversation.call is not None:
        raise DeskError("call_running", "a call is running already")
    if conversation.state is ConversationState.CLOSED:
        raise DeskError("closed", "the conversation is over")
    return [] if conversation.call_requested else [CallRequested(actor.person)]


def mark_seen(
    conversation: Conversation,
    actor: Actor,
    delivered_up_to: str | None,
    read_up_to: str | None,
    order: Mapping[str, int],
) -> list[EventBody]:
    """One side's device got or read the messages up to the named ones; what is read also arrived.

    `order` gives, for the messages of this conversation among those named and those marked before, an
    ascending number. Marks never move back.
    """
    if any(mark is not None and mark not in order for mark in (delivered_up_to, read_up_to)):
        raise DeskError("bad_request", "no such message in the conversation")

    def furthest(*marks: str | None) -> str | None:
        return max((mark for mark in marks if mark is not None), key=order.__getitem__, default=None)

    seen = conversation.seen
    side = actor.person.kind
    old = (
        (seen.visitor_delivered, seen.visitor_read)
        if side is PersonKind.VISITOR
        else (seen.operator_delivered, seen.operator_read)
    )
    new = (furthest(old[0], delivered_up_to, read_up_to), furthest(old[1], read_up_to))
    return [] if new == old else [MessagesSeen(side, *new)]


def may_type(conversation: Conversation, actor: Actor) -> bool:
    """Say whether the actor could write now, and so be seen typing."""
    return isinstance(actor, VisitorActor) or is_member(conversation, actor)

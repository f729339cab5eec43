"""What a conversation's events make of it.

`apply` is the only place where an event changes a conversation: commands decide on events, storage keeps
the result beside them so that reading needs no replay, and clients do the same to their views.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from chatcore.call_phases import TRANSITIONS, CallPhase, CallSignal
from chatcore.model import (
    CallEnded,
    CallInvited,
    CallJoined,
    CallLeft,
    CallRequested,
    CallStarted,
    CallUnreached,
    ColleagueInvited,
    ColleagueJoined,
    ColleagueLeft,
    ConversationClosed,
    ConversationCreated,
    ConversationReopened,
    ConversationState,
    ConversationTaken,
    Event,
    EventBody,
    InvitationClosed,
    InvitationState,
    InvitationView,
    MessageSent,
    MessagesSeen,
    Person,
    PersonKind,
    SeenView,
    VisitorIdentified,
)


class Call(msgspec.Struct, frozen=True):
    """A running call. `phase_since_ms` is when it came into its phase."""

    call_id: str
    by: Person
    started_at_ms: int
    audio_only: bool
    phase: CallPhase
    phase_since_ms: int
    inside: tuple[Person, ...] = ()
    visitor_admitted: bool = False


class Conversation(msgspec.Struct, frozen=True):
    """The whole state of a conversation. `invitations` are the pending ones.

    It has `begun` once the visitor wrote in it or asked for a call; until then nobody needs an answer.
    """

    conversation_id: str
    group_id: str
    visitor: Person
    created_at_ms: int
    updated_at_ms: int
    state: ConversationState = ConversationState.WAITING
    begun: bool = False
    email: str | None = None
    operator: Person | None = None
    colleagues: tuple[Person, ...] = ()
    seen: SeenView = SeenView()
    call_requested: bool = False
    call: Call | None = None
    invitations: tuple[InvitationView, ...] = ()


def is_listed(body: EventBody) -> bool:
    """Say whether an event belongs to the conversation's history, which people read."""
    return not isinstance(body, MessagesSeen | VisitorIdentified)


def apply(conversation: Conversation | None, event: Event) -> Conversation:
    """Return the conversation after the event. None is the one before `ConversationCreated`."""
    body = event.body
    if isinstance(body, ConversationCreated):
        return Conversation(
            event.conversation_id,
            body.group_id,
            body.visitor,
            created_at_ms=event.at_ms,
            updated_at_ms=event.at_ms,
        )
    if conversation is None:
        raise ValueError("a conversation's first event is its creation")
    changed = _FOLDS[type(body)](conversation, body, event.at_ms)
    return replace(changed, updated_at_ms=event.at_ms) if is_listed(body) else changed


replace = msgspec.structs.replace


def _message_sent(conversation: Conversation, body: MessageSent, _at_ms: int) -> Conversation:
    by_visitor = body.author.kind is PersonKind.VISITOR
    return replace(conversation, begun=True) if by_visitor else conversation


def _messages_seen(conversation: Conversation, body: MessagesSeen, _at_ms: int) -> Conversation:
    seen = conversation.seen
    if body.side is PersonKind.VISITOR:
        seen = replace(
            seen,
            visitor_delivered=body.delivered_up_to or seen.visitor_delivered,
            visitor_read=body.read_up_to or seen.visitor_read,
        )
    else:
        seen = replace(
            seen,
            operator_delivered=body.delivered_up_to or seen.operator_delivered,
            operator_read=body.read_up_to or seen.operator_read,
        )
    return replace(conversation, seen=seen)


def _visitor_identified(conversation: Conversation, body: VisitorIdentified, _at_ms: int) -> Conversation:
    return replace(conversation, visitor=body.visitor, email=body.email)


def _taken(conversation: Conversation, body: ConversationTaken, _at_ms: int) -> Conversation:
    return replace(conversation, state=ConversationState.OPEN, operator=body.operator)


def _closed(conversation: Conversation, _body: ConversationClosed, _at_ms: int) -> Conversation:
    return replace(conversation, state=ConversationState.CLOSED, call_requested=False)


def _reopened(conversation: Conversation, body: ConversationReopened, _at_ms: int) -> Conversation:
    return replace(
        conversation,
        state=ConversationState.WAITING,
        begun=True,
        visitor=body.by,
        operator=None,
        colleagues=(),
    )


def _colleague_invited(conversation: Conversation, body: ColleagueInvited, _at_ms: int) -> Conversation:
    invitation = InvitationView(body.invitation_id, body.by, body.colleague, body.call_id, body.expires_at_ms)
    return replace(conversation, invitations=(*conversation.invitations, invitation))


def _colleague_joined(conversation: Conversation, body: ColleagueJoined, _at_ms: int) -> Conversation:
    return replace(conversation, colleagues=(*conversation.colleagues, body.operator))


def _colleague_left(conversation: Conversation, body: ColleagueLeft, _at_ms: int) -> Conversation:
    return replace(conversation, colleagues=_without(conversation.colleagues, body.operator))


def _call_requested(conversation: Conversation, _body: CallRequested, _at_ms: int) -> Conversation:
    return replace(conversation, begun=True, call_requested=True)


def _call_started(conversation: Conversation, body: CallStarted, at_ms: int) -> Conversation:
    call = Call(body.call_id, body.by, at_ms, body.audio_only, CallPhase.STARTING, at_ms)
    return replace(conversation, call=call, call_requested=False)


def _call_invited(conversation: Conversation, body: CallInvited, _at_ms: int) -> Conversation:
    invitation = InvitationView(
        body.invitation_id, body.by, conversation.visitor, body.call_id, body.expires_at_ms
    )
    return replace(conversation, invitations=(*conversation.invitations, invitation))


def _invitation_closed(conversation: Conversation, body: InvitationClosed, _at_ms: int) -> Conversation:
    call = conversation.call
    came = body.state is InvitationState.ACCEPTED and body.invitee.kind is PersonKind.VISITOR
    pending = tuple(one for one in conversation.invitations if one.invitation_id != body.invitation_id)
    return replace(
        conversation,
        invitations=pending,
        call=replace(call, visitor_admitted=True) if call and came else call,
    )


def _call_joined(conversation: Conversation, body: CallJoined, at_ms: int) -> Conversation:
    call = conversation.call
    if call is None:
        return conversation
    call = replace(call, inside=(*_without(call.inside, body.person), body.person))
    if body.person.kind is PersonKind.OPERATOR:
        call = _in_phase(call, CallSignal.OPERATOR_JOINED, at_ms)
    return replace(conversation, call=call)


def _call_left(conversation: Conversation, body: CallLeft, at_ms: int) -> Conversation:
    call = conversation.call
    if call is None:
        return conversation
    call = replace(call, inside=_without(call.inside, body.person))
    attended = any(person.kind is PersonKind.OPERATOR for person in call.inside)
    if body.person.kind is PersonKind.OPERATOR and not attended:
        call = _in_phase(call, CallSignal.LAST_OPERATOR_LEFT, at_ms)
    return replace(conversation, call=call)


def _call_unreached(conversation: Conversation, _body: CallUnreached, _at_ms: int) -> Conversation:
    return conversation


def _call_ended(conversation: Conversation, _body: CallEnded, _at_ms: int) -> Conversation:
    return replace(conversation, call=None)


def _in_phase(call: Call, signal: CallSignal, at_ms: int) -> Call:
    phase = TRANSITIONS[call.phase, signal]
    return call if phase is call.phase else replace(call, phase=phase, phase_since_ms=at_ms)


def _without(people: tuple[Person, ...], leaver: Person) -> tuple[Person, ...]:
    return tuple(person for person in people if person.id != leaver.id)


_FOLDS: dict[type, Callable[[Conversation, Any, int], Conversation]] = {
    MessageSent: _message_sent,
    MessagesSeen: _messages_seen,
    VisitorIdentified: _visitor_identified,
    ConversationTaken: _taken,
    ConversationClosed: _closed,
    ConversationReopened: _reopened,
    ColleagueInvited: _colleague_invited,
    ColleagueJoined: _colleague_joined,
    ColleagueLeft: _colleague_left,
    CallRequested: _call_requested,
    CallStarted: _call_started,
    CallInvited: _call_invited,
    InvitationClosed: _invitation_closed,
    CallJoined: _call_joined,
    CallLeft: _call_left,
    CallUnreached: _call_unreached,
    CallEnded: _call_ended,
}

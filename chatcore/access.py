"""Who may see what. Every reading path asks here and nowhere else.

A conversation is seen by its visitor, its operator in charge, its colleagues and whoever is invited to be
one; while it waits, by every operator of its group, but not before the visitor has begun it: who only opened
the chat and read the welcome waits for nobody. Some events are for operators alone (see `chatcore.model`).

Access changes with events, so each event is stored with the audience before it and after it. From the two
follows what a subscriber gets of the event, without a look at anything later.
"""

from enum import Enum, auto

import msgspec

from chatcore.actors import Actor, VisitorActor
from chatcore.fold import Conversation
from chatcore.model import (
    ColleagueInvited,
    ConversationReopened,
    ConversationState,
    EventBody,
    InvitationClosed,
    PersonKind,
)


class Audience(msgspec.Struct, frozen=True, array_like=True):
    """Who sees a conversation: the visitor, the operators named and, if `waiting`, its whole group."""

    visitor_id: str
    group_id: str
    waiting: bool
    operator_ids: tuple[str, ...]


class Notice(Enum):
    """What a subscriber gets of an event."""

    NOTHING = auto()
    EVENT = auto()
    SHOWN = auto()  # the conversation as a whole, which contains the event
    EVENT_THEN_HIDDEN = auto()


def audience_of(conversation: Conversation) -> Audience:
    """Return who sees the conversation."""
    people = [*conversation.colleagues, *(one.invitee for one in conversation.invitations)]
    if conversation.operator is not None:
        people.insert(0, conversation.operator)
    operator_ids = tuple(person.id for person in people if person.kind is PersonKind.OPERATOR)
    waiting = conversation.begun and conversation.state is ConversationState.WAITING
    return Audience(conversation.visitor.id, conversation.group_id, waiting, operator_ids)


def may_see(actor: Actor, audience: Audience) -> bool:
    """Say whether the actor, who belongs to the conversation's account, sees the conversation."""
    if isinstance(actor, VisitorActor):
        return actor.person.id == audience.visitor_id
    return actor.person.id in audience.operator_ids or (
        audience.waiting and audience.group_id in actor.group_ids
    )


def is_internal(body: EventBody) -> bool:
    """Say whether an event is for operators alone."""
    if isinstance(body, InvitationClosed):
        return body.invitee.kind is PersonKind.OPERATOR
    return isinstance(body, ColleagueInvited)


def notice(actor: Actor, body: EventBody, before: Audience | None, after: Audience) -> Notice:
    """Return what the actor gets of an event that changed the audience from `before` to `after`.

    An event that ends the access explains the end, so it is sent. A reopened conversation is shown afresh
    to all, because a snapshot may have left the closed one out.
    """
    if isinstance(actor, VisitorActor) and is_internal(body):
        return Notice.NOTHING
    saw = before is not None and may_see(actor, before)
    sees = may_see(actor, after)
    if sees and (not saw or isinstance(body, ConversationReopened)):
        return Notice.SHOWN
    if saw:
        return Notice.EVENT if sees else Notice.EVENT_THEN_HIDDEN
    return Notice.NOTHING

"""Conversations as subscribers see them."""

import msgspec

from chatcore.actors import Actor, OperatorActor
from chatcore.fold import Call, Conversation
from chatcore.model import (
    CallView,
    ConversationView,
    Event,
    InvitationView,
    MessageSent,
    PersonKind,
    Presence,
    SeenView,
    VisitorView,
)


class VisitorPresence(msgspec.Struct, frozen=True):
    """Where a visitor is, as far as his own reports say."""

    presence: Presence
    page_title: str | None = None
    page_url: str | None = None
    user_agent: str | None = None


class Surroundings(msgspec.Struct, frozen=True):
    """What a view shows beside the conversation itself; `listed` are its latest events for the subscriber."""

    group_name: str
    listed: list[Event]
    earlier: bool
    language: str | None
    presence: VisitorPresence


def project(actor: Actor, conversation: Conversation, around: Surroundings) -> ConversationView:
    """Return the conversation as the actor sees it."""
    for_operator = isinstance(actor, OperatorActor)
    return ConversationView(
        conversation_id=conversation.conversation_id,
        group_id=conversation.group_id,
        group_name=around.group_name,
        state=conversation.state,
        created_at_ms=conversation.created_at_ms,
        updated_at_ms=around.listed[-1].at_ms,
        operator=conversation.operator,
        colleagues=list(conversation.colleagues),
        visitor=_visitor_view(conversation, around) if for_operator else None,
        seen=conversation.seen,
        unread=unread(around.listed, conversation.seen, actor.person.kind),
        call=_call_view(conversation.call),
        invitations=[one for one in conversation.invitations if for_operator or _is_visitors(one)],
        events=around.listed,
        earlier=around.earlier,
    )


def unread(listed: list[Event], seen: SeenView, side: PersonKind) -> int:
    """Count the listed messages of the other side after the last one that this side has read."""
    is_visitor = side is PersonKind.VISITOR
    last_read = seen.visitor_read if is_visitor else seen.operator_read
    count = 0
    for event in reversed(listed):
        if not isinstance(event.body, MessageSent):
            continue
        if event.body.message_id == last_read:
            break
        count += is_visitor != (event.body.author.kind is PersonKind.VISITOR)
    return count


def _visitor_view(conversation: Conversation, around: Surroundings) -> VisitorView:
    where = around.presence
    return VisitorView(
        person=conversation.visitor,
        email=conversation.email,
        presence=where.presence,
        page_title=where.page_title,
        page_url=where.page_url,
        language=around.language,
        user_agent=where.user_agent,
    )


def _call_view(call: Call | None) -> CallView | None:
    if call is None:
        return None
    return CallView(call.call_id, call.by, call.started_at_ms, call.audio_only, list(call.inside))


def _is_visitors(invitation: InvitationView) -> bool:
    return invitation.invitee.kind is PersonKind.VISITOR

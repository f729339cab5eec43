"""Reading conversations and their events, each call within the caller's transaction."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from chatcore.actors import Actor, VisitorActor
from chatcore.fold import Conversation
from chatcore.model import ConversationState, Event
from chatcore.storage.schema import accounts, conversation_operators, conversations, events
from chatcore.storage.store import decode_conversation, decode_entry, decode_event
from chatcore.storage.writer import LogEntry

LISTED_EVENTS = 30
RECENT_CLOSED = 20


class Page(msgspec.Struct, frozen=True):
    """Listed events, oldest first, and whether there are earlier ones."""

    events: list[Event]
    earlier: bool


def last_position(connection: sa.Connection, account_id: str) -> int:
    """Return the position of the account's last event, 0 before the first."""
    query = sa.select(accounts.c.last_position).where(accounts.c.account_id == account_id)
    return connection.scalar(query) or 0


def read_log(connection: sa.Connection, account_id: str, after: int, limit: int) -> list[LogEntry]:
    """Return the account's next events after a position."""
    query = (
        sa.select(events)
        .where(events.c.account_id == account_id, events.c.position > after)
        .order_by(events.c.position)
        .limit(limit)
    )
    return [decode_entry(row) for row in connection.execute(query)]


def conversations_seen_by(connection: sa.Connection, actor: Actor) -> list[Conversation]:
    """Return what the actor sees: all that is not closed, and the latest that is."""
    mine = sa.and_(conversations.c.account_id == actor.account_id, _is_seen_by(actor))
    closed = conversations.c.state == ConversationState.CLOSED
    content = sa.select(conversations.c.content)
    running = content.where(mine, sa.not_(closed))
    over = content.where(mine, closed).order_by(conversations.c.updated_at_ms.desc()).limit(RECENT_CLOSED)
    contents = [*connection.scalars(running), *connection.scalars(over)]
    return [decode_conversation(content) for content in contents]


def latest_pages(
    connection: sa.Connection, conversation_ids: Sequence[str], internal: bool
) -> dict[str, Page]:
    """Return the latest listed events of each conversation; `internal` adds those for operators alone."""
    rank = sa.func.row_number().over(partition_by=events.c.conversation_id, order_by=events.c.position.desc())
    ranked = (
        sa.select(events, rank.label("rank"))
        .where(events.c.conversation_id.in_(conversation_ids), *_is_listed_for(internal))
        .subquery()
    )
    query = sa.select(ranked).where(ranked.c.rank <= LISTED_EVENTS + 1).order_by(ranked.c.position)
    found: dict[str, list[Event]] = {one: [] for one in conversation_ids}
    for row in connection.execute(query):
        found[row.conversation_id].append(decode_event(row))
    return {one: _page(listed, LISTED_EVENTS) for one, listed in found.items()}


def page_before(
    connection: sa.Connection, conversation_id: str, position: int, limit: int, internal: bool
) -> Page:
    """Return the listed events of a conversation before a position."""
    query = (
        sa.select(events)
        .where(
            events.c.conversation_id == conversation_id,
            events.c.position < position,
            *_is_listed_for(internal),
        )
        .order_by(events.c.position.desc())
        .limit(limit + 1)
    )
    rows = (connection.execute(query)).all()
    return _page([decode_event(row) for row in reversed(rows)], limit)


def position_of(connection: sa.Connection, conversation_id: str, event_id: str, internal: bool) -> int | None:
    """Return the position of a listed event of the conversation."""
    query = sa.select(events.c.position).where(
        events.c.event_id == event_id,
        events.c.conversation_id == conversation_id,
        *_is_listed_for(internal),
    )
    position: int | None = connection.scalar(query)
    return position


def _page(listed: list[Event], limit: int) -> Page:
    return Page(listed[-limit:], earlier=len(listed) > limit)


def _is_listed_for(internal: bool) -> list[sa.ColumnElement[bool]]:
    return [events.c.listed] if internal else [events.c.listed, sa.not_(events.c.internal)]


def _is_seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """The rule of `access.may_see` for a query."""
    if isinstance(actor, VisitorActor):
        return conversations.c.visitor_id == actor.person.id
    named = sa.select(conversation_operators.c.conversation_id).where(
        conversation_operators.c.operator_id == actor.person.id
    )
    waiting = sa.and_(conversations.c.waiting, conversations.c.group_id.in_(actor.group_ids))
    return sa.or_(conversations.c.conversation_id.in_(named), waiting)

"""From a decision to stored events: what every command that changes a conversation has in common."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from chatcore.access import audience_of, may_see
from chatcore.actors import Actor, VisitorActor
from chatcore.errors import DeskError
from chatcore.fold import Conversation, replace
from chatcore.model import EventBody
from chatcore.storage import store
from chatcore.storage.writer import Transaction
from chatcore.tokens import new_id

A = TypeVar("A", bound=Actor)

Clock = Callable[[], int]
"""Milliseconds since the epoch."""


class Outcome(msgspec.Struct, frozen=True):
    """The conversation after a decision; `event_id` is the last event's, None when nothing was to do."""

    conversation: Conversation
    event_id: str | None


def load_seen(connection: sa.Connection, actor: Actor, conversation_id: str) -> Conversation:
    """Return a conversation that the actor sees. Raises `not_found`, whatever the reason."""
    conversation = store.load(connection, actor.account_id, conversation_id)
    if conversation is None or not may_see(actor, audience_of(conversation)):
        raise not_found()
    return conversation


def load_locked(transaction: Transaction, actor: Actor, conversation_id: str) -> Conversation:
    """Do the same for a command that will change the conversation."""
    transaction.lock(actor.account_id)
    return load_seen(transaction.connection, actor, conversation_id)


def carry_out(
    transaction: Transaction,
    account_id: str,
    conversation: Conversation,
    bodies: Sequence[EventBody],
    now_ms: int,
) -> Outcome:
    """Store what was decided about a conversation that was loaded under the account's lock."""
    if not bodies:
        return Outcome(conversation, None)
    conversation_id = conversation.conversation_id
    after, events = store.append(transaction, account_id, conversation, conversation_id, bodies, now_ms)
    return Outcome(after, events[-1].event_id)


def create(transaction: Transaction, account_id: str, bodies: Sequence[EventBody], now_ms: int) -> Outcome:
    """Store the first events of a new conversation."""
    after, events = store.append(transaction, account_id, None, new_id(), bodies, now_ms)
    return Outcome(after, events[-1].event_id)


def as_known(actor: A, conversation: Conversation) -> A:
    """Return the actor under his present name: a visitor may have given it since his connection opened."""
    if isinstance(actor, VisitorActor):
        return replace(actor, person=conversation.visitor)
    return actor


def not_found() -> DeskError:
    """Return the answer for what does not exist and for what the actor may not know to exist."""
    return DeskError("not_found", "no such conversation, call or invitation")

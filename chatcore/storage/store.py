"""Writing conversations: loading one for a decision, and appending the events of the decision."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from chatcore.access import Audience, audience_of, is_internal
from chatcore.call_rules import due_at_ms
from chatcore.fold import Conversation, apply, is_listed
from chatcore.model import (
    CallInvited,
    CallStarted,
    ColleagueInvited,
    Event,
    EventBody,
    InvitationClosed,
    InvitationState,
    MessageSent,
)
from chatcore.storage.schema import (
    calls,
    conversation_operators,
    conversations,
    events,
    invitations,
    receipts,
)
from chatcore.storage.writer import LogEntry, Transaction
from chatcore.tokens import new_id

ReceiptKey = tuple[str, str, str]
"""The account's id, the person's id, and the person's own id for the command."""


class Place(msgspec.Struct, frozen=True):
    """Where a call or an invitation belongs."""

    account_id: str
    conversation_id: str


class InvitationRecord(msgspec.Struct, frozen=True):
    """An invitation of any time, pending or over."""

    conversation_id: str
    invitee_id: str
    state: InvitationState


def load(connection: sa.Connection, account_id: str, conversation_id: str) -> Conversation | None:
    """Return the account's conversation."""
    query = sa.select(conversations.c.content).where(
        conversations.c.conversation_id == conversation_id, conversations.c.account_id == account_id
    )
    content = connection.scalar(query)
    return None if content is None else decode_conversation(content)


def find_call(connection: sa.Connection, call_id: str) -> Place | None:
    """Return where a call, running or over, belongs. The caller compares the account."""
    query = sa.select(calls.c.account_id, calls.c.conversation_id).where(calls.c.call_id == call_id)
    row = (connection.execute(query)).one_or_none()
    return None if row is None else Place(row.account_id, row.conversation_id)


def find_invitation(
    connection: sa.Connection, account_id: str, invitation_id: str
) -> InvitationRecord | None:
    """Return the account's invitation."""
    query = sa.select(invitations).where(
        invitations.c.invitation_id == invitation_id, invitations.c.account_id == account_id
    )
    row = (connection.execute(query)).one_or_none()
    if row is None:
        return None
    return InvitationRecord(row.conversation_id, row.invitee_id, InvitationState(row.state))


def message_order(
    connection: sa.Connection, conversation_id: str, message_ids: Sequence[str]
) -> dict[str, int]:
    """Return the positions of those of the messages that belong to the conversation."""
    query = sa.select(events.c.message_id, events.c.position).where(
        events.c.message_id.in_(message_ids), events.c.conversation_id == conversation_id
    )
    return {row.message_id: row.position for row in connection.execute(query)}


def find_receipt(connection: sa.Connection, key: ReceiptKey) -> str | None:
    """Return the receipt kept for a person's client id."""
    account_id, person_id, client_id = key
    query = sa.select(receipts.c.content).where(
        receipts.c.account_id == account_id,
        receipts.c.person_id == person_id,
        receipts.c.client_id == client_id,
    )
    content: str | None = connection.scalar(query)
    return content


def save_receipt(connection: sa.Connection, key: ReceiptKey, content: str) -> None:
    """Keep the receipt of a person's client id."""
    account_id, person_id, client_id = key
    row = {"account_id": account_id, "person_id": person_id, "client_id": client_id, "content": content}
    connection.execute(sa.insert(receipts).values(row))


def append(
    transaction: Transaction,
    account_id: str,
    conversation: Conversation | None,
    conversation_id: str,
    bodies: Sequence[EventBody],
    now_ms: int,
) -> tuple[Conversation, list[Event]]:
    """Store the events of a decision, at least one, and return the conversation after them.

    `conversation` is None when the first event creates it. The account is locked by the caller.
    """
    before, after, entries = conversation, conversation, []
    for position, body in zip(transaction.take_positions(account_id, len(bodies)), bodies, strict=True):
        event = Event(new_id(), conversation_id, now_ms, body)
        audience = audience_of(after) if after is not None else None
        after = apply(after, event)
        entries.append(LogEntry(account_id, position, event, audience, audience_of(after)))
    if after is None:
        raise ValueError("nothing to append")
    connection = transaction.connection
    _save_conversation(connection, account_id, before, after)
    connection.execute(sa.insert(events), [_event_row(entry) for entry in entries])
    _save_references(connection, account_id, after, bodies)
    transaction.entries.extend(entries)
    return after, [entry.event for entry in entries]


def decode_conversation(content: str) -> Conversation:
    """Return the conversation kept in a row."""
    return _conversation_decoder.decode(content)


def decode_entry(row: sa.Row[tuple[object, ...]]) -> LogEntry:
    """Return the log entry kept in a row of `events`."""
    before = row.audience_before
    return LogEntry(
        row.account_id,
        row.position,
        decode_event(row),
        None if before is None else _audience_decoder.decode(before),
        _audience_decoder.decode(row.audience_after),
    )


def decode_event(row: sa.Row[tuple[object, ...]]) -> Event:
    """Return the event kept in a row of `events`."""
    return Event(row.event_id, row.conversation_id, row.at_ms, _body_decoder.decode(row.body))


_conversation_decoder = msgspec.json.Decoder(Conversation)
_audience_decoder = msgspec.json.Decoder(Audience)
_body_decoder: msgspec.json.Decoder[EventBody] = msgspec.json.Decoder(EventBody)


def _encode(struct: msgspec.Struct) -> str:
    return msgspec.json.encode(struct).decode()


def _save_conversation(
    connection: sa.Connection, account_id: str, before: Conversation | None, after: Conversation
) -> None:
    if before == after:
        return
    values = {
        "state": after.state,
        "waiting": audience_of(after).waiting,
        "updated_at_ms": after.updated_at_ms,
        "due_at_ms": due_at_ms(after),
        "call_id": after.call.call_id if after.call else None,
        "content": _encode(after),
    }
    if before is None:
        identity = {
            "conversation_id": after.conversation_id,
            "account_id": account_id,
            "group_id": after.group_id,
            "visitor_id": after.visitor.id,
        }
        connection.execute(sa.insert(conversations).values(identity | values))
    else:
        connection.execute(
            sa.update(conversations)
            .where(conversations.c.conversation_id == after.conversation_id)
            .values(values)
        )
    _save_operators(connection, before, after)


def _save_operators(connection: sa.Connection, before: Conversation | None, after: Conversation) -> None:
    old = set(audience_of(before).operator_ids) if before is not None else set()
    new = set(audience_of(after).operator_ids)
    if gone := old - new:
        connection.execute(
            sa.delete(conversation_operators).where(
                conversation_operators.c.conversation_id == after.conversation_id,
                conversation_operators.c.operator_id.in_(gone),
            )
        )
    if came := new - old:
        rows = [{"conversation_id": after.conversation_id, "operator_id": one} for one in came]
        connection.execute(sa.insert(conversation_operators), rows)


def _event_row(entry: LogEntry) -> dict[str, object]:
    event = entry.event
    return {
        "account_id": entry.account_id,
        "position": entry.position,
        "event_id": event.event_id,
        "conversation_id": event.conversation_id,
        "at_ms": event.at_ms,
        "message_id": event.body.message_id if isinstance(event.body, MessageSent) else None,
        "listed": is_listed(event.body),
        "internal": is_internal(event.body),
        "body": _encode(event.body),
        "audience_before": None if entry.before is None else _encode(entry.before),
        "audience_after": _encode(entry.after),
    }


def _save_references(
    connection: sa.Connection, account_id: str, conversation: Conversation, bodies: Sequence[EventBody]
) -> None:
    """Keep calls and invitations findable by their ids, also when they are over."""
    place = {"account_id": account_id, "conversation_id": conversation.conversation_id}
    for body in bodies:
        if isinstance(body, CallStarted):
            connection.execute(sa.insert(calls).values(place | {"call_id": body.call_id}))
        elif isinstance(body, CallInvited | ColleagueInvited):
            invitee = body.colleague if isinstance(body, ColleagueInvited) else conversation.visitor
            invitation = {
                "invitation_id": body.invitation_id,
                "invitee_id": invitee.id,
                "state": InvitationState.PENDING,
            }
            connection.execute(sa.insert(invitations).values(place | invitation))
        elif isinstance(body, InvitationClosed):
            connection.execute(
                sa.update(invitations)
                .where(invitations.c.invitation_id == body.invitation_id)
                .values(state=body.state)
            )

"""What people do in conversations. Every method returns after the commit, or raises `DeskError`."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from chatcore import conversation_rules as rules
from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.call_rules import pending_for
from chatcore.decisions import Clock, as_known, carry_out, create, load_locked, load_seen, not_found
from chatcore.errors import DeskError
from chatcore.fold import Conversation
from chatcore.model import (
    ConversationCreated,
    Event,
    EventBody,
    MessageSent,
    Person,
    PersonKind,
    VisitorIdentified,
)
from chatcore.people import Group, Visitor
from chatcore.storage import people, reader, store
from chatcore.storage.readers import Readers
from chatcore.storage.schema import groups, operators, visitors
from chatcore.storage.writer import Transaction, Writer
from chatcore.text import check_client_id, clean_email, clean_message, clean_name, in_language
from chatcore.tokens import new_id

HISTORY_LIMIT = 100

A = TypeVar("A", bound=Actor)


class Receipt(msgspec.Struct, frozen=True):
    """A command was carried out. What is set depends on the command.

    `event_id` is that of the message or of the last event, None when a repeat changed nothing.
    """

    conversation_id: str | None
    event_id: str | None = None
    message_id: str | None = None
    invitation_id: str | None = None
    call_id: str | None = None


class Conversations:
    """The use cases of the chat.

    All raise `not_found` for conversations that the actor may not see, `forbidden` for what is not his to do.
    """

    def __init__(self, reading: Readers, writer: Writer, clock: Clock) -> None:
        self._reading = reading
        self._writer = writer
        self._clock = clock

    async def send_message(
        self, actor: Actor, conversation_id: str | None, client_id: str, text: str
    ) -> Receipt:
        """Write a message; with no `conversation_id`, a visitor opens a new conversation with it.

        A repeat (same person, same `client_id`) returns the first one's receipt. A visitor's message to a
        closed conversation opens it again. Raises `invalid_text`, `closed` (operators), `bad_request`.
        """
        text = clean_message(text)

        def write(transaction: Transaction) -> Receipt:
            if conversation_id is None:
                return self._open(transaction, actor, client_id, text)
            conversation = load_locked(transaction, actor, conversation_id)
            author = as_known(actor, conversation)
            message = MessageSent(new_id(), client_id, author.person, text)
            bodies = rules.write(conversation, author, message)
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, self._clock())
            return Receipt(conversation_id, outcome.event_id, message.message_id)

        return await self._once(actor, conversation_id, client_id, write)

    async def open(self, actor: VisitorActor, client_id: str) -> Receipt:
        """Open a conversation, with the group's welcome message in the visitor's language.

        A repeat (same person, same `client_id`) returns the first one's receipt. Raises `bad_request`.
        """

        def write(transaction: Transaction) -> Receipt:
            return self._open(transaction, actor, client_id, None)

        return await self._once(actor, None, client_id, write)

    async def mark_seen(
        self, actor: Actor, conversation_id: str, delivered_up_to: str | None, read_up_to: str | None
    ) -> Receipt:
        """Report how far messages arrived and were read. Marks only move forward. Raises `bad_request`."""

        def mark(transaction: Transaction) -> Receipt:
            conversation = load_locked(transaction, actor, conversation_id)
            seen = msgspec.structs.astuple(conversation.seen)
            named = [one for one in (*seen, delivered_up_to, read_up_to) if one is not None]
            order = store.message_order(transaction.connection, conversation_id, named)
            bodies = rules.mark_seen(conversation, actor, delivered_up_to, read_up_to, order)
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, self._clock())
            return Receipt(conversation_id, outcome.event_id)

        return await self._writer.submit(mark)

    async def history(
        self, actor: Actor, conversation_id: str, before_event_id: str, limit: int
    ) -> tuple[list[Event], bool]:
        """Return at most `limit` (1 to 100) listed events before the named one, oldest first.

        The second value says whether there are earlier ones. Raises `bad_request`.
        """
        if not 1 <= limit <= HISTORY_LIMIT:
            raise DeskError("bad_request", f"the limit is 1 to {HISTORY_LIMIT}")
        internal = isinstance(actor, OperatorActor)

        def read(connection: sa.Connection) -> reader.Page:
            load_seen(connection, actor, conversation_id)
            position = reader.position_of(connection, conversation_id, before_event_id, internal)
            if position is None:
                raise DeskError("bad_request", "no such event in the conversation")
            return reader.page_before(connection, conversation_id, position, limit, internal)

        page = await self._reading.run(read)
        return page.events, page.earlier

    async def identify(self, actor: VisitorActor, name: str | None, email: str | None) -> Receipt:
        """Learn the visitor's name or mail; None leaves what is known. Raises `invalid_text`.

        It concerns all of the visitor's conversations, so the receipt names none.
        """
        known = {
            "name": None if name is None else clean_name(name),
            "email": None if email is None else clean_email(email),
        }
        changes = {key: value for key, value in known.items() if value is not None}

        def learn(transaction: Transaction) -> Receipt:
            transaction.lock(actor.account_id)
            before = _visitor(transaction, actor)
            after = msgspec.structs.replace(before, **changes)
            if after != before:
                self._store_identity(transaction, actor, after)
            return Receipt(None)

        return await self._writer.submit(learn)

    async def take(self, actor: OperatorActor, conversation_id: str) -> Receipt:
        """Take charge of a waiting conversation of one's group, once begun. Raises `taken`, `closed`."""

        def decide(transaction: Transaction) -> Receipt:
            transaction.lock(actor.account_id)
            conversation = store.load(transaction.connection, actor.account_id, conversation_id)
            # Who comes too late no longer sees the conversation, but is to learn why.
            mine = conversation is not None and conversation.group_id in actor.group_ids
            if conversation is None or not mine or not conversation.begun:
                raise not_found()
            bodies = rules.take(conversation, actor)
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, self._clock())
            return Receipt(conversation_id, outcome.event_id)

        return await self._writer.submit(decide)

    async def close(self, actor: Actor, conversation_id: str) -> Receipt:
        """End the conversation, and its call: the visitor, or the operator in charge."""
        return await self._decide(
            actor, conversation_id, lambda conversation, who: rules.close(conversation, who, self._clock())
        )

    async def leave(self, actor: OperatorActor, conversation_id: str) -> Receipt:
        """Leave as a colleague.

        The receipt's `call_id` is set when a call runs: the media side must take the person out of it.
        """

        def decide(transaction: Transaction) -> Receipt:
            conversation = load_locked(transaction, actor, conversation_id)
            bodies = rules.leave(conversation, actor)
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, self._clock())
            call_id = conversation.call.call_id if conversation.call else None
            return Receipt(conversation_id, outcome.event_id, call_id=call_id)

        return await self._writer.submit(decide)

    async def invite_colleague(self, actor: OperatorActor, conversation_id: str, operator_id: str) -> Receipt:
        """Ask a colleague in. Raises `conversation_full`, `invitation_pending`, `closed`, `bad_request`."""

        def decide(transaction: Transaction) -> Receipt:
            conversation = load_locked(transaction, actor, conversation_id)
            colleague = _colleague(transaction, actor.account_id, operator_id)
            now_ms = self._clock()
            bodies = rules.invite_colleague(conversation, actor, colleague, new_id(), now_ms)
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, now_ms)
            pending = pending_for(outcome.conversation, colleague)
            invitation_id = pending.invitation_id if pending else None
            return Receipt(conversation_id, outcome.event_id, invitation_id=invitation_id)

        return await self._writer.submit(decide)

    async def request_call(self, actor: VisitorActor, conversation_id: str) -> Receipt:
        """Ask for a call. Raises `call_running`, `closed`."""
        return await self._decide(actor, conversation_id, rules.request_call)

    async def _decide(
        self, actor: A, conversation_id: str, decide: Callable[[Conversation, A], list[EventBody]]
    ) -> Receipt:
        def command(transaction: Transaction) -> Receipt:
            conversation = load_locked(transaction, actor, conversation_id)
            bodies = decide(conversation, as_known(actor, conversation))
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, self._clock())
            return Receipt(conversation_id, outcome.event_id)

        return await self._writer.submit(command)

    async def _once(
        self,
        actor: Actor,
        conversation_id: str | None,
        client_id: str,
        command: Callable[[Transaction], Receipt],
    ) -> Receipt:
        """Run the command, unless this person's `client_id` has a receipt already: then return that."""
        check_client_id(client_id)

        def once(transaction: Transaction) -> Receipt:
            # The lock keeps a second copy, which may come over another connection, out until the commit.
            transaction.lock(actor.account_id)
            key = (actor.account_id, actor.person.id, client_id)
            kept = store.find_receipt(transaction.connection, key)
            if kept is None:
                receipt = command(transaction)
                content = msgspec.json.encode(receipt).decode()
                store.save_receipt(transaction.connection, key, content)
                return receipt
            receipt = _receipt_decoder.decode(kept)
            if conversation_id not in (None, receipt.conversation_id):
                raise DeskError("bad_request", "this client id was used in another conversation")
            return receipt

        return await self._writer.submit(once)

    def _open(self, transaction: Transaction, actor: Actor, client_id: str, text: str | None) -> Receipt:
        if not isinstance(actor, VisitorActor):
            raise DeskError("bad_request", "operators write in existing conversations only")
        visitor = _visitor(transaction, actor)
        group = people.one_group(
            transaction.connection,
            groups.c.group_id == actor.group_id,
            groups.c.account_id == actor.account_id,
        )
        if group is None:
            raise DeskError("not_found", "no such group")
        message = None if text is None else MessageSent(new_id(), client_id, visitor.person, text)
        bodies = [*_opening(group, visitor), *([message] if message else [])]
        outcome = create(transaction, actor.account_id, bodies, self._clock())
        message_id = message.message_id if message else None
        return Receipt(outcome.conversation.conversation_id, outcome.event_id, message_id)

    def _store_identity(self, transaction: Transaction, actor: VisitorActor, visitor: Visitor) -> None:
        transaction.connection.execute(
            sa.update(visitors)
            .where(visitors.c.visitor_id == visitor.visitor_id)
            .values(name=visitor.name, email=visitor.email)
        )
        identified = VisitorIdentified(visitor.person, visitor.email)
        for conversation in reader.conversations_seen_by(transaction.connection, actor):
            carry_out(transaction, actor.account_id, conversation, [identified], self._clock())


_receipt_decoder = msgspec.json.Decoder(Receipt)


def _opening(group: Group, visitor: Visitor) -> list[EventBody]:
    bodies: list[EventBody] = [ConversationCreated(visitor.person, group.group_id)]
    if visitor.email is not None:
        bodies.append(VisitorIdentified(visitor.person, visitor.email))
    if welcome := in_language(group.welcome, visitor.language):
        message_id = new_id()
        desk = Person(PersonKind.SYSTEM, "desk", group.name)
        bodies.append(MessageSent(message_id, message_id, desk, welcome))
    return bodies


def _visitor(transaction: Transaction, actor: VisitorActor) -> Visitor:
    visitor = people.one_visitor(
        transaction.connection,
        visitors.c.visitor_id == actor.person.id,
        visitors.c.account_id == actor.account_id,
    )
    if visitor is None:
        raise DeskError("not_found", "no such visitor")
    return visitor


def _colleague(transaction: Transaction, account_id: str, operator_id: str) -> Person:
    found = people.find_operators(
        transaction.connection,
        operators.c.operator_id == operator_id,
        operators.c.account_id == account_id,
    )
    if not found:
        raise DeskError("not_found", "no such operator")
    return found[0].person

"""Calls: invitations, who may join, who is inside, and when a call is over."""

from collections.abc import Callable, Sequence

import msgspec
import sqlalchemy as sa

from chatcore import call_rules as rules
from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.conversations import Receipt
from chatcore.decisions import Clock, Outcome, carry_out, load_locked, load_seen, not_found
from chatcore.errors import DeskError
from chatcore.fold import Call, Conversation
from chatcore.model import CallEnded, CallEndReason, EventBody, InvitationState, InvitationView, Person
from chatcore.storage import people, store
from chatcore.storage.readers import Readers
from chatcore.storage.schema import conversations, groups
from chatcore.storage.writer import LogEntry, Transaction, Writer
from chatcore.tokens import new_id

EXPIRIES_AT_ONCE = 100


class CallTicket(msgspec.Struct, frozen=True):
    """Leave for a person, as he is called now, to join a running call."""

    call_id: str
    account_id: str
    group_id: str
    conversation_id: str
    audio_only: bool
    person: Person


class Calls:
    """The use cases of calls and invitations. All raise `not_found` for what the actor may not see.

    `on_ended` are called with the call's id and the reason after the end is committed; they must not block.
    """

    def __init__(self, reading: Readers, writer: Writer, clock: Clock) -> None:
        self.on_ended: list[Callable[[str, CallEndReason], None]] = []
        self._reading = reading
        self._writer = writer
        self._clock = clock
        writer.listeners.append(self._report_ends)

    async def prepare(self, actor: OperatorActor, conversation_id: str) -> CallTicket:
        """Leave to prepare for a call that may be started: the one that runs, or one that is yet to be.

        Nothing is recorded. Raises `forbidden`, `closed`.
        """

        def look(connection: sa.Connection) -> CallTicket:
            conversation = load_seen(connection, actor, conversation_id)
            call = conversation.call
            rules.require_starter(conversation, actor)
            call_id, audio_only = new_id(), _is_audio_only(connection, conversation)
            if call is not None:
                call_id, audio_only = call.call_id, call.audio_only
            return _ticket(call_id, actor, conversation, audio_only, actor.person)

        return await self._reading.run(look)

    async def start(
        self, actor: OperatorActor, conversation_id: str, prepared_id: str | None = None
    ) -> Receipt:
        """Start a call and invite the visitor; or return the call that runs. Raises `forbidden`, `closed`.

        A call that was prepared keeps its id.
        """

        def decide(transaction: Transaction) -> Receipt:
            conversation = load_locked(transaction, actor, conversation_id)
            audio_only = _is_audio_only(transaction.connection, conversation)
            now_ms = self._clock()
            bodies = rules.start(conversation, actor, prepared_id or new_id(), new_id(), audio_only, now_ms)
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, now_ms)
            return _receipt(outcome, outcome.conversation.visitor)

        return await self._writer.submit(decide)

    async def invite_visitor(self, actor: OperatorActor, call_id: str) -> Receipt:
        """Invite the visitor again. Raises `call_over`, `visitor_present`, `forbidden`."""

        def decide(transaction: Transaction) -> Receipt:
            transaction.lock(actor.account_id)
            conversation = _load_of_call(transaction.connection, actor, call_id)
            call = _running(conversation, call_id)
            now_ms = self._clock()
            bodies = rules.invite_visitor(conversation, actor, call, new_id(), now_ms)
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, now_ms)
            return _receipt(outcome, outcome.conversation.visitor)

        return await self._writer.submit(decide)

    async def accept(self, actor: Actor, invitation_id: str) -> Receipt:
        """Come in. The receipt's `call_id` is set when there is a call to join. Raises `invitation_over`."""
        now_ms = self._clock()
        return await self._answer(
            actor,
            invitation_id,
            InvitationState.ACCEPTED,
            lambda _, invitation: rules.accept(actor, invitation, now_ms),
        )

    async def decline(self, actor: Actor, invitation_id: str) -> Receipt:
        """Say no. Raises `invitation_over`."""
        return await self._answer(
            actor,
            invitation_id,
            InvitationState.DECLINED,
            lambda _, invitation: rules.decline(actor, invitation),
        )

    async def withdraw(self, actor: OperatorActor, invitation_id: str) -> Receipt:
        """Take an invitation back. Raises `invitation_over`, `forbidden`."""
        return await self._answer(
            actor,
            invitation_id,
            InvitationState.WITHDRAWN,
            lambda conversation, invitation: rules.withdraw(conversation, actor, invitation),
        )

    async def end(self, actor: OperatorActor, call_id: str) -> Receipt:
        """End the call for all: the operator in charge, or who started it. Raises `forbidden`."""

        def decide(transaction: Transaction) -> Receipt:
            transaction.lock(actor.account_id)
            conversation = _load_of_call(transaction.connection, actor, call_id)
            now_ms = self._clock()
            runs = conversation.call is not None and conversation.call.call_id == call_id
            bodies = rules.end(conversation, actor, now_ms) if runs else []
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, now_ms)
            return Receipt(conversation.conversation_id, outcome.event_id, call_id=call_id)

        return await self._writer.submit(decide)

    async def admit(self, actor: Actor, call_id: str) -> CallTicket:
        """Check that the actor may join now. Raises `call_over`, `not_admitted`."""
        conversation = await self._reading.run(lambda connection: _load_of_call(connection, actor, call_id))
        call = _running(conversation, call_id)
        if not rules.may_join(conversation, actor, call):
            raise DeskError("not_admitted", "come by an invitation, or into the conversation, first")
        person = conversation.visitor if isinstance(actor, VisitorActor) else actor.person
        return _ticket(call_id, actor, conversation, call.audio_only, person)

    async def joined(self, call_id: str, person: Person) -> None:
        """Record that the person's media connection is up.

        A repeat, or a call that is over, changes nothing.
        """
        await self._record(call_id, lambda call: rules.join(call, person))

    async def left(self, call_id: str, person: Person) -> None:
        """Record that the person is no longer inside. A repeat changes nothing."""
        await self._record(call_id, lambda call: rules.leave(call, person))

    async def unreached(self, call_id: str, person: Person) -> None:
        """Record that no way for the person's media was found. Changes nothing when he is inside."""
        await self._record(call_id, lambda call: rules.fail_to_reach(call, person))

    async def expire(self, now_ms: int) -> None:
        """Close invitations and calls whose time ran out. To be called about once a second."""
        due = sa.select(conversations.c.account_id, conversations.c.conversation_id)
        due = due.where(conversations.c.due_at_ms <= now_ms).limit(EXPIRIES_AT_ONCE)
        await self._for_each(due, lambda conversation: rules.expire(conversation, now_ms), now_ms)

    async def interrupt_all(self) -> None:
        """End the calls that a stopped server left behind. To be called once at start."""
        running = sa.select(conversations.c.account_id, conversations.c.conversation_id)
        running = running.where(conversations.c.call_id.is_not(None))
        now_ms = self._clock()
        await self._for_each(
            running,
            lambda conversation: rules.end_call(conversation, CallEndReason.INTERRUPTED, None, now_ms),
            now_ms,
        )

    async def _answer(
        self,
        actor: Actor,
        invitation_id: str,
        answer: InvitationState,
        decide: Callable[[Conversation, InvitationView], list[EventBody]],
    ) -> Receipt:
        def command(transaction: Transaction) -> Receipt:
            transaction.lock(actor.account_id)
            connection = transaction.connection
            record = store.find_invitation(connection, actor.account_id, invitation_id)
            if record is None:
                raise not_found()
            conversation = _load_invited(connection, actor, record)
            invitation = _pending(conversation, invitation_id)
            if invitation is None and record.state is not answer:
                raise DeskError("invitation_over", f"the invitation is {record.state} already")
            bodies = [] if invitation is None else decide(conversation, invitation)
            outcome = carry_out(transaction, actor.account_id, conversation, bodies, self._clock())
            return msgspec.structs.replace(_receipt(outcome, actor.person), invitation_id=invitation_id)

        return await self._writer.submit(command)

    async def _record(self, call_id: str, decide: Callable[[Call], list[EventBody]]) -> None:
        def command(transaction: Transaction) -> None:
            place = store.find_call(transaction.connection, call_id)
            if place is None:
                return
            transaction.lock(place.account_id)
            conversation = store.load(transaction.connection, place.account_id, place.conversation_id)
            if conversation is None or conversation.call is None or conversation.call.call_id != call_id:
                return
            bodies = decide(conversation.call)
            carry_out(transaction, place.account_id, conversation, bodies, self._clock())

        await self._writer.submit(command)

    async def _for_each(
        self,
        query: sa.Select[tuple[str, str]],
        decide: Callable[[Conversation], list[EventBody]],
        now_ms: int,
    ) -> None:
        places = await self._reading.run(lambda connection: connection.execute(query).all())

        async def change(account_id: str, conversation_id: str) -> None:
            def command(transaction: Transaction) -> None:
                transaction.lock(account_id)
                conversation = store.load(transaction.connection, account_id, conversation_id)
                if conversation is not None:
                    carry_out(transaction, account_id, conversation, decide(conversation), now_ms)

            await self._writer.submit(command)

        for place in places:
            await change(place.account_id, place.conversation_id)

    def _report_ends(self, entries: Sequence[LogEntry]) -> None:
        ends = (entry.event.body for entry in entries)
        for body in ends:
            if isinstance(body, CallEnded):
                for callback in self.on_ended:
                    callback(body.call_id, body.reason)


def _ticket(
    call_id: str, actor: Actor, conversation: Conversation, audio_only: bool, person: Person
) -> CallTicket:
    group_id, conversation_id = conversation.group_id, conversation.conversation_id
    return CallTicket(call_id, actor.account_id, group_id, conversation_id, audio_only, person)


def _is_audio_only(connection: sa.Connection, conversation: Conversation) -> bool:
    group = people.one_group(connection, groups.c.group_id == conversation.group_id)
    return group is not None and group.audio_only


def _load_of_call(connection: sa.Connection, actor: Actor, call_id: str) -> Conversation:
    place = store.find_call(connection, call_id)
    if place is None or place.account_id != actor.account_id:
        raise not_found()
    return load_seen(connection, actor, place.conversation_id)


def _load_invited(connection: sa.Connection, actor: Actor, record: store.InvitationRecord) -> Conversation:
    """Return the invitation's conversation to whoever sees it, and to the invited person in any case."""
    if record.invitee_id != actor.person.id:
        return load_seen(connection, actor, record.conversation_id)
    conversation = store.load(connection, actor.account_id, record.conversation_id)
    if conversation is None:
        raise not_found()
    return conversation


def _running(conversation: Conversation, call_id: str) -> Call:
    if conversation.call is None or conversation.call.call_id != call_id:
        raise DeskError("call_over", "the call is over")
    return conversation.call


def _pending(conversation: Conversation, invitation_id: str) -> InvitationView | None:
    return next((one for one in conversation.invitations if one.invitation_id == invitation_id), None)


def _receipt(outcome: Outcome, invitee: Person) -> Receipt:
    conversation = outcome.conversation
    invitation = rules.pending_for(conversation, invitee)
    return Receipt(
        conversation.conversation_id,
        outcome.event_id,
        invitation_id=invitation.invitation_id if invitation else None,
        call_id=conversation.call.call_id if conversation.call else None,
    )

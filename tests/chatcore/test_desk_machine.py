"""Everything at once: people do what they like, connections are cut, time passes.

The properties: never two owners; no message lost or doubled; each subscriber's stream, folded by a client
that knows only the descriptions of the events, gives what a fresh snapshot gives; an event comes once to a
connection; no subscriber hears of a conversation that he may not see (the client would meet an event of one
that it was never shown); and for the operator of another account nothing of all this exists.
"""

import asyncio
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.conversations import Receipt
from chatcore.errors import DeskError
from chatcore.model import ConversationReopened, ConversationTaken, Event, MessageSent
from chatcore.stream import Happened
from tests.chatcore.world import Client, Template

OPERATORS = ("giulia", "paolo", "sara", "luca", "anna", "stranger")
PATIENCE_S = 5
VISITORS = 2
# What a command may answer when it does not fit the state of things.
REFUSALS = {
    "bad_request",
    "call_over",
    "call_running",
    "closed",
    "conversation_full",
    "forbidden",
    "invitation_over",
    "invitation_pending",
    "not_admitted",
    "not_found",
    "taken",
    "visitor_present",
}

operators = st.sampled_from(OPERATORS)
picks = st.integers(0, 5)
visitors = st.integers(0, VISITORS - 1)
people = st.one_of(operators, visitors)


class DeskMachine(RuleBasedStateMachine):
    template: Template

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.runner.run(self._set_up())

    async def _set_up(self) -> None:
        path = Path(self.folder.name) / "desk.db"
        self.world = await self.stack.enter_async_context(self.template.open_copy(path))
        self.actors: dict[str | int, Actor] = {name: getattr(self.world.cast, name) for name in OPERATORS}
        for number in range(VISITORS):
            self.actors[number] = await self.world.visitor()
        self.clients = {name: Client(self.world.desk, actor) for name, actor in self.actors.items()}
        for client in self.clients.values():
            await client.start()
        self.connected_at = dict.fromkeys(self.clients, 0)
        self.conversations: list[str] = []
        self.owners: dict[str, str] = {}
        self.invitees: dict[str, str | int] = {}
        self.calls: list[str] = []
        self.invitations: list[str] = []
        self.sent: dict[str, Receipt] = {}

    def teardown(self) -> None:
        try:
            self.runner.run(self._compare())
        finally:
            self.runner.run(self._close())
            self.runner.close()
            self.folder.cleanup()

    async def _close(self) -> None:
        for client in self.clients.values():
            await client.cut()
        await self.stack.aclose()

    def _do(self, command: Any) -> Receipt | None:
        try:
            receipt = self.runner.run(_awaited(command))
        except DeskError as error:
            _check_refusal(error)
            return None
        return receipt if isinstance(receipt, Receipt) else None

    def _operator(self, name: str) -> OperatorActor:
        actor = self.actors[name]
        assert isinstance(actor, OperatorActor)
        return actor

    def _visitor(self, number: int) -> VisitorActor:
        actor = self.actors[number]
        assert isinstance(actor, VisitorActor)
        return actor

    def _conversation(self, pick: int) -> str:
        return self.conversations[-1 - pick % len(self.conversations)]

    def _note(self, receipt: Receipt | None) -> None:
        if receipt is None:
            return
        if receipt.call_id and receipt.call_id not in self.calls:
            self.calls.append(receipt.call_id)
        if receipt.invitation_id and receipt.invitation_id not in self.invitations:
            self.invitations.append(receipt.invitation_id)

    @initialize(colleague=st.sampled_from(["paolo", "anna"]), stays=st.booleans())
    def begin_with_company(self, colleague: str, stays: bool) -> None:
        """Start where rules alone seldom lead: three people in a conversation, or one left it again."""
        self.open_conversation(0)
        self.take("giulia", 0)
        # Up to here a view would contain what follows; from here on clients must fold it.
        self.catch_up("giulia")
        self.catch_up(0)
        self.bring_in(colleague, 0, stays)

    @rule(number=visitors)
    def open_conversation(self, number: int) -> None:
        client_id = self.world.client_id()
        receipt = self._do(
            self.world.desk.conversations.send_message(self._visitor(number), None, client_id, "Ciao")
        )
        assert receipt is not None
        assert receipt.conversation_id is not None
        self.conversations.append(receipt.conversation_id)
        self.sent[client_id] = receipt

    @precondition(lambda self: self.conversations)
    @rule(who=people, pick=picks)
    def write(self, who: str | int, pick: int) -> None:
        client_id = self.world.client_id()
        send = self.world.desk.conversations.send_message
        if receipt := self._do(send(self.actors[who], self._conversation(pick), client_id, "…")):
            assert self._do(send(self.actors[who], None, client_id, "…")) == receipt
            self.sent[client_id] = receipt

    @precondition(lambda self: self.conversations)
    @rule(name=operators, pick=picks)
    def take(self, name: str, pick: int) -> None:
        conversation_id = self._conversation(pick)
        if self._do(self.world.desk.conversations.take(self._operator(name), conversation_id)):
            self.owners[conversation_id] = name
            assert name != "stranger"

    @precondition(lambda self: self.conversations)
    @rule(who=people, pick=picks)
    def close(self, who: str | int, pick: int) -> None:
        self._do(self.world.desk.conversations.close(self.actors[who], self._conversation(pick)))

    @precondition(lambda self: self.conversations)
    @rule(name=operators, pick=picks)
    def leave(self, name: str, pick: int) -> None:
        self._do(self.world.desk.conversations.leave(self._operator(name), self._conversation(pick)))

    @precondition(lambda self: self.conversations)
    @rule(name=operators, colleague=operators, pick=picks)
    def invite_colleague(self, name: str, colleague: str, pick: int) -> None:
        invite = self.world.desk.conversations.invite_colleague
        conversation_id = self._conversation(pick)
        inviter = self._operator(self.owners.get(conversation_id, name))
        receipt = self._do(invite(inviter, conversation_id, self.actors[colleague].person.id))
        self._note(receipt)
        if receipt:
            self.invitees[str(receipt.invitation_id)] = colleague

    @precondition(lambda self: self.owners)
    @rule(colleague=operators, pick=picks, stays=st.booleans())
    def bring_in(self, colleague: str, pick: int, stays: bool) -> None:
        conversation_id = list(self.owners)[-1 - pick % len(self.owners)]
        owner, guest = self._operator(self.owners[conversation_id]), self._operator(colleague)
        desk = self.world.desk
        invited = self._do(desk.conversations.invite_colleague(owner, conversation_id, guest.person.id))
        if invited is None:
            return
        assert colleague != "stranger"
        self._do(desk.calls.accept(guest, str(invited.invitation_id)))
        if not stays:
            self._do(desk.conversations.leave(guest, conversation_id))

    @precondition(lambda self: self.conversations)
    @rule(name=operators, pick=picks)
    def start_call(self, name: str, pick: int) -> None:
        conversation_id = self._conversation(pick)
        starter = self._operator(self.owners.get(conversation_id, name))
        self._note(self._do(self.world.desk.calls.start(starter, conversation_id)))

    @precondition(lambda self: self.conversations)
    @rule(number=visitors, pick=picks)
    def request_call(self, number: int, pick: int) -> None:
        request = self.world.desk.conversations.request_call
        self._do(request(self._visitor(number), self._conversation(pick)))

    @precondition(lambda self: self.calls)
    @rule(name=operators)
    def invite_visitor(self, name: str) -> None:
        self._note(self._do(self.world.desk.calls.invite_visitor(self._operator(name), self.calls[-1])))

    @precondition(lambda self: self.invitations)
    @rule(who=people, answer=st.sampled_from(["accept", "decline"]))
    def answer(self, who: str | int, answer: str) -> None:
        invitee = self.invitees.get(self.invitations[-1], who)
        self._do(getattr(self.world.desk.calls, answer)(self.actors[invitee], self.invitations[-1]))

    @precondition(lambda self: self.invitations)
    @rule(name=operators)
    def withdraw(self, name: str) -> None:
        self._do(self.world.desk.calls.withdraw(self._operator(name), self.invitations[-1]))

    @precondition(lambda self: self.calls)
    @rule(who=people)
    def join(self, who: str | int) -> None:
        actor = self.actors[who]

        async def join() -> None:
            await self.world.desk.calls.admit(actor, self.calls[-1])
            await self.world.desk.calls.joined(self.calls[-1], actor.person)

        self._do(join())

    @precondition(lambda self: self.calls)
    @rule(who=people)
    def hang_up(self, who: str | int) -> None:
        self._do(self.world.desk.calls.left(self.calls[-1], self.actors[who].person))

    @precondition(lambda self: self.calls)
    @rule(name=operators)
    def end_call(self, name: str) -> None:
        self._do(self.world.desk.calls.end(self._operator(name), self.calls[-1]))

    @rule(seconds=st.sampled_from([1, 31, 61, 121]))
    def pass_time(self, seconds: int) -> None:
        self._do(self.world.desk.calls.expire(self.world.clock.pass_s(seconds)))

    @precondition(lambda self: self.sent)
    @rule(who=people, pick=picks, read=st.booleans())
    def mark_seen(self, who: str | int, pick: int, read: bool) -> None:
        receipt = list(self.sent.values())[-1 - pick % len(self.sent)]
        marks = (None, receipt.message_id) if read else (receipt.message_id, None)
        mark = self.world.desk.conversations.mark_seen
        self._do(mark(self.actors[who], str(receipt.conversation_id), *marks))

    @rule(number=visitors, name=st.sampled_from(["Ada", "Bea"]))
    def identify(self, number: int, name: str) -> None:
        self._do(self.world.desk.conversations.identify(self._visitor(number), name, None))

    @rule(who=people)
    def cut_and_resume(self, who: str | int) -> None:
        async def reconnect() -> None:
            await self.clients[who].cut()
            await self.clients[who].resume()
            self.connected_at[who] = len(self.clients[who].received)

        self._do(reconnect())

    @rule(who=people)
    def catch_up(self, who: str | int) -> None:
        self.runner.run(self._catch_up(who))

    async def _catch_up(self, who: str | int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self._receive_all(who)
        self._check_received(who)
        ours = set(self.conversations)
        snapshot = await self.world.desk.streams.snapshot(self.actors[who])
        fresh = {one.conversation_id: one for one in snapshot.conversations if one.conversation_id in ours}
        views = self.clients[who].views
        assert {key: view for key, view in views.items() if key in ours} == fresh
        assert who != "stranger" or not fresh

    async def _receive_all(self, who: str | int) -> None:
        """Let the client receive everything: what it is shown last comes after all before."""
        actor, client = self.actors[who], self.clients[who]
        desk = self.world.desk.conversations
        if isinstance(actor, VisitorActor):
            opened = await desk.open(actor, self.world.client_id())
            await client.catch_up(str(opened.event_id))
            return
        visitor = await self._passer_by(actor)
        receipt = await desk.send_message(visitor, None, self.world.client_id(), "Permesso?")
        await client.catch_up(str(receipt.event_id))
        await desk.close(visitor, str(receipt.conversation_id))
        while receipt.conversation_id in client.views:
            await client.next()

    async def _passer_by(self, operator: OperatorActor) -> VisitorActor:
        if operator is self.world.cast.stranger:
            return await self.world.visitor(account="altra")
        group = "phone" if operator is self.world.cast.anna else "sales"
        return await self.world.visitor(group=group)

    def _check_received(self, who: str | int) -> None:
        items = self.clients[who].received[self.connected_at[who] :]
        once = Counter(item.event.event_id for item in items if isinstance(item, Happened))
        assert all(count == 1 for count in once.values())
        happened = {item.event.conversation_id for item in items if isinstance(item, Happened)}
        assert who != "stranger" or happened.isdisjoint(self.conversations)

    async def _compare(self) -> None:
        for who in self.actors:
            await self._catch_up(who)
        for actor in self.actors.values():
            if isinstance(actor, VisitorActor):
                await self._check_history(actor)

    async def _check_history(self, visitor: VisitorActor) -> None:
        for view in (await self.world.desk.streams.snapshot(visitor)).conversations:
            events, earlier = view.events, view.earlier
            while earlier:
                page, earlier = await self.world.desk.conversations.history(
                    visitor, view.conversation_id, events[0].event_id, 100
                )
                events = [*page, *events]
            self._check_messages(view.conversation_id, events)
            _check_owners(events)

    def _check_messages(self, conversation_id: str, events: list[Event]) -> None:
        stored = Counter(event.body.message_id for event in events if isinstance(event.body, MessageSent))
        expected = {one.message_id for one in self.sent.values() if one.conversation_id == conversation_id}
        assert all(stored[str(message_id)] == 1 for message_id in expected)
        assert len(stored) - len(expected) == 1  # the welcome


def _check_owners(events: list[Event]) -> None:
    owned = False
    for event in events:
        if isinstance(event.body, ConversationTaken):
            assert not owned
            owned = True
        elif isinstance(event.body, ConversationReopened):
            owned = False


def _check_refusal(error: DeskError) -> None:
    assert error.code in REFUSALS, error


async def _awaited(command: Any) -> Any:
    return await command


@pytest.mark.parametrize(
    "examples", [8, pytest.param(300, marks=[pytest.mark.long, pytest.mark.timeout(1_200)])]
)
def test_the_desk_keeps_its_promises_whatever_people_do(template: Template, examples: int) -> None:
    class Machine(DeskMachine):
        pass

    Machine.template = template
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""What the tests of the desk work with: a clock moved by hand, people, and a subscriber's client."""

import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from admin.administration import Administration
from admin.requests import NewGroup, NewOperator
from chatcore.actors import Actor, OperatorActor, VisitorActor
from chatcore.desk import Desk, StorageConfig
from chatcore.errors import DeskError
from chatcore.model import ConversationView, Event, PersonKind, VisitorIdentified
from chatcore.stream import Happened, Hidden, Shown, StreamItem
from tests.chatcore.client_fold import fold

PASSWORD = "sportello-demo"
START_MS = 1_700_000_000_000


class Clock:
    """Milliseconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now_ms = START_MS

    def __call__(self) -> int:
        return self.now_ms

    def pass_s(self, seconds: float) -> int:
        self.now_ms += round(seconds * 1_000)
        return self.now_ms


@dataclass(frozen=True)
class Cast:
    """Who is there: `giulia`, `paolo`, `sara` and `luca` answer for the group `sales`, `anna` for `phone`.

    `stranger` answers for the group `sales` of another account.
    """

    admin: OperatorActor
    giulia: OperatorActor
    paolo: OperatorActor
    sara: OperatorActor
    luca: OperatorActor
    anna: OperatorActor
    stranger: OperatorActor


@dataclass
class World:
    """One desk and its people."""

    desk: Desk
    clock: Clock
    cast: Cast
    numbers: Iterator[int] = field(default_factory=count)

    def client_id(self) -> str:
        return f"client-{next(self.numbers):06d}"

    async def visitor(
        self, group: str = "sales", account: str = "ottica", language: str = "it"
    ) -> VisitorActor:
        _, visitor = await self.desk.directory.welcome_visitor(account, group, None, language)
        return visitor.actor

    async def conversation(self, visitor: VisitorActor, text: str = "Buongiorno") -> str:
        receipt = await self.desk.conversations.send_message(visitor, None, self.client_id(), text)
        assert receipt.conversation_id is not None
        return receipt.conversation_id

    async def say(self, actor: Actor, conversation_id: str, text: str = "…") -> str:
        receipt = await self.desk.conversations.send_message(actor, conversation_id, self.client_id(), text)
        assert receipt.message_id is not None
        return receipt.message_id

    async def taken(self, visitor: VisitorActor, operator: OperatorActor) -> str:
        """Return a new conversation of which the operator is in charge."""
        conversation_id = await self.conversation(visitor)
        await self.desk.conversations.take(operator, conversation_id)
        return conversation_id

    async def view(self, actor: Actor, conversation_id: str) -> ConversationView | None:
        snapshot = await self.desk.streams.snapshot(actor)
        return next((one for one in snapshot.conversations if one.conversation_id == conversation_id), None)

    async def seen(self, actor: Actor, conversation_id: str) -> ConversationView:
        view = await self.view(actor, conversation_id)
        assert view is not None
        return view


@asynccontextmanager
async def open_desk(path: Path, clock: Clock) -> AsyncIterator[Desk]:
    desk = await Desk.open(StorageConfig(f"sqlite:///{path}"), clock)
    try:
        yield desk
    finally:
        await desk.close()


@dataclass(frozen=True)
class Template:
    """A furnished database to copy: hashing passwords and migrating once is enough."""

    path: Path
    cast: Cast

    @asynccontextmanager
    async def open_copy(self, path: Path) -> AsyncIterator[World]:
        shutil.copy(self.path, path)
        clock = Clock()
        async with open_desk(path, clock) as desk:
            yield World(desk, clock, self.cast)


async def furnish(path: Path) -> Template:
    async with open_desk(path, Clock()) as desk:
        administration = Administration(desk)
        boss = await administration.found_account("ottica", "Ottica Marini", _operator("admin", []))
        welcome = {"it": "Benvenuto", "en": "Welcome"}
        sales = await administration.create_group(boss, NewGroup("sales", "Vendite", welcome=welcome))
        phone = await administration.create_group(boss, NewGroup("phone", "Telefono", audio_only=True))
        other = await administration.found_account("altra", "Altra ditta", _operator("boss", []))
        theirs = await administration.create_group(other, NewGroup("sales", "Vendite altrui"))
        stranger = await administration.create_operator(other, _operator("stranger", [theirs.group_id]))
        names = {"giulia": sales, "paolo": sales, "sara": sales, "luca": sales, "anna": phone}
        people = {
            name: (await administration.create_operator(boss, _operator(name, [group.group_id]))).actor
            for name, group in names.items()
        }
        return Template(path, Cast(admin=boss, stranger=stranger.actor, **people))


class Client:
    """A subscriber's client: a snapshot, then everything after it, folded into views."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self.actor = actor
        self.me = actor.person
        self.views: dict[str, ConversationView] = {}
        self.received: list[StreamItem] = []
        self.position = 0
        self._desk = desk
        self._stream: AsyncGenerator[StreamItem] | None = None

    async def start(self) -> None:
        snapshot = await self._desk.streams.snapshot(self.actor)
        self.views = {one.conversation_id: one for one in snapshot.conversations}
        self.position = snapshot.position
        await self.resume()

    async def resume(self) -> None:
        self._stream = await self._desk.streams.follow(self.actor, self.position)

    async def cut(self) -> None:
        """Lose the connection; what was received stays."""
        assert self._stream is not None
        await self._stream.aclose()

    async def next(self) -> StreamItem:
        """Return the next item."""
        assert self._stream is not None
        item = await anext(self._stream)
        self._apply(item)
        return item

    async def catch_up(self, event_id: str) -> None:
        """Receive until the event, or a view that contains it."""
        while not any(event.event_id == event_id for view in self.views.values() for event in view.events):
            await self.next()

    def _apply(self, item: StreamItem) -> None:
        self.received.append(item)
        self.position = item.position
        match item:
            case Shown():
                self.views[item.conversation.conversation_id] = item.conversation
            case Hidden():
                self.views.pop(item.conversation_id, None)
            case Happened(event=event):
                if isinstance(event.body, VisitorIdentified) and self.me.kind is PersonKind.VISITOR:
                    self.me = event.body.visitor
                # A conversation that was never shown must not be heard of.
                view = self.views[event.conversation_id]
                self.views[event.conversation_id] = fold(view, event, self.me)


def events(client: Client) -> list[Event]:
    return [item.event for item in client.received if isinstance(item, Happened)]


async def refused(code: str, command: Awaitable[object]) -> None:
    with pytest.raises(DeskError) as caught:
        await command
    assert caught.value.code == code


def _operator(name: str, group_ids: list[str]) -> NewOperator:
    return NewOperator(f"{name}@example.test", name.capitalize(), PASSWORD, group_ids=group_ids)

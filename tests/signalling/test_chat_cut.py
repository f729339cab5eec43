"""No message is lost and none is doubled, wherever a connection is cut.

A visitor writes to an operator; both are connected through proxies that cut one of the byte streams at one
byte. Both do as the protocol says: connect again with the last cursor, apply each event once, and repeat what
was not answered with the same `client_id`. Then both have exactly the messages written, each once, in order.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
import msgspec
import pytest

from chatcore.model import Event, MessageSent, PersonKind
from signalling.protocol import chat
from tests.signalling.clients import Desk
from tests.signalling.cutting_proxy import CuttingProxy, Direction, cutting_proxy

_FRAMES = msgspec.json.Decoder(chat.ServerFrame)


@dataclass
class Client:
    """A client as docs/protocol.md describes it: cursor, pending command, events applied once."""

    desk: Desk
    proxy: CuttingProxy
    url: str
    path: str
    token: str | None
    socket: aiohttp.ClientWebSocketResponse | None = None
    cursor: str | None = None
    events: dict[str, Event] = field(default_factory=dict)

    async def frame(self) -> chat.ServerFrame | None:
        """The next frame, connecting first if need be; None when the connection was lost."""
        try:
            if self.socket is None:
                await self._connect()
            assert self.socket is not None
            frame: chat.ServerFrame = _FRAMES.decode(await self.socket.receive_str(timeout=10))
        except (aiohttp.ClientError, TypeError, ConnectionError):  # TypeError: aiohttp's closing frames.
            await self.drop()
            return None
        self._apply(frame)
        return frame

    async def send(self, text: str, conversation_id: str, client_id: str) -> None:
        """Write a message; repeat it on new connections until it is answered."""
        command = chat.SendMessage(rid=1, client_id=client_id, text=text, conversation_id=conversation_id)
        posted = False
        while True:
            try:
                if self.socket is None:
                    await self._connect()
                    posted = False
                if not posted and self.socket is not None:
                    await self.socket.send_str(msgspec.json.encode(command).decode())
                    posted = True
            except (aiohttp.ClientError, ConnectionError):
                await self.drop()
                continue
            if isinstance(await self.frame(), chat.Done):
                return

    async def receive(self, client_id: str) -> None:
        """Read until the message is here."""
        while not any(message.client_id == client_id for message in self.messages()):
            await self.frame()

    async def drop(self) -> None:
        """Let go of a connection."""
        if self.socket is not None:
            await self.socket.close()
        self.socket = None

    def messages(self) -> list[MessageSent]:
        """The people's messages, in order."""
        bodies = [event.body for event in self.events.values()]
        return [
            body
            for body in bodies
            if isinstance(body, MessageSent) and body.author.kind is not PersonKind.SYSTEM
        ]

    async def _connect(self) -> None:
        origin = {"Origin": self.url}
        self.socket = await self.desk.http.ws_connect(self.url + self.path, headers=origin)
        hello = chat.Hello(version=chat.PROTOCOL_VERSION, token=self.token, cursor=self.cursor)
        await self.socket.send_str(msgspec.json.encode(hello).decode())

    def _apply(self, frame: chat.ServerFrame) -> None:
        self.cursor = getattr(frame, "cursor", self.cursor)
        if isinstance(frame, chat.Ready) and frame.snapshot is not None:
            self.events = {e.event_id: e for view in frame.snapshot.conversations for e in view.events}
        if isinstance(frame, chat.ConversationShown):
            self.events |= {event.event_id: event for event in frame.conversation.events}
        if isinstance(frame, chat.EventHappened):
            self.events.setdefault(frame.event.event_id, frame.event)


@dataclass
class Conversation:
    """A visitor and an operator in one conversation, and all that was written in it."""

    conversation_id: str
    visitor: Client
    operator: Client
    written: list[str] = field(default_factory=list)

    async def write_one(self) -> None:
        """The visitor writes, both come to have it, and nothing is lost or doubled."""
        client_id = f"message-{len(self.written)}"
        self.written.append(client_id)
        await self.visitor.send("Ma è arrivato?", self.conversation_id, client_id)
        for client in (self.visitor, self.operator):
            await client.receive(client_id)
            assert [message.client_id for message in client.messages()] == self.written


@asynccontextmanager
async def conversation(desk: Desk) -> AsyncIterator[Conversation]:
    address = urlsplit(desk.url)
    assert address.hostname is not None
    assert address.port is not None
    await desk.login()
    visitor = await desk.visitor()
    async with AsyncExitStack() as stack:
        ends = [
            await stack.enter_async_context(cutting_proxy(address.hostname, address.port)) for _ in range(2)
        ]
        async with desk.operator_socket() as giulia, desk.visitor_socket(visitor.token) as anna:
            opened = await anna.done(chat.OpenConversation, client_id="conversation-1")
            await anna.done(chat.RequestCall, conversation_id=opened.conversation_id)
            await giulia.done(chat.TakeConversation, conversation_id=opened.conversation_id)
        assert opened.conversation_id is not None
        pair = Conversation(
            opened.conversation_id,
            visitor=Client(desk, *ends[0], "/api/v1/visitor/socket", visitor.token),
            operator=Client(desk, *ends[1], "/api/v1/operator/socket", None),
        )
        yield pair
        for client in (pair.visitor, pair.operator):
            await client.drop()


def visitor_end(pair: Conversation) -> Client:
    return pair.visitor


def operator_end(pair: Conversation) -> Client:
    return pair.operator


EVERY_STREAM = pytest.mark.parametrize(
    ("end", "direction"),
    [
        (visitor_end, Direction.UP),
        (visitor_end, Direction.DOWN),
        (operator_end, Direction.DOWN),
    ],
)


async def cut_everywhere(
    pair: Conversation, client: Client, direction: Direction, step: int, *, reconnecting: bool
) -> int:
    """Write a message for each point of the exchange, cutting there; returns how many cuts there were."""
    cut_at = cuts = 0
    while True:
        if reconnecting:
            await client.drop()
        client.proxy.cut_after(direction, cut_at)
        await pair.write_one()
        if client.proxy.armed:  # The exchange has fewer bytes than that: every point was tried.
            client.proxy.disarm()
            return cuts
        cut_at += step
        cuts += 1


@EVERY_STREAM
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
async def test_a_message_survives_a_cut_anywhere_in_its_exchange(
    desk: Desk, end: Callable[[Conversation], Client], direction: Direction, step: int
) -> None:
    async with conversation(desk) as pair:
        await pair.write_one()
        assert await cut_everywhere(pair, end(pair), direction, step, reconnecting=False) > 20


@EVERY_STREAM
@pytest.mark.parametrize("step", [29, pytest.param(3, marks=pytest.mark.long)])
async def test_a_message_survives_a_cut_anywhere_in_connecting_again(
    desk: Desk, end: Callable[[Conversation], Client], direction: Direction, step: int
) -> None:
    async with conversation(desk) as pair:
        await pair.write_one()
        assert await cut_everywhere(pair, end(pair), direction, step, reconnecting=True) > 10

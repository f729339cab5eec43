"""Small clients of the real server: HTTP with cookies, and sockets that wait for frames of a type."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

import aiohttp
import msgspec

from chatcore.model import EventBody
from signalling.protocol import chat
from signalling.protocol.http import OperatorSession, Problem, VisitorSession

Frame = TypeVar("Frame")
Body = TypeVar("Body")

PATIENCE_S = 10.0
_FRAMES = msgspec.json.Decoder(chat.ServerFrame)


@dataclass
class ChatClient:
    """A chat socket at the client's end. Frames that nobody waits for are kept in `seen`."""

    socket: aiohttp.ClientWebSocketResponse
    seen: list[Any] = field(default_factory=list)
    cursor: str | None = None
    _rids: "count[int]" = field(default_factory=lambda: count(1))

    async def frame(self) -> Any:
        """The next frame; its cursor is remembered."""
        text = await asyncio.wait_for(self.socket.receive_str(), PATIENCE_S)
        frame = _FRAMES.decode(text)
        self.cursor = getattr(frame, "cursor", self.cursor)
        self.seen.append(frame)
        return frame

    async def until(self, kind: type[Frame], fits: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The next frame of a kind for which `fits` holds."""
        while True:
            frame = await self.frame()
            if isinstance(frame, kind) and fits(frame):
                return frame

    async def event(self, kind: type[Body]) -> Body:
        """The body of the next event of a kind."""
        happened = await self.until(chat.EventHappened, lambda frame: isinstance(frame.event.body, kind))
        body: EventBody = happened.event.body
        assert isinstance(body, kind)
        return body

    async def hello(self, token: str | None = None, cursor: str | None = None) -> chat.Ready:
        """Introduce ourselves."""
        await self.post(chat.Hello(version=chat.PROTOCOL_VERSION, token=token, cursor=cursor))
        return await self.until(chat.Ready)

    async def post(self, frame: msgspec.Struct) -> None:
        """Send a frame."""
        await self.socket.send_str(msgspec.json.encode(frame).decode())

    async def ask(self, kind: type[msgspec.Struct], **values: Any) -> Any:
        """Send a command and return its answer: done, refused or history."""
        rid = next(self._rids)
        await self.post(kind(rid=rid, **values))
        answer = await self.answer()
        assert answer.rid == rid
        return answer

    async def answer(self) -> Any:
        """The next answer to a command."""
        while True:
            frame = await self.frame()
            if isinstance(frame, chat.Done | chat.Refused | chat.History):
                return frame

    async def done(self, kind: type[msgspec.Struct], **values: Any) -> chat.Done:
        """Send a command that is carried out."""
        answer = await self.ask(kind, **values)
        assert isinstance(answer, chat.Done), answer
        return answer

    async def refused(self, kind: type[msgspec.Struct], **values: Any) -> str:
        """Send a command that is refused; returns the code."""
        answer = await self.ask(kind, **values)
        assert isinstance(answer, chat.Refused), answer
        return answer.code

    async def closed(self) -> int | None:
        """Wait for the end of the socket; returns the close code."""
        async with asyncio.timeout(PATIENCE_S):
            async for _ in self.socket:
                pass
        return self.socket.close_code


@dataclass
class Desk:
    """One person's browser: its cookies, and the sockets it opens."""

    url: str
    http: aiohttp.ClientSession

    @property
    def origin(self) -> dict[str, str]:
        """What a browser sends from our own pages."""
        return {"Origin": self.url}

    async def login(self, email: str = "giulia@demo.example") -> OperatorSession:
        """Log in as one of the demo's people."""
        body = {"email": email, "password": "sportello-demo"}
        async with self.http.post("/api/v1/session", json=body, headers=self.origin) as response:
            assert response.status == 200, await response.text()
            return msgspec.json.decode(await response.read(), type=OperatorSession)

    async def visitor(self, group: str = "consulenza", token: str | None = None) -> VisitorSession:
        """Become a visitor of one of the demo's groups."""
        body = {"account": "demo", "group": group, "token": token, "language": "en"}
        async with self.http.post("/api/v1/visitor", json=body) as response:
            assert response.status == 200, await response.text()
            return msgspec.json.decode(await response.read(), type=VisitorSession)

    @asynccontextmanager
    async def socket(self, path: str, **options: Any) -> AsyncIterator[ChatClient]:
        """Open a chat socket."""
        async with self.http.ws_connect(path, headers=self.origin, **options) as socket:
            yield ChatClient(socket)

    @asynccontextmanager
    async def operator_socket(self, cursor: str | None = None) -> AsyncIterator[ChatClient]:
        """Open the operator's socket and introduce ourselves."""
        async with self.socket("/api/v1/operator/socket") as client:
            await client.hello(cursor=cursor)
            yield client

    @asynccontextmanager
    async def visitor_socket(self, token: str, cursor: str | None = None) -> AsyncIterator[ChatClient]:
        """Open the visitor's socket and introduce ourselves."""
        async with self.socket("/api/v1/visitor/socket") as client:
            await client.hello(token, cursor)
            yield client


async def problem_code(response: aiohttp.ClientResponse) -> str:
    """The code of a refusal."""
    return msgspec.json.decode(await response.read(), type=Problem).code

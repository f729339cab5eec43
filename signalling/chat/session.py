"""One chat socket at work: the subscriber's stream goes out, his commands come in.

Three tasks share the socket. One sends the durable stream, one sends what is ephemeral, and one reads
commands and answers each before it reads the next, so that a client's messages keep their order. The first to
end ends the session; a client that was cut off loses nothing, because he resumes from his last cursor.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic, time_ns
from typing import Any

import msgspec
import structlog

from chatcore.stream import Happened, Hidden, Shown, Snapshot, StreamItem, TooFarBehind
from signalling.chat.commands import Answer, Caller, Handler
from signalling.chat.cursors import CursorCodec
from signalling.edge.errors import REFUSALS, RefusedError, as_refused
from signalling.edge.frame_socket import FrameSocket
from signalling.edge.limits import Rate, RateLimiter
from signalling.edge.metrics import Metrics
from signalling.edge.tasks import first_ends_all
from signalling.protocol import chat

_log = structlog.get_logger(__name__)

SnapshotFrame = chat.VisitorSnapshot | chat.OperatorSnapshot


@dataclass(frozen=True, slots=True)
class Side:
    """What differs between visitors and operators: their commands, and how their snapshot is written.

    `greeting` gives the frames that tell the present ephemeral state after `Ready`.
    """

    decoder: msgspec.json.Decoder[Any]
    handlers: Mapping[type, Handler]
    snapshot: Callable[[Any, Snapshot], SnapshotFrame]
    greeting: Callable[[Any], Awaitable[list[msgspec.Struct]]]


class ChatSession:
    """The session of one socket after its `Hello` was accepted."""

    def __init__(
        self,
        socket: FrameSocket,
        caller: Caller,
        side: Side,
        cursors: CursorCodec,
        rate: Rate,
        metrics: Metrics,
    ) -> None:
        self._socket = socket
        self._caller = caller
        self._streams = caller.services.desk.streams
        self._side = side
        self._cursors = cursors
        self._rate = RateLimiter(rate, max_keys=1)
        self._metrics = metrics
        self._subscriber = f"{caller.actor.account_id}/{caller.actor.person.kind}/{caller.actor.person.id}"

    async def run(self, cursor: str | None) -> None:
        """Serve the socket until it closes. Raises RefusedError for a frame that is no command."""
        with self._caller.services.desk.presence.subscribe(self._caller.actor) as ephemeral:
            stream = await self._start(cursor)
            async with aclosing(stream):
                await first_ends_all(self._send_stream(stream), self._send_ephemeral(ephemeral), self._read())

    # Out ---------------------------------------------------------------------------------------------

    async def _start(self, cursor: str | None) -> AsyncGenerator[StreamItem]:
        """Send `Ready`, from the client's cursor if it is good, else with a snapshot."""
        snapshot = None
        position = None if cursor is None else self._cursors.open(self._subscriber, cursor)
        stream = None if position is None else await self._resume(position)
        if position is None or stream is None:
            seen = await self._streams.snapshot(self._caller.actor)
            snapshot, position = self._side.snapshot(self._caller, seen), seen.position
            stream = await self._streams.follow(self._caller.actor, position)
        now_ms = time_ns() // 1_000_000
        await self._socket.send(
            chat.Ready(cursor=self._cursor(position), snapshot=snapshot, server_time_ms=now_ms)
        )
        for frame in await self._side.greeting(self._caller):
            await self._socket.send(frame)
        return stream

    async def _resume(self, position: int) -> AsyncGenerator[StreamItem] | None:
        try:
            return await self._streams.follow(self._caller.actor, position)
        except TooFarBehind:
            return None

    async def _send_stream(self, stream: AsyncGenerator[StreamItem]) -> None:
        try:
            async for item in stream:
                await self._socket.send(_STREAM_FRAMES[type(item)](item, self._cursor(item.position)))
        except TooFarBehind:
            self._socket.cut()

    async def _send_ephemeral(self, items: Any) -> None:
        async for item in items:
            await self._socket.send(item)

    def _cursor(self, position: int) -> str:
        return self._cursors.seal(self._subscriber, position)

    # In ----------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while (text := await self._socket.receive()) is not None:
            await self._handle(_decode(self._side.decoder, text))

    async def _handle(self, command: Any) -> None:
        self._metrics.commands.labels(type(command).__struct_config__.tag).inc()
        wait_s = self._rate.take("", monotonic())
        answer = await self._execute(command) if wait_s == 0 else _too_fast(command)
        if answer is not None:
            await self._socket.send(answer)
        await asyncio.sleep(wait_s)

    async def _execute(self, command: Any) -> Answer | chat.Refused | None:
        rid = getattr(command, "rid", None)
        try:
            return await self._side.handlers[type(command)](self._caller, command)
        except REFUSALS as error:
            refused = as_refused(error)
            self._metrics.refusals.labels(refused.code).inc()
            return None if rid is None else chat.Refused(rid=rid, code=refused.code, message=refused.message)
        except Exception:  # noqa: BLE001 - our fault ends at this command, whatever it is
            self._metrics.failures.inc()
            _log.exception("command_failed", command=type(command).__name__)
            return None if rid is None else chat.Refused(rid=rid, code="internal", message="Server error.")


def _decode(decoder: msgspec.json.Decoder[Any], text: str) -> Any:
    try:
        return decoder.decode(text)
    except msgspec.DecodeError as error:
        raise RefusedError("bad_request", f"The frame is no command: {error}") from None


def _too_fast(command: Any) -> chat.Refused | None:
    """The answer to a command over the rate; reading then pauses until the next one is allowed."""
    rid = getattr(command, "rid", None)
    return None if rid is None else chat.Refused(rid=rid, code="rate_limited", message="Too many commands.")


def _shown(item: Shown, cursor: str) -> msgspec.Struct:
    return chat.ConversationShown(cursor=cursor, conversation=item.conversation)


def _happened(item: Happened, cursor: str) -> msgspec.Struct:
    return chat.EventHappened(cursor=cursor, event=item.event)


def _hidden(item: Hidden, cursor: str) -> msgspec.Struct:
    return chat.ConversationHidden(cursor=cursor, conversation_id=item.conversation_id)


_STREAM_FRAMES: dict[type, Callable[[Any, str], msgspec.Struct]] = {
    Shown: _shown,
    Happened: _happened,
    Hidden: _hidden,
}

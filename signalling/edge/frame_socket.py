"""A WebSocket of JSON text frames: bounded in size and time, cut off when the client does not keep up.

Nothing is queued here. Whoever sends waits until the client's connection takes the frame; a client that does
not take it within `send_timeout_s` is disconnected at once. What he missed he gets when he resumes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum

import msgspec
import structlog
from aiohttp import WSMsgType, web

from signalling.edge.errors import REFUSALS, RefusedError, as_refused
from signalling.edge.metrics import Metrics
from signalling.protocol.chat import Refused

_log = structlog.get_logger(__name__)


class CloseCode(IntEnum):
    """Why the server closed a socket (RFC 6455, section 7.4, and the range for applications)."""

    FINISHED = 1000
    GOING_AWAY = 1001
    TOO_LARGE = 1009
    FAILED = 1011
    BAD_FRAME = 4400
    UNAUTHORIZED = 4401
    NOT_FOUND = 4404
    TOO_SLOW = 4408
    VERSION = 4426


CLOSE_CODE_OF_REFUSAL: dict[str, CloseCode] = {
    "unauthorized": CloseCode.UNAUTHORIZED,
    "not_found": CloseCode.NOT_FOUND,
    "version": CloseCode.VERSION,
}
"""How a socket is closed after its first frame was refused; by default `BAD_FRAME`."""


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """Bounds of one socket."""

    frame_bytes: int = 64 * 1024
    hello_timeout_s: float = 10.0
    send_timeout_s: float = 10.0
    heartbeat_s: float = 25.0


class SlowClientError(Exception):
    """The client did not take a frame in time; his connection is cut already."""


class FrameSocket:
    """One open socket. `label` groups sockets that end together (those of one login), None for no group."""

    def __init__(self, limits: SocketLimits, metrics: Metrics) -> None:
        self.label: str | None = None
        self._limits = limits
        self._metrics = metrics
        self._socket = web.WebSocketResponse(
            heartbeat=limits.heartbeat_s, max_msg_size=limits.frame_bytes, compress=False, timeout=2.0
        )
        self._transport: asyncio.Transport | None = None

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Answer the upgrade; returns what the handler must return to aiohttp."""
        await self._socket.prepare(request)
        self._transport = request.transport
        return self._socket

    async def receive_first(self) -> str | None:
        """The first frame, or None when none came in time or the client went."""
        try:
            async with asyncio.timeout(self._limits.hello_timeout_s):
                return await self.receive()
        except TimeoutError:
            await self.close(CloseCode.TOO_SLOW)
            return None

    async def receive(self) -> str | None:
        """The next text frame, None when the socket is closed. Refuses binary frames with `bad_request`."""
        message = await self._socket.receive()
        if message.type is WSMsgType.TEXT:
            return str(message.data)
        if message.type is WSMsgType.BINARY:
            raise RefusedError("bad_request", "Frames are JSON text.")
        return None

    async def send(self, frame: msgspec.Struct) -> None:
        """Send a frame. Raises SlowClientError, or ConnectionResetError when the client is gone."""
        text = msgspec.json.encode(frame).decode()
        try:
            async with asyncio.timeout(self._limits.send_timeout_s):
                await self._socket.send_str(text)
        except TimeoutError:
            self.cut()
            raise SlowClientError from None

    async def refuse(self, refused: RefusedError) -> None:
        """Say why what was received could not be read, and close."""
        self._metrics.refusals.labels(refused.code).inc()
        await self.send(Refused(rid=None, code=refused.code, message=refused.message))
        await self.close(CLOSE_CODE_OF_REFUSAL.get(refused.code, CloseCode.BAD_FRAME))

    async def close(self, code: CloseCode) -> None:
        """Close with the WebSocket handshake; a client that does not take part is cut off."""
        try:
            async with asyncio.timeout(self._limits.send_timeout_s):
                await self._socket.close(code=code)
        except TimeoutError:
            self.cut()

    def cut(self) -> None:
        """Drop the connection of a client that does not keep up."""
        self._metrics.slow_clients.inc()
        if self._transport is not None:
            self._transport.abort()


class SocketRegistry:
    """Opens sockets and knows all open ones, so that they can be told when the server or a login ends."""

    def __init__(self, limits: SocketLimits, metrics: Metrics) -> None:
        self._limits = limits
        self._metrics = metrics
        self._sockets: set[FrameSocket] = set()

    async def serve(
        self, request: web.Request, kind: str, session: Callable[[FrameSocket], Awaitable[None]]
    ) -> web.WebSocketResponse:
        """Answer the upgrade and run `session`, which ends when the client goes; then close the socket.

        A refusal that escapes from the session is told to the client; `kind` is for the metrics.
        """
        socket = FrameSocket(self._limits, self._metrics)
        response = await socket.open(request)
        self._sockets.add(socket)
        try:
            with self._metrics.sockets.labels(kind).track_inprogress():
                await self._run(socket, session)
        finally:
            self._sockets.discard(socket)
        return response

    async def close_labelled(self, label: str) -> None:
        """Close the sockets of a login that ended."""
        labelled = [socket for socket in self._sockets if socket.label == label]
        await self._close(labelled, CloseCode.UNAUTHORIZED)

    async def close_all(self) -> None:
        """Close every socket: the server stops, clients connect again."""
        await self._close(list(self._sockets), CloseCode.GOING_AWAY)

    async def _run(self, socket: FrameSocket, session: Callable[[FrameSocket], Awaitable[None]]) -> None:
        try:
            await session(socket)
            await socket.close(CloseCode.FINISHED)
        except REFUSALS as error:
            with suppress(ConnectionResetError, SlowClientError):
                await socket.refuse(as_refused(error))
        except (ConnectionResetError, SlowClientError):
            pass  # The client is gone; he resumes when he comes back.
        except Exception:  # noqa: BLE001 - our fault ends at this socket, whatever it is
            self._metrics.failures.inc()
            _log.exception("socket_failed")
            await socket.close(CloseCode.FAILED)

    async def _close(self, sockets: list[FrameSocket], code: CloseCode) -> None:
        await asyncio.gather(*(socket.close(code) for socket in sockets))

"""LiveKit's signalling (github.com/livekit/protocol, livekit_rtc.proto): a WebSocket for each participant."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

import aiohttp

from benchmarks.load.service import ServiceError
from benchmarks.peers.protobuf import Message, ProtobufError, Value, encode
from benchmarks.peers.waiting import wait_beside

_ANSWER_TIMEOUT_S = 15.0
_PING_S = 5.0  # The server gives up after three of these, by default.
_TOKEN_HEADER = {"alg": "HS256", "typ": "JWT"}
_TOKEN_LIFETIME_S = 3600
_CLOCK_SKEW_S = 10
# From version 3 on the connection that receives is the primary one, and nobody counts as present before it
# has opened data channels, over SCTP. They carry no media, and the load has none.
_PROTOCOL = 2

T = TypeVar("T")


class Request(IntEnum):
    """The fields of SignalRequest, one of which is set."""

    OFFER = 1
    ANSWER = 2
    TRICKLE = 3
    ADD_TRACK = 4
    LEAVE = 8
    PING = 14


class Response(IntEnum):
    """The fields of SignalResponse, one of which is set."""

    JOIN = 1
    ANSWER = 2
    OFFER = 3
    TRICKLE = 4
    TRACK_PUBLISHED = 6
    LEAVE = 8


class Target(IntEnum):
    """A participant's two connections: that on which it publishes, and that on which it receives."""

    PUBLISHER = 0
    SUBSCRIBER = 1


@dataclass(frozen=True, slots=True)
class LiveKitAddress:
    """Where a LiveKit server is, and an API key of it."""

    url: str
    key: str
    secret: str

    def token(self, room: str, identity: str) -> str:
        """A participant's access to a room: a JSON Web Token, signed with HS256 (RFC 7519)."""
        now = int(time.time())
        claims = {
            "iss": self.key,
            "sub": identity,
            "nbf": now - _CLOCK_SKEW_S,
            "exp": now + _TOKEN_LIFETIME_S,
            "video": {"room": room, "roomJoin": True, "canPublish": True, "canSubscribe": True},
        }
        signed = b".".join(_base64(json.dumps(part).encode()) for part in (_TOKEN_HEADER, claims))
        signature = hmac.digest(self.secret.encode(), signed, hashlib.sha256)
        return (signed + b"." + _base64(signature)).decode()


class Signal:
    """One participant's signalling: what the server says waits in queues until it is asked for."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._responses: defaultdict[Response, asyncio.Queue[Message]] = defaultdict(asyncio.Queue)
        self._candidates: defaultdict[int, asyncio.Future[str]] = defaultdict(
            asyncio.get_running_loop().create_future
        )
        self._reading = asyncio.create_task(self._read())
        self._pinging = asyncio.create_task(self._ping())

    @classmethod
    async def open(
        cls, http: aiohttp.ClientSession, address: LiveKitAddress, room: str, identity: str
    ) -> Signal:
        """Enter a room. Raises ServiceError, aiohttp.ClientError, TimeoutError."""
        parameters = {
            "access_token": address.token(room, identity),
            "protocol": str(_PROTOCOL),
            "auto_subscribe": "1",
        }
        url = f"{address.url.rstrip('/')}/rtc"
        signal = cls(await http.ws_connect(url, params=parameters))
        try:
            await signal.response(Response.JOIN)
        except BaseException:
            await signal.close()
            raise
        return signal

    async def send(self, request: Request, fields: Iterable[tuple[int, Value]]) -> None:
        """Send a request, which is a message of these fields."""
        await self._socket.send_bytes(encode([(request, encode(fields))]))

    async def response(self, kind: Response) -> Message:
        """The next response of a kind. Raises ServiceError if the session ends meanwhile, TimeoutError."""
        return await self._next(self._responses[kind], _ANSWER_TIMEOUT_S)

    async def offer(self) -> Message:
        """The next offer, however long it takes. Raises ServiceError if the session ends meanwhile."""
        return await self._next(self._responses[Response.OFFER], None)

    async def candidate(self, target: Target) -> str:
        """The server's first address over UDP for a connection: an SDP attribute without `a=`."""
        return await wait_beside(self._candidates[target], self._reading, _ANSWER_TIMEOUT_S)

    async def trickle(self, target: Target, candidate: str) -> None:
        """Tell the server an address of ours."""
        init = json.dumps({"candidate": candidate, "sdpMid": "0", "sdpMLineIndex": 0})
        await self.send(Request.TRICKLE, [(1, init), (2, target)])

    async def close(self) -> None:
        """Leave the room."""
        for task in (self._pinging, self._reading):
            task.cancel()
        if not self._socket.closed:
            await self.send(Request.LEAVE, [])
        await self._socket.close()

    async def _next(self, queue: asyncio.Queue[T], timeout_s: float | None) -> T:
        getting = asyncio.ensure_future(queue.get())
        try:
            return await wait_beside(getting, self._reading, timeout_s)
        finally:
            getting.cancel()

    async def _read(self) -> None:
        async for frame in self._socket:
            if frame.type is not aiohttp.WSMsgType.BINARY:
                raise ServiceError("LiveKit does not speak in protobuf")
            try:
                self._take(Message(frame.data))
            except ProtobufError as error:
                raise ServiceError(f"LiveKit is not understood: {error}") from None

    def _take(self, response: Message) -> None:
        if Response.LEAVE in response:
            reason = response.message(Response.LEAVE).number(2)
            raise ServiceError(f"LiveKit ends the session, for reason {reason} (DisconnectReason)")
        if Response.TRICKLE in response:
            self._take_candidate(response.message(Response.TRICKLE))
        for kind in (Response.JOIN, Response.ANSWER, Response.OFFER, Response.TRACK_PUBLISHED):
            if kind in response:
                self._responses[kind].put_nowait(response.message(kind))

    def _take_candidate(self, trickle: Message) -> None:
        candidate = str(json.loads(trickle.text(1) or "{}").get("candidate", ""))
        fields = candidate.split(" ")
        known = self._candidates[trickle.number(2)]
        # Ours is a socket for UDP over IPv4.
        if len(fields) > 5 and fields[2].lower() == "udp" and ":" not in fields[4] and not known.done():
            known.set_result(candidate)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(_PING_S)
            await self._socket.send_bytes(encode([(Request.PING, int(time.time() * 1000))]))


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")

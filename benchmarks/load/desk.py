"""Our own server, through its public API: rooms and tokens with an API key, then one POST of an offer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from time import time_ns

import aiohttp
import msgspec

from benchmarks.load.connection import Connection, Crowd, Seat, Sending, sendings, sent_lines
from benchmarks.load.sdp import Line, read_description, write_description
from benchmarks.load.service import Participant, ServiceError
from benchmarks.load.streams import Stream, tracks_of
from signalling.protocol.http import CreateRoom, IssueToken, RoomCreated, TokenIssued

_OTHERS = 3
_TOKEN_LIFETIME_S = 3600
_FIRST_PACKET_TIMEOUT_S = 10.0


class Desk:
    """A Sportello server."""

    def __init__(self, http: aiohttp.ClientSession, url: str, api_key: str, crowd: Crowd) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._key = api_key
        self._crowd = crowd

    async def open_room(self) -> str:
        """See `Service`."""
        body = await self._call("POST", "/api/v1/rooms", self._key, CreateRoom(name="load"))
        return msgspec.json.decode(body, type=RoomCreated).room_id

    async def close_room(self, room: str) -> None:
        """See `Service`."""
        await self._call("DELETE", f"/api/v1/rooms/{room}", self._key)

    async def join(self, room: str, seat: Seat, streams: Sequence[Stream]) -> Participant:
        """See `Service`. The last of four is the room's one visitor."""
        issued = await self._issue_token(room, seat)
        connection = Connection(self._crowd, seat)
        try:
            return await self._enter(issued, connection, streams)
        except BaseException:
            connection.close()
            raise

    async def _issue_token(self, room: str, seat: Seat) -> TokenIssued:
        wanted = IssueToken(
            identity=f"load-{seat.member}",
            name=f"Load {seat.member}",
            role="visitor" if seat.member == _OTHERS else "operator",
            ttl_s=_TOKEN_LIFETIME_S,
        )
        body = await self._call("POST", f"/api/v1/rooms/{room}/tokens", self._key, wanted)
        return msgspec.json.decode(body, type=TokenIssued)

    async def _enter(
        self, issued: TokenIssued, connection: Connection, streams: Sequence[Stream]
    ) -> Participant:
        sending = sendings(streams)
        offer = write_description(_lines(sending), connection.local, setup="actpass")
        started_ns = time_ns()
        answer, session = await self._post_offer(issued, offer, streams)
        await connection.establish(read_description(answer), sending)
        return _Guest(self, session, issued.token, connection, started_ns)

    async def _post_offer(
        self, issued: TokenIssued, offer: str, streams: Sequence[Stream]
    ) -> tuple[str, str]:
        """Return the answer and the session's address."""
        cameras = sum(track[0].is_video for track in tracks_of(streams))
        switches = {"microphone": "1", "camera": str(min(cameras, 1)), "screen": str(max(cameras - 1, 0))}
        headers = {"Authorization": f"Bearer {issued.token}", "Content-Type": "application/sdp"}
        request = self._http.post(self._url + issued.url, params=switches, headers=headers, data=offer)
        async with request as response:
            text = await response.text()
            if response.status != 201:
                raise ServiceError(f"joining was refused: {response.status} {text}")
            return text, response.headers["Location"]

    async def leave(self, session: str, token: str) -> None:
        """End a participant's session."""
        await self._call("DELETE", session, token)

    async def _call(self, method: str, path: str, token: str, body: msgspec.Struct | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        data = msgspec.json.encode(body) if body is not None else None
        async with self._http.request(method, self._url + path, data=data, headers=headers) as response:
            answer = await response.read()
            if response.status >= 300:
                raise ServiceError(f"{method} {path}: {response.status} {answer.decode(errors='replace')}")
            return answer


class _Guest:
    """A participant inside."""

    def __init__(self, desk: Desk, session: str, token: str, connection: Connection, started_ns: int) -> None:
        self._desk = desk
        self._session = session
        self._token = token
        self._connection = connection
        self._started_ns = started_ns

    async def first_packet_ms(self) -> float:
        async with asyncio.timeout(_FIRST_PACKET_TIMEOUT_S):
            return (await self._connection.first_packet - self._started_ns) / 1e6

    async def leave(self) -> None:
        self._connection.close()
        await self._desk.leave(self._session, self._token)


def _lines(sending: Sequence[Sending]) -> list[Line]:
    """What is sent comes first, then a place for each of three others, and one for a screen."""
    lines = sent_lines(sending)
    lines += [Line.offered("audio", "")] * _OTHERS + [Line.offered("video", "")] * (_OTHERS + 1)
    return [replace(line, mid=str(mid)) for mid, line in enumerate(lines)]

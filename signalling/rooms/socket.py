"""The room socket: who is inside, in which slot, who speaks; and the participant's own switches."""

from collections.abc import Callable
from time import monotonic
from typing import Any

import msgspec
from aiohttp import web

from media.sfu.messages import Line, MediaState
from media.sfu.room import Room
from media.sfu.sfu import Sfu
from media.sfu.watch import RoomWatch
from signalling.edge.errors import REFUSALS, RefusedError, as_refused
from signalling.edge.frame_socket import FrameSocket, SocketRegistry
from signalling.edge.limits import Rate, RateLimiter
from signalling.edge.tasks import first_ends_all
from signalling.protocol.chat import Refused
from signalling.protocol.room import (
    Enter,
    RoomCommand,
    RoomDone,
    RoomHello,
    SetHeights,
    SetLine,
    SetMedia,
    SetMirror,
)
from signalling.rooms.join_tokens import JoinTokens
from signalling.rooms.sessions import RoomSession, RoomSessions

_HELLO = msgspec.json.Decoder(RoomHello)
_COMMAND = msgspec.json.Decoder(RoomCommand)
_COMMAND_RATE = Rate(per_second=10, burst=50)


class RoomSocket:
    """`GET /api/v1/rooms/{room_id}/sessions/{session_id}/socket`."""

    def __init__(self, sfu: Sfu, sessions: RoomSessions, tokens: JoinTokens, sockets: SocketRegistry) -> None:
        self._sfu = sfu
        self._sessions = sessions
        self._tokens = tokens
        self._sockets = sockets

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [web.get("/api/v1/rooms/{room_id}/sessions/{session_id}/socket", self.serve)]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve the bearer of the token in the first frame."""

        async def session(socket: FrameSocket) -> None:
            hello = await socket.receive_first()
            if hello is not None:
                own = self._session(request, hello)
                await _Participation(socket, self._sfu.room(own.room_id), own.session_id).run()

        return await self._sockets.serve(request, "room", session)

    def _session(self, request: web.Request, hello: str) -> RoomSession:
        """The session that the socket is for. No page can guess its token, so no origin is asked for."""
        try:
            claims = self._tokens.verify(_HELLO.decode(hello).token)
        except msgspec.DecodeError as error:
            raise RefusedError("bad_request", f"The first frame must be hello: {error}") from None
        if claims is None or claims.room_id != request.match_info["room_id"]:
            raise RefusedError("unauthorized", "This is no join token for this room.")
        return self._sessions.require(request.match_info["session_id"], claims)


class _Participation:
    """One room socket at work."""

    def __init__(self, socket: FrameSocket, room: Room, session_id: str) -> None:
        self._socket = socket
        self._room = room
        self._session_id = session_id
        self._rate = RateLimiter(_COMMAND_RATE, max_keys=1)

    async def run(self) -> None:
        """Serve until the client goes or the session is over. Raises RefusedError for unreadable frames."""
        watch = self._room.watch(self._session_id)
        try:
            await first_ends_all(self._send(watch), self._read())
        finally:
            self._room.unwatch(self._session_id, watch)

    async def _send(self, watch: RoomWatch) -> None:
        async for message in watch:
            await self._socket.send(message)

    async def _read(self) -> None:
        while (text := await self._socket.receive()) is not None:
            try:
                command = _COMMAND.decode(text)
            except msgspec.DecodeError as error:
                raise RefusedError("bad_request", f"The frame is no command: {error}") from None
            await self._socket.send(self._execute(command))

    def _execute(self, command: RoomCommand) -> RoomDone | Refused:
        try:
            self._rate.require("", monotonic())
            _HANDLERS[type(command)](self._room, self._session_id, command)
        except REFUSALS as error:
            refused = as_refused(error)
            return Refused(rid=command.rid, code=refused.code, message=refused.message)
        return RoomDone(rid=command.rid)


def _set_media(room: Room, session_id: str, command: SetMedia) -> None:
    media = MediaState(microphone=command.microphone, camera=command.camera, screen=command.screen)
    room.set_media(session_id, media, command.lifted)


def _enter(room: Room, session_id: str, _command: Enter) -> None:
    room.enter(session_id)


def _set_mirror(room: Room, session_id: str, command: SetMirror) -> None:
    room.set_mirror(session_id, on=command.on)


def _set_line(room: Room, session_id: str, command: SetLine) -> None:
    room.set_line(session_id, Line(command.path, command.audio_only))


def _set_heights(room: Room, session_id: str, command: SetHeights) -> None:
    room.set_heights(session_id, command.heights)


_HANDLERS: dict[type, Callable[[Room, str, Any], None]] = {
    SetMedia: _set_media,
    Enter: _enter,
    SetMirror: _set_mirror,
    SetLine: _set_line,
    SetHeights: _set_heights,
}

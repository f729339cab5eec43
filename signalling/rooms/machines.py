"""Rooms for machines: with an account's API key, rooms without conversations, and tokens to join them."""

import asyncio
import secrets
from dataclasses import dataclass
from time import monotonic, time, time_ns

import structlog
from aiohttp import web

from chatcore.directory import Directory
from chatcore.people import Account
from media.sfu.messages import CloseReason, Identity, Role
from media.sfu.sfu import Sfu
from signalling.edge.errors import RefusedError
from signalling.edge.requests import bearer_token, json_response, read_json
from signalling.protocol.http import CreateRoom, IssueToken, RoomCreated, RoomDetails, RoomList, TokenIssued
from signalling.rooms.calls import sessions_url
from signalling.rooms.join_tokens import JoinClaims, JoinTokens
from signalling.rooms.operations import Operation
from signalling.rooms.sessions import RoomSessions
from signalling.rooms.turn import Turn

EMPTY_LIFETIME_S = 600.0

_SWEEP_S = 10.0
_ROOM = "/api/v1/rooms/{room_id}"

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _MachineRoom:
    """A room that an account made. `occupied_at_s` is when somebody was last inside."""

    account_id: str
    name: str
    audio_only: bool
    created_at_ms: int
    occupied_at_s: float


class MachineRooms:
    """The accounts' own rooms."""

    def __init__(
        self, directory: Directory, sfu: Sfu, sessions: RoomSessions, tokens: JoinTokens, turn: Turn
    ) -> None:
        self._directory = directory
        self._sfu = sfu
        self._sessions = sessions
        self._tokens = tokens
        self._turn = turn
        self._rooms: dict[str, _MachineRoom] = {}

    def operations(self) -> list[Operation]:
        """What this module serves."""
        return [
            Operation(
                "POST", "/api/v1/rooms", self.create, "Create a room", "api_key", 201, CreateRoom, RoomCreated
            ),
            Operation(
                "GET", "/api/v1/rooms", self.list, "List the account's rooms", "api_key", 200, None, RoomList
            ),
            Operation(
                "GET", _ROOM, self.show, "Show a room and its traffic", "api_key", 200, None, RoomDetails
            ),
            Operation("DELETE", _ROOM, self.close, "End a room for all inside", "api_key", 204),
            Operation(
                "POST",
                f"{_ROOM}/tokens",
                self.issue,
                "Issue a join token for one person",
                "api_key",
                201,
                IssueToken,
                TokenIssued,
            ),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Open a room of the key's account."""
        account = await self._account(request)
        body = await read_json(request, CreateRoom)
        room_id = secrets.token_urlsafe(16)
        self._sfu.create_room(room_id, audio_only=body.audio_only)
        self._rooms[room_id] = _MachineRoom(
            account.account_id, body.name, body.audio_only, time_ns() // 1_000_000, monotonic()
        )
        created = RoomCreated(room_id=room_id, name=body.name, audio_only=body.audio_only)
        return json_response(created, status=201)

    async def list(self, request: web.Request) -> web.Response:
        """All rooms of the key's account."""
        account = await self._account(request)
        own = [item for item in self._rooms.items() if item[1].account_id == account.account_id]
        return json_response(RoomList(rooms=[self._details(room_id, room) for room_id, room in own]))

    async def show(self, request: web.Request) -> web.Response:
        """One room."""
        return json_response(self._details(*await self._own_room(request)))

    async def close(self, request: web.Request) -> web.Response:
        """End a room."""
        room_id, _ = await self._own_room(request)
        await self._close(room_id)
        return web.Response(status=204)

    async def issue(self, request: web.Request) -> web.Response:
        """Sign a join token."""
        room_id, _ = await self._own_room(request)
        body = await read_json(request, IssueToken)
        expires_at_ms = time_ns() // 1_000_000 + body.ttl_s * 1_000
        identity = Identity(id=body.identity, name=body.name, role=Role(body.role))
        token = self._tokens.issue(JoinClaims(room_id, identity, expires_at_ms))
        issued = TokenIssued(
            url=sessions_url(room_id),
            token=token,
            expires_at_ms=expires_at_ms,
            ice_servers=self._turn.servers_for(body.identity, time()),
        )
        return json_response(issued, status=201)

    async def run(self) -> None:
        """Close rooms that nobody uses, until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP_S)
            await self.sweep(monotonic())

    async def sweep(self, now_s: float) -> None:
        """Close the rooms in which nobody was for `EMPTY_LIFETIME_S`."""
        for room_id, room in list(self._rooms.items()):
            if self._sessions.any_in(room_id):
                room.occupied_at_s = now_s
            elif now_s - room.occupied_at_s > EMPTY_LIFETIME_S:
                _log.info("empty_room_closed", room_id=room_id)
                await self._close(room_id)

    async def _account(self, request: web.Request) -> Account:
        account = await self._directory.api_key_account(bearer_token(request))
        if account is None:
            raise RefusedError("unauthorized", "This is no valid API key.")
        return account

    async def _own_room(self, request: web.Request) -> tuple[str, _MachineRoom]:
        """The room of the address; one of another account is as good as none."""
        account = await self._account(request)
        room_id = request.match_info["room_id"]
        room = self._rooms.get(room_id)
        if room is None or room.account_id != account.account_id:
            raise RefusedError("not_found", "There is no such room.")
        return room_id, room

    async def _close(self, room_id: str) -> None:
        if self._rooms.pop(room_id, None) is not None:
            await self._sfu.close_room(room_id, CloseReason.ENDED)

    def _details(self, room_id: str, room: _MachineRoom) -> RoomDetails:
        return RoomDetails(
            room_id=room_id,
            name=room.name,
            audio_only=room.audio_only,
            created_at_ms=room.created_at_ms,
            participants=self._sfu.room(room_id).statistics().participants,
        )

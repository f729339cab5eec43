"""Joining a room in the manner of WHIP (RFC 9725): one POST of an SDP offer, answered by the answer.

`PATCH` of the session restarts ICE, `DELETE` leaves. Who has a join token needs nothing else.
"""

from time import time_ns

from aiohttp import hdrs, web

from media.sfu.messages import CloseReason, MediaState
from media.sfu.sfu import Sfu
from signalling.edge.errors import RefusedError
from signalling.edge.requests import bearer_token, read_text
from signalling.rooms.calls import sessions_url
from signalling.rooms.join_tokens import JoinClaims, JoinTokens
from signalling.rooms.operations import Operation
from signalling.rooms.sessions import RoomSession, RoomSessions

SDP_TYPE = "application/sdp"
FRAGMENT_TYPE = "application/trickle-ice-sdpfrag"

_SESSION_PATH = "/api/v1/rooms/{room_id}/sessions/{session_id}"
_ANSWER_HEADERS = {
    hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: "Location",
    "Accept-Patch": FRAGMENT_TYPE,
    hdrs.CACHE_CONTROL: "no-store",
}


class RoomJoin:
    """The exchange by which a client's media come into a room, and leave it."""

    def __init__(self, sfu: Sfu, sessions: RoomSessions, tokens: JoinTokens) -> None:
        self._sfu = sfu
        self._sessions = sessions
        self._tokens = tokens

    def operations(self) -> list[Operation]:
        """What this module serves."""
        return [
            Operation(
                "POST",
                "/api/v1/rooms/{room_id}/sessions",
                self.join,
                "Join the room: an SDP offer is answered; the session's address is the Location",
                "join_token",
                201,
                SDP_TYPE,
                SDP_TYPE,
                switches=("microphone", "camera", "screen", "lobby"),
                refusals=("bad_sdp", "token_expired", "room_full", "visitor_present", "screen_taken"),
            ),
            Operation(
                "PATCH",
                _SESSION_PATH,
                self.restart_ice,
                "Restart ICE: exchange credentials",
                "join_token",
                200,
                FRAGMENT_TYPE,
                FRAGMENT_TYPE,
                refusals=("bad_sdp",),
            ),
            Operation(
                "DELETE",
                _SESSION_PATH,
                self.leave,
                "Leave the room",
                "join_token",
                204,
                switches=("unreachable",),
            ),
        ]

    async def join(self, request: web.Request) -> web.Response:
        """Take the bearer in; `201` with the answer, and the session's address as `Location`."""
        claims = self._claims(request)
        if claims.expires_at_ms <= time_ns() // 1_000_000:
            raise RefusedError("token_expired", "The join token has expired; ask for a new one.")
        media = MediaState(
            microphone=_flag(request, "microphone"),
            camera=_flag(request, "camera"),
            screen=_flag(request, "screen"),
        )
        offer = await read_text(request, SDP_TYPE)
        room = self._sfu.room(claims.room_id)
        joined = await room.join(claims.identity, offer, media, lobby=_flag(request, "lobby"))
        self._sessions.add(RoomSession(joined.session_id, claims.room_id, claims.identity))
        location = f"{sessions_url(claims.room_id)}/{joined.session_id}"
        return web.Response(
            status=201,
            text=joined.answer,
            content_type=SDP_TYPE,
            headers={**_ANSWER_HEADERS, hdrs.LOCATION: location},
        )

    async def restart_ice(self, request: web.Request) -> web.Response:
        """Exchange ICE credentials (RFC 8840 fragments)."""
        session = self._session(request)
        fragment = await read_text(request, FRAGMENT_TYPE)
        answer = self._sfu.room(session.room_id).restart_ice(session.session_id, fragment)
        return web.Response(text=answer, content_type=FRAGMENT_TYPE)

    async def leave(self, request: web.Request) -> web.Response:
        """End the session; `unreachable` says that its media found no way."""
        session = self._session(request)
        reason = CloseReason.UNREACHABLE if _flag(request, "unreachable") else CloseReason.LEFT
        await self._sfu.room(session.room_id).leave(session.session_id, reason)
        return web.Response(status=204)

    def _claims(self, request: web.Request) -> JoinClaims:
        claims = self._tokens.verify(bearer_token(request))
        if claims is None:
            raise RefusedError("unauthorized", "This is no join token of this server.")
        if claims.room_id != request.match_info["room_id"]:
            raise RefusedError("forbidden", "The join token is for another room.")
        return claims

    def _session(self, request: web.Request) -> RoomSession:
        return self._sessions.require(request.match_info["session_id"], self._claims(request))


def _flag(request: web.Request, name: str) -> bool:
    """A switch of the query; one that is missing is off."""
    value = request.query.get(name, "0")
    if value not in {"0", "1"}:
        raise RefusedError("bad_request", f"`{name}` is 0 or 1.")
    return value == "1"

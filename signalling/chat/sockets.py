"""The addresses of the chat sockets: who connects, and the session that he gets."""

from dataclasses import dataclass

import msgspec
from aiohttp import hdrs, web

from chatcore.model import ColleagueChanged, ColleagueView, DeskChanged
from chatcore.stream import Snapshot
from signalling.chat.commands import OPERATOR_HANDLERS, VISITOR_HANDLERS, Caller, Operator, Services, Visitor
from signalling.chat.cursors import CursorCodec
from signalling.chat.session import ChatSession, Side
from signalling.edge.errors import RefusedError
from signalling.edge.frame_socket import FrameSocket, SocketRegistry
from signalling.edge.limits import Rates
from signalling.edge.metrics import Metrics
from signalling.edge.requests import Front
from signalling.people.operator_sessions import OperatorSessions
from signalling.protocol import chat

_MAX_USER_AGENT = 500


@dataclass(frozen=True, slots=True)
class ChatSockets:
    """`GET /api/v1/visitor/socket` and `GET /api/v1/operator/socket`."""

    services: Services
    sessions: OperatorSessions
    sockets: SocketRegistry
    cursors: CursorCodec
    rates: Rates
    front: Front
    metrics: Metrics

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [
            web.get("/api/v1/visitor/socket", self.visitor),
            web.get("/api/v1/operator/socket", self.operator),
        ]

    async def visitor(self, request: web.Request) -> web.WebSocketResponse:
        """Serve a visitor, known by the token in his first frame."""
        self.front.require_own_origin(request)

        async def session(socket: FrameSocket) -> None:
            if (hello := await _hello(socket)) is not None:
                await self._serve_visitor(request, socket, hello)

        return await self.sockets.serve(request, "visitor", session)

    async def operator(self, request: web.Request) -> web.WebSocketResponse:
        """Serve an operator, known by his session cookie. Browsers always send an origin; it must be ours."""
        if hdrs.ORIGIN not in request.headers:
            raise RefusedError("bad_origin", "The operator's socket needs an Origin.")
        self.front.require_own_origin(request)

        async def session(socket: FrameSocket) -> None:
            if (hello := await _hello(socket)) is not None:
                await self._serve_operator(request, socket, hello)

        return await self.sockets.serve(request, "operator", session)

    async def _serve_visitor(self, request: web.Request, socket: FrameSocket, hello: chat.Hello) -> None:
        known = await self.services.desk.directory.visitor_by_token(hello.token or "")
        if known is None:
            raise RefusedError("unauthorized", "Nobody is known by this token.")
        caller = Visitor(known.actor, self.front.peer(request).limit_key, self.services)
        presence = self.services.desk.presence
        user_agent = request.headers.get(hdrs.USER_AGENT, "")[:_MAX_USER_AGENT]
        await presence.visitor_came(caller.actor, user_agent or None)
        try:
            await self._session(socket, caller, _VISITORS).run(hello.cursor)
        finally:
            await presence.visitor_went(caller.actor)

    async def _serve_operator(self, request: web.Request, socket: FrameSocket, hello: chat.Hello) -> None:
        login = await self.sessions.require(request)
        socket.label = login.label
        caller = Operator(login.operator.actor, self.front.peer(request).limit_key, self.services)
        presence = self.services.desk.presence
        await presence.operator_came(caller.actor)
        try:
            await self._session(socket, caller, _OPERATORS).run(hello.cursor)
        finally:
            await presence.operator_went(caller.actor)

    def _session(self, socket: FrameSocket, caller: Caller, side: Side) -> ChatSession:
        return ChatSession(socket, caller, side, self.cursors, self.rates.commands_per_socket, self.metrics)


_HELLO = msgspec.json.Decoder(chat.Hello)


async def _hello(socket: FrameSocket) -> chat.Hello | None:
    """The first frame, or None when there was none in time."""
    text = await socket.receive_first()
    if text is None:
        return None
    try:
        hello = _HELLO.decode(text)
    except msgspec.DecodeError as error:
        raise RefusedError("bad_request", f"The first frame must be hello: {error}") from None
    if hello.version != chat.PROTOCOL_VERSION:
        raise RefusedError("version", f"This server speaks version {chat.PROTOCOL_VERSION}.")
    return hello


def _visitor_snapshot(caller: Visitor, seen: Snapshot) -> chat.VisitorSnapshot:
    return chat.VisitorSnapshot(me=caller.actor.person, conversations=seen.conversations)


def _operator_snapshot(caller: Operator, seen: Snapshot) -> chat.OperatorSnapshot:
    return chat.OperatorSnapshot(
        me=caller.actor.person,
        role=caller.actor.role,
        groups=seen.groups,
        colleagues=seen.colleagues,
        conversations=seen.conversations,
    )


async def _desk_state(caller: Visitor) -> list[msgspec.Struct]:
    return [DeskChanged(online=caller.services.desk.presence.online(caller.actor.group_id))]


async def _colleague_states(caller: Operator) -> list[msgspec.Struct]:
    """Who is online: an operator who resumes may have missed it."""
    desk = caller.services.desk
    return [
        ColleagueChanged(
            colleague=ColleagueView(
                person=colleague.person,
                group_ids=colleague.group_ids,
                online=desk.presence.operator_online(colleague.operator_id),
            )
        )
        for colleague in await desk.directory.operators_of(caller.actor.account_id)
        if colleague.operator_id != caller.actor.person.id
    ]


_VISITORS = Side(msgspec.json.Decoder(chat.VisitorCommand), VISITOR_HANDLERS, _visitor_snapshot, _desk_state)
_OPERATORS = Side(
    msgspec.json.Decoder(chat.OperatorCommand), OPERATOR_HANDLERS, _operator_snapshot, _colleague_states
)

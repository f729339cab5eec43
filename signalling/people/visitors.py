"""`POST /api/v1/visitor`: a visitor comes, or comes back."""

from time import monotonic

from aiohttp import web

from chatcore.directory import Directory
from signalling.edge.limits import RateLimiter, Rates
from signalling.edge.requests import Front, json_response, read_json
from signalling.protocol.http import CreateVisitor, VisitorSession


class Visitors:
    """Makes visitors known."""

    def __init__(self, directory: Directory, front: Front, rates: Rates) -> None:
        self._directory = directory
        self._front = front
        self._per_address = RateLimiter(rates.visitors_per_address)

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [web.post("/api/v1/visitor", self.create)]

    async def create(self, request: web.Request) -> web.Response:
        """Recognise the visitor by his token, or make a new one."""
        self._front.require_own_origin(request)
        self._per_address.require(self._front.peer(request).limit_key, monotonic())
        body = await read_json(request, CreateVisitor)
        token, visitor = await self._directory.welcome_visitor(
            body.account, body.group, body.token, body.language
        )
        return json_response(VisitorSession(token=token, visitor=visitor.person))

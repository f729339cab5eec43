"""Logins of operators: a cookie that scripts cannot read, and a CSRF token with every change."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from aiohttp import hdrs, web

from chatcore.directory import Directory
from chatcore.people import Operator
from signalling.edge.errors import RefusedError
from signalling.edge.frame_socket import SocketRegistry
from signalling.edge.limits import RateLimiter, Rates
from signalling.edge.requests import CSRF_HEADER, Front, json_response, read_json
from signalling.protocol.http import Login, OperatorSession

SESSION_LIFETIME_S = 14 * 24 * 3600

_SAFE_METHODS = {hdrs.METH_GET, hdrs.METH_HEAD}


@dataclass(frozen=True, slots=True)
class OperatorLogin:
    """A running login. `label` names its sockets."""

    operator: Operator
    csrf_token: str
    label: str


class OperatorSessions:
    """Opens, finds and closes logins."""

    def __init__(self, directory: Directory, front: Front, sockets: SocketRegistry, rates: Rates) -> None:
        self._directory = directory
        self._front = front
        self._sockets = sockets
        self._per_address = RateLimiter(rates.logins_per_address)
        self._per_email = RateLimiter(rates.logins_per_email)

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [
            web.get("/api/v1/session", self.show),
            web.post("/api/v1/session", self.open),
            web.delete("/api/v1/session", self.close),
        ]

    async def require(self, request: web.Request) -> OperatorLogin:
        """The login of the request's cookie; refused with `unauthorized`, a change also with `csrf`."""
        token = request.cookies.get(self._cookie_name(request), "")
        found = await self._directory.session(token) if token else None
        if found is None:
            raise RefusedError("unauthorized", "Please log in.")
        operator, csrf_token = found
        if request.method not in _SAFE_METHODS:
            self._front.require_own_origin(request)
            if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), csrf_token.encode()):
                raise RefusedError("csrf", f"Changes need the header {CSRF_HEADER}.")
        return OperatorLogin(operator, csrf_token, _label(token))

    async def show(self, request: web.Request) -> web.Response:
        """`GET /api/v1/session`: who is logged in."""
        login = await self.require(request)
        return json_response(await self._describe(login.operator, login.csrf_token))

    async def open(self, request: web.Request) -> web.Response:
        """`POST /api/v1/session`: log in with mail and password."""
        self._front.require_own_origin(request)
        self._per_address.require(self._front.peer(request).limit_key, monotonic())
        login = await read_json(request, Login)
        self._per_email.require(login.email.strip().lower(), monotonic())
        operator = await self._directory.check_password(login.email, login.password)
        secret = await self._directory.open_session(operator, SESSION_LIFETIME_S)
        response = json_response(await self._describe(operator, secret.csrf_token))
        response.set_cookie(
            self._cookie_name(request),
            secret.token,
            max_age=SESSION_LIFETIME_S,
            path="/",
            secure=self._front.peer(request).secure,
            httponly=True,
            samesite="Strict",
        )
        return response

    async def close(self, request: web.Request) -> web.Response:
        """`DELETE /api/v1/session`: log out, which closes the login's sockets too."""
        login = await self.require(request)
        name = self._cookie_name(request)
        await self._directory.close_session(request.cookies[name])
        await self._sockets.close_labelled(login.label)
        response = web.Response(status=204)
        secure = self._front.peer(request).secure
        response.del_cookie(name, path="/", secure=secure, httponly=True, samesite="Strict")
        return response

    async def _describe(self, operator: Operator, csrf_token: str) -> OperatorSession:
        account = await self._directory.account_by_id(operator.account_id)
        return OperatorSession(
            operator=operator.person,
            email=operator.email,
            role=operator.role,
            account=account.code,
            company=account.company,
            csrf_token=csrf_token,
        )

    def _cookie_name(self, request: web.Request) -> str:
        """With the prefix, browsers refuse the cookie from anywhere but this host over HTTPS."""
        return "__Host-sportello" if self._front.peer(request).secure else "sportello"


def _label(token: str) -> str:
    """Names the login without keeping its secret."""
    return sha256(token.encode()).hexdigest()

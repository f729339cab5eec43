"""Reading requests and writing answers: JSON bodies, bearer tokens, and who is asking from where."""

from typing import Any, TypeVar

import msgspec
from aiohttp import hdrs, web

from signalling.edge.client_address import Network, Peer, find_peer
from signalling.edge.errors import RefusedError

Body = TypeVar("Body")

CSRF_HEADER = "X-CSRF-Token"


class Front:
    """Sees requests as the client made them, through the proxies that we trust."""

    def __init__(self, trusted_proxies: tuple[Network, ...] = ()) -> None:
        self._trusted = trusted_proxies

    def peer(self, request: web.BaseRequest) -> Peer:
        """The client: his address, and whether his connection is encrypted."""
        headers = request.headers
        direct = Peer(request.remote or "", request.scheme in {"https", "wss"})
        return find_peer(
            direct, headers.get("X-Forwarded-For"), headers.get("X-Forwarded-Proto"), self._trusted
        )

    def origin(self, request: web.BaseRequest) -> str:
        """Our own origin as the client's browser sees it (`https://desk.example`)."""
        scheme = "https" if self.peer(request).secure else "http"
        return f"{scheme}://{request.host}".lower()

    def require_own_origin(self, request: web.BaseRequest) -> None:
        """Refuse (`bad_origin`) what another site's page sends. What is no browser sends no origin."""
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin.lower() != self.origin(request):
            raise RefusedError("bad_origin", "This page may not use the desk's API.")


async def read_json(request: web.Request, body_type: type[Body], max_bytes: int | None = None) -> Body:
    """The request's JSON body; refused with `unsupported_media_type`, `too_large` or `bad_request`.

    `max_bytes` is the application's limit unless another is given.
    """
    if request.content_type != "application/json":
        raise RefusedError("unsupported_media_type", "The body must be application/json.")
    data = await (request.read() if max_bytes is None else read_bytes(request, max_bytes))
    try:
        return msgspec.json.decode(data, type=body_type)
    except msgspec.DecodeError as error:
        raise RefusedError("bad_request", f"The body is not as documented: {error}") from None


async def read_bytes(request: web.Request, max_bytes: int) -> bytes:
    """The request's body, beyond the application's limit too; refused with `too_large` beyond this one."""
    data = bytearray()
    async for part in request.content.iter_any():
        data += part
        if len(data) > max_bytes:
            raise RefusedError("too_large", f"The body has more than {max_bytes} bytes.")
    return bytes(data)


async def read_text(request: web.Request, content_type: str) -> str:
    """The request's body as text; refused when it is of another type or no UTF-8."""
    if request.content_type != content_type:
        raise RefusedError("unsupported_media_type", f"The body must be {content_type}.")
    try:
        return (await request.read()).decode()
    except UnicodeDecodeError:
        raise RefusedError("bad_request", "The body is not UTF-8.") from None


def bearer_token(request: web.BaseRequest) -> str:
    """The token of the `Authorization` header; refused with `unauthorized` when there is none."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RefusedError("unauthorized", "This address needs `Authorization: Bearer`.")
    return token.strip()


def json_response(body: Any, status: int = 200) -> web.Response:
    """A struct, or list of structs, as JSON that nobody keeps."""
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        headers={hdrs.CACHE_CONTROL: "no-store"},
    )

"""Security headers: what a browser may do with what we send."""

from collections.abc import Iterable

from aiohttp import hdrs, web

from signalling.edge.requests import Front

_HSTS = "max-age=31536000"
_NO_DEVICES = "camera=(), microphone=(), display-capture=(), geolocation=()"
CALL_DEVICES = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
"""`Permissions-Policy` of pages that make calls."""

NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
"""`Content-Security-Policy` of what is no page."""


def page_policy(origin: str, frame_ancestors: Iterable[str] = ()) -> str:
    """The `Content-Security-Policy` of a page served from `origin`.

    Scripts and styles come from our files alone. `ws:`/`wss:` is named because older browsers do not count it
    as `'self'`. Only `frame_ancestors` may frame the page; without any, nobody.
    """
    socket = origin.replace("http", "ws", 1)
    directives = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "connect-src": f"'self' {socket}",
        "form-action": "'self'",
        "frame-ancestors": " ".join(frame_ancestors) or "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


class SecurityHeaders:
    """Adds the headers that every response has; what a handler set itself stays."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def add(self, request: web.Request, response: web.StreamResponse) -> None:
        """For aiohttp's `on_response_prepare`."""
        headers = response.headers
        headers.setdefault("Content-Security-Policy", NO_CONTENT_POLICY)
        headers.setdefault("Permissions-Policy", _NO_DEVICES)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        headers.popall(hdrs.SERVER, None)
        if self._front.peer(request).secure:
            headers["Strict-Transport-Security"] = _HSTS

"""What an address of the machines' API does: the routes and the API's description are made from the same."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import msgspec
from aiohttp import web

Body = type[msgspec.Struct] | str
"""A JSON body of a struct, or text of a content type."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address. `refusals` are the `Problem` codes beside the general ones."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    summary: str
    security: Literal["api_key", "join_token"]
    status: int
    request: Body | None = None
    response: Body | None = None
    switches: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    def route(self) -> web.RouteDef:
        """The route of this operation."""
        return web.route(self.method, self.path, self.handler)

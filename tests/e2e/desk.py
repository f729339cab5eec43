"""Who is at the demo's desk: visitors in the shop and operators at the panel, each in an own browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page

from benchmarks.people import Operator, Visitor
from benchmarks.server import Login, Server
from tests.support.media import Person

OpenPage = Callable[..., Awaitable[Page]]
"""Opens a page in a person's browser; see the fixture `open_page`."""


class Desk:
    """Opens pages of the running server; every page is a fresh profile."""

    def __init__(self, server: Server, open_page: OpenPage) -> None:
        self._addresses = server.addresses
        self._open_page = open_page

    def login_of(self, name: str) -> Login:
        """Return the login of the operator whose name begins so."""
        return next(login for login in self._addresses.logins if login.name.startswith(name))

    async def visitor(self, person: Person | None, *, shop: str = "", **options: Any) -> Visitor:
        """Let a visitor open the widget on a page of the shop."""
        page = await self._open_page(person, self._addresses.shop + shop, **options)
        return await Visitor.arrive(page)

    async def operator(self, person: Person | None, name: str, **options: Any) -> Operator:
        """Let an operator log in."""
        page = await self._open_page(person, self._addresses.operator, **options)
        login = self.login_of(name)
        return await Operator.log_in(page, login.email, login.password)

"""The server, the browsers and the pages of the browser tests.

They share one event loop for the whole session, because a browser belongs to the loop that started it.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Error, Page, async_playwright

from benchmarks.server import Server, running_server
from tests.e2e.desk import Desk, OpenPage
from tests.support.browser import Browsers
from tests.support.media import Person


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of this folder in the session's event loop."""
    for item in items:
        if Path(__file__).parent in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """The real server, with the demo's data."""
    async with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    """Chromium, once for each fake camera that a test asks for."""
    async with async_playwright() as playwright:
        browsers = Browsers(playwright, tmp_path_factory.mktemp("devices"))
        yield browsers
        await browsers.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browsers: Browsers) -> AsyncIterator[OpenPage]:
    """Open a page in a fresh profile of a person's browser: `await open_page(RED, url, locale="it")`.

    The options are those of `Browsers.context`. At the test's end no page may have had an uncaught error.
    """
    contexts: list[BrowserContext] = []
    errors: list[Error] = []

    async def open_one(person: Person | None, url: str, **options: Any) -> Page:
        context = await browsers.context(person, **options)
        context.on("weberror", lambda event: errors.append(event.error))
        contexts.append(context)
        page = await context.new_page()
        await page.goto(url)
        return page

    yield open_one
    for context in contexts:
        await context.close()
    assert not errors


@pytest.fixture
def desk(server: Server, open_page: OpenPage) -> Desk:
    """The demo's desk."""
    return Desk(server, open_page)

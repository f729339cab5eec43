"""The real server on loopback ports, with a real database, real media and small web files."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from shutil import copytree
from typing import Protocol

import aiohttp
import pytest

from sportello.config import ServerConfig, read_command_line
from sportello.server import RunningServer, running_server
from tests.signalling.clients import Desk

WEB_FILES = {
    "loader.js": "/* loader */\n" * 50,
    "operator/index.html": "<!doctype html><title>Operator</title>",
    "operator/assets/app-1a2b3c.js": "export const answer = 42;\n" * 50,
    "operator/icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "admin/index.html": "<!doctype html><title>Admin</title>",
    "widget/index.html": "<!doctype html><title>Widget</title>",
    "shop/index.html": "<!doctype html><title>Shop</title>",
}


class Served(Protocol):
    """Something that serves."""

    @property
    def url(self) -> str: ...


StartServer = Callable[..., Awaitable[RunningServer]]
OpenDesk = Callable[..., Awaitable[Desk]]


@pytest.fixture(scope="session")
def web_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Web files as the build lays them out."""
    folder = tmp_path_factory.mktemp("web")
    for name, text in WEB_FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


async def configure(data_dir: Path, web_dir: Path, *arguments: str) -> ServerConfig:
    """A server's configuration, as the command line gives it."""
    line = ["serve", "--demo", "--port", "0", "--media-port", "0", "--rate-limit-factor", "100"]
    folders = ["--data-dir", str(data_dir), "--web-dir", str(web_dir)]
    # argparse looks for translations on the disk, so it must not run on the event loop.
    parsed = await asyncio.to_thread(read_command_line, [*line, *folders, *arguments], {})
    assert isinstance(parsed.command, ServerConfig)
    return parsed.command


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, web_dir: Path) -> Path:
    """The data folder of a server that has shown the demo: copies of it save every test the set-up."""
    folder = tmp_path_factory.mktemp("demo")

    async def start_once() -> None:
        async with running_server(await configure(folder, web_dir)):
            pass

    asyncio.run(start_once())
    return folder


@pytest.fixture
async def start_server(tmp_path: Path, web_dir: Path, demo_data: Path) -> AsyncIterator[StartServer]:
    """Start a server with the demo: `await start_server("--rate-limit-factor", "1")`."""
    async with AsyncExitStack() as stack:

        async def start(*arguments: str) -> RunningServer:
            data_dir = tmp_path / "data"
            await asyncio.to_thread(copytree, demo_data, data_dir, dirs_exist_ok=True)
            config = await configure(data_dir, web_dir, *arguments)
            return await stack.enter_async_context(running_server(config))

        yield start


@pytest.fixture
async def server(start_server: StartServer) -> RunningServer:
    """A server with the demo, and rate limits that are out of the way."""
    return await start_server()


@pytest.fixture
async def open_desk() -> AsyncIterator[OpenDesk]:
    """Open a browser's worth of cookies and connections to a server."""
    async with AsyncExitStack() as stack:

        async def open_one(server: Served) -> Desk:
            jar = aiohttp.CookieJar(unsafe=True)  # Takes cookies of an IP address, as browsers do.
            session = await stack.enter_async_context(aiohttp.ClientSession(server.url, cookie_jar=jar))
            return Desk(server.url, session)

        yield open_one


@pytest.fixture
async def desk(server: RunningServer, open_desk: OpenDesk) -> Desk:
    """One person's browser at the server."""
    return await open_desk(server)

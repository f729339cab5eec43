"""Calls by way of a TURN server alone, over each transport that it offers."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from benchmarks.server import Server, running_server
from tests.e2e.desk import Desk
from tests.e2e.ways import ways_of_a_call
from tests.sportello.test_process import write_certificate
from tests.support.browser import Browsers
from tests.support.turn_server import SECRET, running_turn_server

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("turnserver") is None, reason="needs Debian's package coturn"),
]

RELAY_ONLY = """window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) { super({...configuration, iceTransportPolicy: 'relay'}); }
    setConfiguration(configuration) {
        super.setConfiguration({...configuration, iceTransportPolicy: 'relay'});
    }
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["udp", "tcp", "tls"])
async def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory, transport: str) -> AsyncIterator[Server]:
    folder = tmp_path_factory.mktemp("turn")
    async with running_turn_server(write_certificate(folder)) as turn:
        options = ("--turn-urls", turn.url(transport), "--turn-secret", SECRET)
        async with running_server(folder, *options) as running:
            yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    async with async_playwright() as playwright:
        folder = tmp_path_factory.mktemp("devices")
        browsers = Browsers(playwright, folder, "--ignore-certificate-errors", script=RELAY_ONLY)
        yield browsers
        await browsers.close()


async def test_a_call_goes_by_way_of_the_turn_server(desk: Desk, transport: str) -> None:
    assert await ways_of_a_call(desk) == [[f"relay {transport}"]] * 2

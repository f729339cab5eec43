"""Calls of people whose network, or whose company's policy, lets no UDP through."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from tests.e2e.desk import Desk
from tests.e2e.ways import ways_of_a_call
from tests.support.browser import Browsers

WITHOUT_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
"""What an administrator who allows no UDP tells Chromium."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    async with async_playwright() as playwright:
        browsers = Browsers(playwright, tmp_path_factory.mktemp("devices"), WITHOUT_UDP)
        yield browsers
        await browsers.close()


@pytest.mark.long
async def test_without_udp_a_call_goes_over_tcp(desk: Desk) -> None:
    assert await ways_of_a_call(desk) == [["host tcp"]] * 2

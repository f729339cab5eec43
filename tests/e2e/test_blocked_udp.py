"""Calls of people whose network, or whose company's policy, lets no UDP through."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Frame, Page, async_playwright, expect

from tests.e2e.desk import Desk
from tests.support.browser import Browsers, next_frame, picture_in, ways_of
from tests.support.media import GREEN, RED, sighting

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
    giulia, visitor = await desk.operator(RED, "Giulia"), await desk.visitor(GREEN)
    await visitor.start_chat("Our network is strict.")
    await giulia.take_chat("Our network is strict.")
    await giulia.start_call()
    await visitor.accept()
    for video, person in ((visitor.call.video("Giulia"), RED), (giulia.call.video("Anonimo"), GREEN)):
        await expect(video).to_be_visible()
        await next_frame(video)
        assert sighting(await picture_in(video)).person is person
    sides: tuple[Page | Frame, ...] = (giulia.page, visitor.widget)
    assert [await ways_of(side) for side in sides] == [["host tcp"], ["host tcp"]]

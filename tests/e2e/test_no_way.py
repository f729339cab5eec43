"""Calls of visitors whose network lets only a relay's traffic through, or nothing of a call at all."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Playwright, async_playwright, expect

from benchmarks.people import Operator, Visitor
from benchmarks.server import Server, running_server
from tests.e2e.axe import violations
from tests.e2e.desk import Desk
from tests.support.browser import Browsers, next_frame, picture_in, ways_of
from tests.support.media import GREEN, RED, Person, sighting
from tests.support.turn_server import SECRET, running_turn_server

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("turnserver") is None, reason="needs Debian's package coturn"),
]

# A wall that looks at more than addresses: it lets a relay through only to who uses nothing else.
WALL = """(passes => {
    window.RTCPeerConnection = class extends RTCPeerConnection {
        setRemoteDescription({type, sdp}) {
            if (passes(this.getConfiguration())) return super.setRemoteDescription({type, sdp});
            const nobody = sdp.replace(/^(a=candidate:(\\S+ ){4}\\S+) \\d+/gm, '$1 9');
            return super.setRemoteDescription({type, sdp: nobody});
        }
    };
})"""

ONLY_RELAYS = f"{WALL}(({{iceTransportPolicy}}) => iceTransportPolicy === 'relay')"
NOTHING = f"{WALL}(() => false)"

# Two attempts of ten seconds, on a machine that may be busy.
UNTIL_GIVEN_UP_MS = 40_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with running_turn_server(None) as turn:
        options = ("--turn-urls", turn.url("tcp"), "--turn-secret", SECRET)
        async with running_server(tmp_path_factory.mktemp("server"), *options) as running:
            yield running


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("devices")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    request: pytest.FixtureRequest, server: Server, playwright: Playwright, directory: Path
) -> AsyncIterator[Desk]:
    """A desk whose visitor is behind the wall that the test names; his widget, as the shop, is Italian."""
    browsers = {
        RED: Browsers(playwright, directory),
        GREEN: Browsers(playwright, directory, script=request.param),
    }

    async def open_page(person: Person, url: str, **options: Any) -> Page:
        context = await browsers[person].context(person, locale="en", **options)
        page = await context.new_page()
        await page.goto(url)
        return page

    yield Desk(server, open_page)
    for one in browsers.values():
        await one.close()


async def _invited(desk: Desk, words: str) -> tuple[Operator, Visitor]:
    """An operator inside a call, and a visitor who has just accepted to come."""
    giulia, visitor = await desk.operator(RED, "Giulia"), await desk.visitor(GREEN)
    await visitor.start_chat(words)
    await giulia.take_chat(words)
    await giulia.start_call()
    await visitor.accept()
    return giulia, visitor


@pytest.mark.parametrize("desk", [ONLY_RELAYS], indirect=True)
async def test_where_no_way_is_found_the_relay_alone_is_tried_and_both_read_of_the_detour(desk: Desk) -> None:
    giulia, visitor = await _invited(desk, "I am at the office.")
    await expect(giulia.call.tile("Anonimo")).to_contain_text("Connecting…")
    video = giulia.call.video("Anonimo")
    await expect(video).to_be_visible(timeout=UNTIL_GIVEN_UP_MS)
    await next_frame(video)
    assert sighting(await picture_in(video)).person is GREEN
    assert await ways_of(visitor.widget) == ["relay tcp"]
    await expect(visitor.widget.get_by_test_id("call-status")).to_contain_text("da un server di appoggio")
    await expect(giulia.page.get_by_text("the call goes by way of a relay")).to_be_visible()


@pytest.mark.parametrize("desk", [NOTHING], indirect=True)
async def test_where_nothing_gets_through_both_read_it_and_go_on_in_the_chat(desk: Desk) -> None:
    giulia, visitor = await _invited(desk, "I am in a bank.")
    card = visitor.widget.get_by_test_id("rejoin-card")
    await expect(card).to_contain_text("La rete non lascia passare la chiamata", timeout=UNTIL_GIVEN_UP_MS)
    words = "network does not let the call through"
    await expect(giulia.page.get_by_role("heading", name=words)).to_be_visible()
    assert await violations(visitor.page, visitor.widget) == []
    assert await violations(giulia.page) == []
    await visitor.chat.say("Then we write.")
    await giulia.page.get_by_role("button", name="Write in the chat").click()
    await expect(giulia.chat.message("Then we write.")).to_be_visible()
    await expect(giulia.page.get_by_text(words)).to_have_count(2)  # In the log and in the call's corner.

"""What both sides see of a call in trouble says so in words, and keeps the rules of WCAG 2."""

import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from benchmarks.people import Operator, Visitor
from benchmarks.server import Server, running_server
from tests.e2e.axe import violations
from tests.e2e.desk import Desk
from tests.support.browser import Browsers
from tests.support.media import GREEN, RED

pytestmark = pytest.mark.long

# Round trips of three seconds, as the page is told of them.
WEAK_LINE = """window.RTCPeerConnection = class extends RTCPeerConnection {
    async getStats() {
        const told = new Map(await super.getStats());
        for (const one of window.lineIsWeak ? [...told.values()] : [])
            if (one.type === 'candidate-pair') told.set(one.id, {...one, currentRoundTripTime: 3});
        return told;
    }
}"""

# ICE gives a silent path seven seconds; a line counts as weak after six.
NOTICED_MS = 20_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server of its own, that may be stopped for a while."""
    async with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    async with async_playwright() as playwright:
        browsers = Browsers(playwright, tmp_path_factory.mktemp("devices"), script=WEAK_LINE)
        yield browsers
        await browsers.close()


async def _in_a_call(desk: Desk, words: str) -> tuple[Operator, Visitor]:
    giulia = await desk.operator(RED, "Giulia", locale="it", reduced_motion="reduce")
    visitor = await desk.visitor(GREEN, reduced_motion="reduce")
    await visitor.start_chat(words)
    await giulia.take_chat(words)
    await giulia.start_call()
    await visitor.accept()
    await expect(giulia.call.video("Anonimo")).to_be_visible()
    return giulia, visitor


async def _assert_clean(giulia: Operator, visitor: Visitor) -> None:
    assert await violations(visitor.page, visitor.widget) == []
    assert await violations(giulia.page) == []


async def test_a_weak_line_is_offered_voice_alone_and_the_other_side_reads_why(desk: Desk) -> None:
    giulia, visitor = await _in_a_call(desk, "My line is weak.")
    await visitor.widget.evaluate("() => { window.lineIsWeak = true; }")
    voice_only = visitor.widget.get_by_test_id("voice-only")
    await expect(voice_only).to_be_visible(timeout=NOTICED_MS)
    await _assert_clean(giulia, visitor)
    await voice_only.click()
    await expect(giulia.call.tile("Anonimo")).to_contain_text("Linea debole: solo voce")
    await expect(giulia.call.video("Anonimo")).to_have_count(0)
    await _assert_clean(giulia, visitor)


async def test_an_interrupted_call_says_that_it_is_being_mended(desk: Desk, server: Server) -> None:
    giulia, visitor = await _in_a_call(desk, "Do you still hear me?")
    server.process.send_signal(signal.SIGSTOP)
    try:
        for page in (giulia.page, visitor.widget):
            await expect(page.get_by_test_id("call-status")).to_contain_text(
                "Mi ricollego", timeout=NOTICED_MS
            )
        await _assert_clean(giulia, visitor)
    finally:
        server.process.send_signal(signal.SIGCONT)
    await expect(giulia.page.get_by_test_id("call-status")).to_have_attribute("data-phase", "inside")

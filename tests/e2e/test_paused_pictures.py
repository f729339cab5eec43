"""Whose line becomes too narrow for pictures reads so, hears on, and sees again when it widens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from benchmarks.network.impairment import Impairment, Schedule
from benchmarks.network.profiles import PROFILES, Profile
from benchmarks.network.relay import Flow, Relay, now_us
from benchmarks.people import Operator, Visitor
from benchmarks.server import Server, running_server
from tests.e2e.axe import violations
from tests.e2e.desk import Desk
from tests.support.browser import next_frame, picture_in, sound_of
from tests.support.media import GREEN, RED, Person, sighting, speaker_at

pytestmark = pytest.mark.long

WIDE = PROFILES["control"]
NARROW = Profile(
    "voice alone", Schedule(), Schedule.constant(Impairment(rate_bps=90_000, delay_ms=20, queue_ms=200))
)
PHONE = {"width": 390, "height": 780}
NOTICED_MS = 15_000
BACK_MS = 30_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def relay() -> AsyncIterator[Relay]:
    with closing(Relay(("127.0.0.1", 0), WIDE, seed=1)) as relay:
        yield relay


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(relay: Relay, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server of its own, whose clients send to the relay."""
    host, port = relay.address
    directory = tmp_path_factory.mktemp("server")
    async with running_server(directory, "--announce", f"{host}:{port}") as running:
        relay.serve((host, running.addresses.media_ports[0]))
        yield running


async def in_a_call(desk: Desk, relay: Relay) -> tuple[Operator, Visitor, list[Flow]]:
    """Let an operator and a visitor on a phone see each other; return the flows of the visitor too."""
    giulia = await desk.operator(RED, "Giulia", locale="it", reduced_motion="reduce")
    visitor = await desk.visitor(GREEN, viewport=PHONE, reduced_motion="reduce")
    await visitor.start_chat("My line is narrow.")
    await giulia.take_chat("My line is narrow.")
    await giulia.start_call()
    await expect(giulia.page.get_by_test_id("call-status")).to_have_attribute("data-phase", "inside")
    operators = relay.flows()
    await visitor.accept()
    await sees(giulia.call.video("Anonimo"), GREEN)
    await sees(visitor.call.video("Giulia"), RED)
    return giulia, visitor, [flow for flow in relay.flows() if flow not in operators]


async def sees(video: Locator, person: Person) -> None:
    """Wait for a new picture of a person."""
    await expect(video).to_be_visible(timeout=BACK_MS)
    await next_frame(video)
    assert sighting(await picture_in(video)).person is person


async def test_who_has_no_room_for_a_picture_reads_so_hears_on_and_sees_again(
    desk: Desk, relay: Relay
) -> None:
    giulia, visitor, flows = await in_a_call(desk, relay)
    tile, video = visitor.call.tile("Giulia"), visitor.call.video("Giulia")
    for flow in flows:
        flow.link.change(NARROW, now_us())

    notice = "Video in pausa: qui la linea è troppo lenta"
    paused = tile.get_by_test_id("paused")
    await expect(paused).to_have_text(notice, timeout=NOTICED_MS)
    words = await paused.element_handle()
    await expect(visitor.widget.get_by_role("status").filter(has_text=notice)).to_have_count(1)
    await expect(video).to_be_hidden()
    voice = visitor.call.voice(await visitor.call.identity("Giulia"))
    heard = await sound_of(voice)
    assert heard.rms > 0.01
    assert speaker_at(heard.frequency_hz) is RED
    await sees(giulia.call.video("Anonimo"), GREEN)
    assert await violations(visitor.page, visitor.widget) == []
    assert await words.is_visible(), "it has not come and gone meanwhile"

    for flow in flows:
        flow.link.change(WIDE, now_us())
    await sees(video, RED)
    await expect(paused).to_have_count(0)
    await expect(visitor.widget.get_by_role("status").filter(has_text=notice)).to_have_count(0)

"""How large the pictures are that arrive in real browsers, and whether they ever stand still."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import NamedTuple

from playwright.async_api import Page

from benchmarks.people import Operator
from tests.e2e.desk import Desk
from tests.support.media import GREEN, RED

SMALL, LARGE = 320, 640
ATTEMPTS = 6

FOLLOW = """video => {
    const [track] = video.srcObject.getVideoTracks();
    const receivers = window.peerConnections.flatMap(peer => peer.getReceivers());
    const receiver = receivers.find(one => one.track === track);
    const looks = window.looks = [];
    const look = async () => {
        for (const {type, frameWidth, framesDecoded} of (await receiver.getStats()).values())
            if (type === 'inbound-rtp') looks.push([performance.now(), frameWidth ?? 0, framesDecoded]);
        setTimeout(look, 15);
    };
    void look();
}"""

LOOKS_SINCE = "since => [performance.now(), window.looks.filter(([at]) => at >= since)]"


class Look(NamedTuple):
    """The receiver at a moment: its time (ms), the width of the picture, and how many were decoded."""

    at_ms: float
    width: int
    decoded: int


async def looks_since(page: Page, since_ms: float) -> list[Look]:
    _, looks = await page.evaluate(LOOKS_SINCE, since_ms)
    return [Look(*look) for look in looks]


async def until_width(page: Page, width: int, since_ms: float = 0) -> list[Look]:
    """Return what was seen until the picture had this width."""
    async with asyncio.timeout(30):
        while True:
            looks = await looks_since(page, since_ms)
            if looks and looks[-1].width == width:
                return looks
            await page.wait_for_function("count => window.looks.length > count + 3", arg=len(looks))


def longest_freeze_ms(looks: list[Look]) -> float:
    """Return the longest time without a new picture."""
    new = [after.at_ms for before, after in pairwise(looks) if after.decoded > before.decoded]
    return max(after - before for before, after in pairwise([looks[0].at_ms, *new]))


async def operator_who_sees_a_visitor(desk: Desk) -> Operator:
    """Return an operator in a call, whose picture of the visitor is followed."""
    giulia = await desk.operator(
        RED, "Giulia", viewport={"width": 1000, "height": 700}, reduced_motion="reduce"
    )
    visitor = await desk.visitor(GREEN, viewport={"width": 500, "height": 400}, reduced_motion="reduce")
    await visitor.start_chat("How large am I?")
    await giulia.take_chat("How large am I?")
    await giulia.start_call()
    await visitor.accept()
    await giulia.call.tiles().locator("video").first.evaluate(FOLLOW)
    return giulia


async def test_a_small_tile_gets_a_small_picture_and_an_enlarged_one_a_large_at_once(desk: Desk) -> None:
    page = (await operator_who_sees_a_visitor(desk)).page
    await until_width(page, LARGE)
    times: list[float] = []
    freezes: list[float] = []
    while len(times) < ATTEMPTS and not (min(times, default=9e9) < 1000 and min(freezes, default=9e9) < 300):
        await page.get_by_test_id("view-chat").click()
        await until_width(page, SMALL)
        began, _ = await page.evaluate(LOOKS_SINCE, 0)
        await page.get_by_test_id("view-call").click()
        looks = await until_width(page, LARGE, began)
        times.append(looks[-1].at_ms - began)
        freezes.append(longest_freeze_ms(looks))
    assert min(times) < 1000, "a busy machine takes longer now and then, so the best of a few counts"
    assert min(freezes) < 300

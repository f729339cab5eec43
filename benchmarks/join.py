"""How long a visitor waits for the first picture: `python -m benchmarks.join [--joins 20] [--json]`.

Two browsers, a real server: an operator is inside a call with the camera on; the visitor sees the invitation
with his own camera already on and clicks Accept. Measured in the visitor's page, from that click to the first
decoded frame of the operator. Each join is of a new visitor, and the operator starts a new call for it.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

import msgspec
import numpy as np
from playwright.async_api import Browser, Frame, Page, async_playwright

from benchmarks.people import BROWSER_FLAGS, Operator, Visitor
from benchmarks.server import Addresses, running_server

_FLAGS = [*BROWSER_FLAGS, "--use-fake-device-for-media-stream"]

# Time runs from the click itself, so that nothing of the driver is in it.
_MEASURE = """() => {
    const tile = '[data-testid="tile"][data-kind="camera"] video';
    window.firstFrame = new Promise(resolve => {
        addEventListener('click', event => {
            if (!event.target.closest('[data-testid="accept"]')) return;
            const watched = new Set();
            const look = () => {
                for (const video of document.querySelectorAll(tile)) {
                    if (watched.has(video)) continue;
                    watched.add(video);
                    video.requestVideoFrameCallback(now => resolve(now - event.timeStamp));
                }
            };
            new MutationObserver(look).observe(document, {childList: true, subtree: true, attributes: true});
            look();
        }, {capture: true});
    });
}"""

_FIRST_FRAME = "video => new Promise(resolve => video.requestVideoFrameCallback(resolve))"


class JoinResult(msgspec.Struct, frozen=True):
    """Click to first frame, in ms, over all joins."""

    joins: int
    first_frame_ms_p50: float
    first_frame_ms_p95: float
    first_frame_ms: list[float]


async def measure_joins(addresses: Addresses, joins: int) -> JoinResult:
    """Let an operator call `joins` visitors, one after the other."""
    async with async_playwright() as playwright:
        executable = shutil.which("chromium")
        launch = playwright.chromium.launch
        desk, site = [await launch(executable_path=executable, args=_FLAGS) for _ in range(2)]
        operator = await _operator(desk, addresses)
        times = []
        for number in range(1, joins + 1):
            times.append(await _join(operator, site, addresses.shop, f"Join {number}"))
            print(f"\r{number} of {joins} joins, the last in {times[-1]:.0f} ms ", end="", file=sys.stderr)
        print(file=sys.stderr)
        await desk.close()
        await site.close()
    p50, p95 = np.percentile(times, [50, 95])
    return JoinResult(joins, round(float(p50), 1), round(float(p95), 1), [round(time, 1) for time in times])


async def _operator(browser: Browser, addresses: Addresses) -> Operator:
    login = addresses.logins[0]
    context = await browser.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()
    await page.goto(addresses.operator)
    return await Operator.log_in(page, login.email, login.password)


async def _join(operator: Operator, site: Browser, shop: str, first_message: str) -> float:
    context = await site.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()
    await page.goto(shop)
    visitor = await Visitor.arrive(page)
    await visitor.start_chat(first_message)
    await operator.take_chat(first_message)
    await operator.start_call()
    elapsed_ms = await _accept(page, visitor.widget, visitor)
    await operator.end_call()
    await context.close()
    return elapsed_ms


async def _accept(page: Page, widget: Frame, visitor: Visitor) -> float:
    await widget.get_by_test_id("accept").wait_for()
    await visitor.call.tiles("self").locator("video").evaluate(_FIRST_FRAME)
    await widget.evaluate(_MEASURE)
    await page.bring_to_front()
    await visitor.accept()
    return float(await widget.evaluate("window.firstFrame"))


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.join", description=__doc__)
    parser.add_argument("--joins", type=int, default=20, help="how many visitors join (default 20)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    result = asyncio.run(_serve_and_measure(options.joins))
    if options.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(f"click to first frame over {result.joins} joins:")
        print(f"  p50 {result.first_frame_ms_p50:.0f} ms   p95 {result.first_frame_ms_p95:.0f} ms")


async def _serve_and_measure(joins: int) -> JoinResult:
    with tempfile.TemporaryDirectory() as directory:
        async with running_server(Path(directory)) as server:
            return await measure_joins(server.addresses, joins)


if __name__ == "__main__":
    main()

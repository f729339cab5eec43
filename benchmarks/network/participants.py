"""Four people in a call, in one real Chromium: a visitor and three operators."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from playwright.async_api import Browser, BrowserContext, Frame, Page, Playwright

from benchmarks.people import BROWSER_FLAGS, Operator, Visitor
from benchmarks.server import Addresses

COLLEAGUES = ("Giulia", "Paolo", "Sara")
PEOPLE = 1 + len(COLLEAGUES)

_FLAGS = (*BROWSER_FLAGS, "--use-fake-device-for-media-stream")
_PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
_READY = f"networkProbe.ready({PEOPLE - 1})"

# Small pages in which only the pictures move: four of them paint without a GPU on few cores. The probe's
# worklet comes from no origin that the pages' policy names.
_PAGE: dict[str, Any] = {
    "viewport": {"width": 640, "height": 480},
    "reduced_motion": "reduce",
    "permissions": ["camera", "microphone"],
    "bypass_csp": True,
}


class Seen(msgspec.Struct, frozen=True):
    """What a page noted, as `probe.js` writes it; times in ms since the epoch, by who is seen or heard."""

    pictures: dict[str, list[tuple[float, int, int]]]
    voices: dict[str, list[tuple[float, bool]]]
    concealed: float
    samples: float


@dataclass(frozen=True, slots=True)
class Participant:
    """One of the four; `root` is the document that the call is in."""

    name: str
    root: Page | Frame

    async def ready(self) -> None:
        """Wait until all others are seen and heard."""
        await self.root.wait_for_function(_READY)

    async def seen(self) -> Seen:
        """What was seen and heard since the call began."""
        return msgspec.convert(await self.root.evaluate("networkProbe.read()"), Seen)


async def launch(playwright: Playwright, camera: Path, microphone: Path) -> Browser:
    """Start Chromium with the files as its devices. Raises FileNotFoundError if it is not installed."""
    executable = shutil.which("chromium")
    if executable is None:
        raise FileNotFoundError("chromium is not installed")
    devices = (
        f"--use-file-for-fake-video-capture={camera}",
        f"--use-file-for-fake-audio-capture={microphone}",
    )
    return await playwright.chromium.launch(executable_path=executable, args=[*_FLAGS, *devices])


@asynccontextmanager
async def full_call(browser: Browser, addresses: Addresses, topic: str) -> AsyncIterator[list[Participant]]:
    """A call of all four, each in a fresh profile, until the block ends; `topic` names the conversation."""
    contexts: list[BrowserContext] = []

    async def open_page(url: str) -> Page:
        context = await browser.new_context(**_PAGE)
        contexts.append(context)
        await context.add_init_script(_PROBE)
        page = await context.new_page()
        await page.goto(url)
        return page

    async def operator(name: str) -> Operator:
        login = next(login for login in addresses.logins if login.name.startswith(name))
        return await Operator.log_in(await open_page(addresses.operator), login.email, login.password)

    try:
        first, *colleagues = [await operator(name) for name in COLLEAGUES]
        visitor = await Visitor.arrive(await open_page(addresses.shop))
        await _meet(visitor, first, dict(zip(COLLEAGUES[1:], colleagues, strict=True)), topic)
        pages = [participant.page for participant in (first, *colleagues)]
        people = [Participant(name, page) for name, page in zip(COLLEAGUES, pages, strict=True)]
        people.append(Participant("visitor", visitor.widget))
        await asyncio.gather(*(person.ready() for person in people))
        yield people
        await first.end_call()
    finally:
        for context in contexts:
            await context.close()


async def _meet(visitor: Visitor, first: Operator, colleagues: dict[str, Operator], topic: str) -> None:
    await visitor.start_chat(topic)
    await first.take_chat(topic)
    await first.start_call()
    await visitor.accept()
    for name, colleague in colleagues.items():
        await first.invite(name)
        await colleague.accept()
        await colleague.enter_call()

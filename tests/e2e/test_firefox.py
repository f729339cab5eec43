"""A call between Firefox and Chromium: each sees and hears what the other's camera and microphone sent."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from playwright.async_api import expect

from benchmarks.server import Server
from tests.e2e.desk import Desk
from tests.support.bidi import BidiFrame
from tests.support.browser import TAKE_PICTURE, Sound, next_frame, picture_in, pixels_of, sound_of
from tests.support.firefox import firefox_page, recorded_sound
from tests.support.media import GREEN, RED, Pixels, sighting, speaker_at

VISITOR_NAME = "Anonimo"
PICTURE = '[data-testid="tile"][data-kind="camera"] video'
VOICE = '[data-testid="voice"]'

# Resolves with the middle of an element once it is there and stands still.
_MIDDLE = """selector => new Promise(resolve => {
    let last = '';
    const look = () => {
        const box = document.querySelector(selector)?.getBoundingClientRect();
        const place = box?.width ? JSON.stringify(box) : '';
        if (place && place === last) resolve([box.x + box.width / 2, box.y + box.height / 2]);
        else setTimeout(look, 50);
        last = place;
    };
    look();
})"""

_NEXT_FRAME = """selector => new Promise(resolve => {
    const look = () => {
        const video = document.querySelector(selector);
        if (video) video.requestVideoFrameCallback(() => resolve());
        else setTimeout(look, 50);
    };
    look();
})"""

_TAKE_PICTURE = f"selector => ({TAKE_PICTURE})(document.querySelector(selector))"


class FirefoxVisitor:
    """A visitor on the shop's page, in Firefox, with the widget open."""

    def __init__(self, widget: BidiFrame) -> None:
        self._widget = widget

    @classmethod
    async def arrive(cls, page: BidiFrame, shop: str) -> FirefoxVisitor:
        await page.goto(shop)
        await page.click(*await page.call(_MIDDLE, '[data-testid="launcher"]'))
        while (widget := await page.only_child()) is None:
            pass
        return cls(widget)

    async def click(self, test_id: str) -> None:
        await self._widget.click(*await self._widget.call(_MIDDLE, f'[data-testid="{test_id}"]'))

    async def start_chat(self, text: str) -> None:
        await self.click("start-chat")
        await self.click("composer")
        await self._widget.type(text)
        await self.click("send")

    async def picture(self) -> Pixels:
        """The next frame of the only other camera."""
        await self._widget.call(_NEXT_FRAME, PICTURE)
        return pixels_of(await self._widget.call(_TAKE_PICTURE, PICTURE))

    async def sound(self) -> Sound:
        """What the only other voice sounds like."""
        return await recorded_sound(self._widget, VOICE)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("firefox-esr") is None, reason="needs Debian's package firefox-esr")
async def test_a_visitor_in_firefox_and_an_operator_in_chromium_see_and_hear_each_other(
    desk: Desk, server: Server, tmp_path: Path
) -> None:
    async with firefox_page(GREEN, tmp_path) as page:
        giulia = await desk.operator(RED, "Giulia")
        visitor = await FirefoxVisitor.arrive(page, server.addresses.shop)
        await visitor.start_chat("I use another browser.")
        await giulia.take_chat("I use another browser.")
        await giulia.start_call()
        await visitor.click("accept")

        shown = giulia.call.video(VISITOR_NAME)
        await expect(shown).to_be_visible()
        await next_frame(shown)
        in_chromium, in_firefox = sighting(await picture_in(shown)), sighting(await visitor.picture())
        assert (in_chromium.person, in_firefox.person) == (GREEN, RED)
        assert min(in_chromium.psnr_db, in_firefox.psnr_db) > 20
        assert min(in_chromium.correlation, in_firefox.correlation) > 0.93

        voice = giulia.call.voice(await giulia.call.identity(VISITOR_NAME))
        in_chromium_heard, in_firefox_heard = await asyncio.gather(sound_of(voice), visitor.sound())
        assert min(in_chromium_heard.rms, in_firefox_heard.rms) > 0.01
        assert speaker_at(in_chromium_heard.frequency_hz) is GREEN
        assert speaker_at(in_firefox_heard.frequency_hz) is RED
        await giulia.end_call()

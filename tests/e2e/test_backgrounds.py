"""What a visitor's browser shows of an operator with a background, compared with what her camera sees."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import numpy as np
import pytest
import pytest_asyncio
import skimage
from playwright.async_api import Locator

from benchmarks.people import Operator, Visitor
from benchmarks.server import running_server
from media.backgrounds.images import cover
from tests.e2e.desk import Desk, OpenPage
from tests.e2e.test_calls import FRUGAL, UNTIL_OWN_PICTURE_IS_RECEIVED
from tests.media.backgrounds.files import jpeg, square_logo
from tests.signalling.office import Office
from tests.support.browser import next_frame, picture_in
from tests.support.media import FRAME_COUNT, GREEN, HEIGHT, SEATED, WIDTH
from tests.support.seated import Pixels, View, filmed, view_of

GROUP = "consulenza"
BLURRED = {"background": {"type": "blur", "strength": "strong"}}
OTHER_ROOM = np.ascontiguousarray(skimage.data.coffee())
LOGO_COLOUR = (250, 140, 20)


@dataclass(frozen=True)
class House:
    """A desk of its own, and its administrator."""

    desk: Desk
    office: Office

    async def call(self, words: str) -> Visitor:
        """Let Giulia, who sits before a room, call a visitor."""
        giulia = await self.desk.operator(SEATED, "Giulia", **FRUGAL)
        visitor = await self.desk.visitor(GREEN, **FRUGAL)
        await visitor.start_chat(words)
        await giulia.take_chat(words)
        await self.enter(giulia)
        await visitor.accept()
        await visitor.call.video("Giulia").wait_for()
        return visitor

    async def enter(self, giulia: Operator) -> None:
        """She sees herself as the visitor will, and goes in."""
        await giulia.page.get_by_test_id("start-call").click()
        own = giulia.call.tiles("self").locator("video")
        await own.wait_for()
        await giulia.page.evaluate(UNTIL_OWN_PICTURE_IS_RECEIVED)
        effect = (await self.office.group(GROUP))["effect"]
        if effect.get("background"):
            assert all(hides_the_room(view) for _, view in await look(own, 5))
        await giulia.enter_call()


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory, open_page: OpenPage) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("house")
    async with (
        running_server(folder, "--background-workers", "1") as server,
        aiohttp.ClientSession(server.addresses.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        administrator = next(one for one in server.addresses.logins if one.role == "administrator")
        login = {"email": administrator.email, "password": administrator.password}
        async with http.post("/api/v1/session", json=login) as response:
            csrf = (await response.json())["csrf_token"]
        yield House(Desk(server, open_page), Office(http, {"X-CSRF-Token": csrf}))


async def look(video: Locator, count: int) -> list[tuple[Pixels, View]]:
    """Look at so many pictures in a row."""
    found = []
    for _ in range(count):
        await next_frame(video)
        picture = await picture_in(video)
        found.append((picture, view_of(picture, filmed(WIDTH, HEIGHT, FRAME_COUNT))))
    return found


PERSON_DB = 18
"""Above this the person is there: without him it is 10 at most, and a first picture may be coarse."""


def hides_the_room(view: View) -> bool:
    """The person is there, the room is not."""
    return view.person_psnr_db > PERSON_DB and abs(view.room_detail) < 0.1


def shows_the_room(view: View) -> bool:
    return view.person_psnr_db > PERSON_DB and view.room_detail > 0.7


def is_other_room(picture: Pixels, view: View) -> bool:
    """What is behind the person is the image."""
    height, width = picture.shape[:2]
    expected = cover(OTHER_ROOM, width, height).astype(float)
    return hides_the_room(view) and float(np.abs(picture - expected)[view.behind].mean()) < 12


def has_logo(picture: Pixels) -> bool:
    """The logo's square is where it was told to be: the file's middle, in the lower left corner."""
    height, width = picture.shape[:2]
    side, margin = width * 0.2, height * 0.04
    top, left = height - margin - 0.5 * side, margin + 0.5 * side
    reach = int(0.15 * side)
    square = picture[int(top) - reach : int(top) + reach, int(left) - reach : int(left) + reach]
    return bool(np.abs(square.reshape(-1, 3).mean(axis=0) - LOGO_COLOUR).max() < 40)


async def test_the_visitor_sees_the_operator_before_a_blurred_room_from_the_first_picture(
    house: House,
) -> None:
    await house.office.set_effect(BLURRED, GROUP)
    visitor = await house.call("Can you see me?")
    for _, view in await look(visitor.call.video("Giulia"), 20):
        assert hides_the_room(view), view


Check = Callable[[Pixels, View], bool]


@pytest.mark.long
async def test_an_administrators_change_is_seen_in_a_running_call_and_the_room_in_none_between(
    house: House,
) -> None:
    image_id = await house.office.upload(jpeg(OTHER_ROOM), "image/jpeg")
    logo = {
        "image_id": await house.office.upload(square_logo(LOGO_COLOUR)),
        "corner": "bottom-left",
        "width": 0.2,
    }
    virtual = {"type": "virtual", "image_id": image_id}
    steps: list[tuple[dict[str, Any], Check]] = [
        (BLURRED, lambda picture, view: hides_the_room(view) and not is_other_room(picture, view)),
        ({"background": virtual}, is_other_room),
        ({"background": virtual, "logo": logo}, lambda *seen: is_other_room(*seen) and has_logo(seen[0])),
        ({"logo": logo}, lambda picture, view: shows_the_room(view) and has_logo(picture)),
        (BLURRED | {"logo": logo}, lambda picture, view: hides_the_room(view) and has_logo(picture)),
        ({}, lambda picture, view: shows_the_room(view) and not has_logo(picture)),
    ]
    video = (await house.call("How do you look?")).call.video("Giulia")
    await until_seen(video, lambda _, view: shows_the_room(view))
    hid = False
    for effect, is_so in steps:
        await house.office.set_effect(effect, GROUP)
        meanwhile = await until_seen(video, is_so)
        hides = bool(effect.get("background"))
        assert not (hid and hides and any(not hides_the_room(view) for _, view in meanwhile))
        assert all(is_so(*seen) for seen in await look(video, 5))
        hid = hides


async def until_seen(video: Locator, is_so: Check) -> list[tuple[Pixels, View]]:
    """Look until that is so; give what was seen before. The second is generous: this looks slowly."""
    before: list[tuple[Pixels, View]] = []
    while len(before) < 40:
        (seen,) = await look(video, 1)
        if is_so(*seen):
            return before
        before.append(seen)
    raise AssertionError(before[-1][1])

"""What the visitor's browser shows of an operator who has a background."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator

from benchmarks.server import running_server
from tests.e2e.desk import Desk, OpenPage
from tests.e2e.test_calls import FRUGAL, UNTIL_OWN_PICTURE_IS_RECEIVED
from tests.support.browser import next_frame, picture_in
from tests.support.media import FRAME_COUNT, GREEN, HEIGHT, SEATED, WIDTH
from tests.support.seated import View, filmed, view_of


@pytest_asyncio.fixture(loop_scope="session")
async def blurring_desk(tmp_path_factory: pytest.TempPathFactory, open_page: OpenPage) -> AsyncIterator[Desk]:
    """The demo's desk, with its operators' rooms blurred."""
    folder = tmp_path_factory.mktemp("blurring")
    async with running_server(folder, "--background", "strong", "--background-workers", "1") as server:
        yield Desk(server, open_page)


async def views(video: Locator, count: int) -> list[View]:
    """Look at so many pictures in a row."""
    found = []
    for _ in range(count):
        await next_frame(video)
        found.append(view_of(await picture_in(video), filmed(WIDTH, HEIGHT, FRAME_COUNT)))
    return found


def assert_blurred(found: list[View]) -> None:
    """The person is there, the room is not."""
    assert min(view.person_psnr_db for view in found) > 22
    assert max(abs(view.room_detail) for view in found) < 0.1


async def test_the_visitor_sees_the_operator_before_a_blurred_room_and_so_does_she_before(
    blurring_desk: Desk,
) -> None:
    giulia = await blurring_desk.operator(SEATED, "Giulia", **FRUGAL)
    visitor = await blurring_desk.visitor(GREEN, **FRUGAL)
    await visitor.start_chat("Can you see me?")
    await giulia.take_chat("Can you see me?")
    await giulia.page.get_by_test_id("start-call").click()
    own = giulia.call.tiles("self").locator("video")
    await own.wait_for()
    await giulia.page.evaluate(UNTIL_OWN_PICTURE_IS_RECEIVED)
    assert_blurred(await views(own, 5))
    await giulia.enter_call()
    await visitor.accept()
    video = visitor.call.video("Giulia")
    await video.wait_for()
    assert_blurred(await views(video, 20))

"""Which way a call takes through a network that does not let everything pass."""

from __future__ import annotations

from playwright.async_api import Frame, Page, expect

from tests.e2e.desk import Desk
from tests.support.browser import next_frame, picture_in, ways_of
from tests.support.media import GREEN, RED, sighting


async def ways_of_a_call(desk: Desk) -> list[list[str]]:
    """Let an operator and a visitor call and see each other; return the ways that each side's media take."""
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
    return [await ways_of(side) for side in sides]

"""The fake cameras, microphones and shared tabs that the other browser tests rely on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Error, Page

from tests.support.browser import SHARED_TAB_TITLE, frame_rate_of, next_frame, picture_in, sound_of
from tests.support.media import (
    BLUE,
    FRAMES_PER_SECOND,
    GREEN,
    PEOPLE,
    RED,
    YELLOW,
    Person,
    sighting,
    speaker_at,
)

OpenPage = Callable[..., Awaitable[Page]]

_PAGE = """<!doctype html><title>{title}</title>
<body style="background: {background}"><video autoplay playsinline></video>"""

_SHOW_CAMERA = """async () => {
    const video = document.querySelector('video');
    video.srcObject = await navigator.mediaDevices.getUserMedia({video: true, audio: true});
    await video.play();
}"""

_CALL_ONESELF = """async () => {
    const [caller, callee] = [new RTCPeerConnection(), new RTCPeerConnection()];
    const video = document.querySelector('video');
    caller.onicecandidate = event => callee.addIceCandidate(event.candidate);
    callee.onicecandidate = event => caller.addIceCandidate(event.candidate);
    callee.ontrack = event => { video.srcObject = event.streams[0]; };
    const stream = await navigator.mediaDevices.getUserMedia({video: true, audio: true});
    stream.getTracks().forEach(track => caller.addTrack(track, stream));
    await caller.setLocalDescription();
    await callee.setRemoteDescription(caller.localDescription);
    await callee.setLocalDescription();
    await caller.setRemoteDescription(callee.localDescription);
    await video.play();
}"""

_SHARE_TAB = """async () => {
    const video = document.querySelector('video');
    video.srcObject = await navigator.mediaDevices.getDisplayMedia({video: true});
    await video.play();
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site() -> AsyncIterator[str]:
    """Two bare pages: `/`, and `/shared` in green."""

    async def page(request: web.Request) -> web.Response:
        shared = request.path == "/shared"
        title, background = (SHARED_TAB_TITLE, "rgb(0 160 0)") if shared else ("Page", "white")
        return web.Response(text=_PAGE.format(title=title, background=background), content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/shared", page)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


@pytest.mark.parametrize("person", [RED, GREEN], ids=lambda person: person.name)
async def test_a_fake_camera_shows_its_person_frame_by_frame(
    open_page: OpenPage, site: str, person: Person
) -> None:
    page = await open_page(person, site)
    await page.evaluate(_SHOW_CAMERA)
    video = page.locator("video")
    first = sighting(await picture_in(video))
    await next_frame(video)
    second = sighting(await picture_in(video))
    assert first.person is second.person is person
    assert min(first.psnr_db, second.psnr_db) > 30
    assert first.frame_number != second.frame_number


@pytest.mark.parametrize("person", [BLUE, YELLOW], ids=lambda person: person.name)
async def test_a_person_is_seen_and_heard_through_a_call(
    open_page: OpenPage, site: str, person: Person
) -> None:
    page = await open_page(person, site)
    await page.evaluate(_CALL_ONESELF)
    video = page.locator("video")
    frame_rate = await frame_rate_of(video)
    seen = sighting(await picture_in(video))
    sound = await sound_of(video)
    assert seen.person is person
    assert seen.psnr_db > 22
    assert seen.correlation > 0.95
    assert 0.5 * FRAMES_PER_SECOND < frame_rate < 1.5 * FRAMES_PER_SECOND
    assert sound.rms > 0.01
    assert speaker_at(sound.frequency_hz) is person


async def test_a_shared_tab_is_the_one_with_the_agreed_title(open_page: OpenPage, site: str) -> None:
    page = await open_page(RED, site)
    shared = await page.context.new_page()
    await shared.goto(f"{site}shared")
    await page.bring_to_front()
    await page.evaluate(_SHARE_TAB)
    picture = await picture_in(page.locator("video"))
    assert picture.mean(axis=(0, 1)) == pytest.approx([0, 160, 0], abs=40)


async def test_a_camera_without_permission_is_denied(open_page: OpenPage, site: str) -> None:
    page = await open_page(RED, site, permissions=["microphone"])
    with pytest.raises(Error, match="NotAllowedError"):
        await page.evaluate(_SHOW_CAMERA)


async def test_a_machine_without_devices_has_no_camera(open_page: OpenPage, site: str) -> None:
    page = await open_page(None, site)
    with pytest.raises(Error, match="NotFoundError"):
        await page.evaluate(_SHOW_CAMERA)


async def test_four_people_can_be_before_their_cameras_at_once(open_page: OpenPage, site: str) -> None:
    pages = await asyncio.gather(*(open_page(person, site) for person in PEOPLE))
    await asyncio.gather(*(page.evaluate(_SHOW_CAMERA) for page in pages))
    pictures = [await picture_in(page.locator("video")) for page in pages]
    assert [sighting(picture).person for picture in pictures] == list(PEOPLE)

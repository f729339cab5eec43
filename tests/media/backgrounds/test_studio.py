"""Uploads looked at and stills made, in a process of their own."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from media.backgrounds.effects import NO_EFFECT, Blur, BlurStrength, Corner, Effect, Logo, Virtual
from media.backgrounds.image_problems import ImageProblem, ImageRefused
from media.backgrounds.sample import HEIGHT, WIDTH, sample_picture
from media.backgrounds.studio import MAX_WAITING, Studio, StudioUnavailable
from media.backgrounds.studio_messages import ImageFacts
from tests.media.backgrounds.files import jpeg, plain, png, square_logo
from tests.media.peers import until

PINK = (230, 0, 230)
FACE = (slice(180, 260), slice(440, 520))
ROOM = (slice(0, 500), slice(640, 940))


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    studio = Studio()
    yield studio
    await studio.close()


def decoded(data: bytes) -> NDArray[np.int64]:
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    return np.asarray(bgr[:, :, ::-1], np.int64)


async def test_it_tells_what_files_hold_and_refuses_what_is_no_image(studio: Studio) -> None:
    assert await studio.inspect(png(plain(64, 48, PINK))) == ImageFacts("image/png", 64, 48)
    assert await studio.inspect(jpeg(plain(30, 20, PINK))) == ImageFacts("image/jpeg", 30, 20)
    with pytest.raises(ImageRefused) as refusal:
        await studio.inspect(b"GIF89a")
    assert refusal.value.problem is ImageProblem.UNKNOWN_TYPE


async def test_the_sample_stands_before_each_background(studio: Studio) -> None:
    sample = sample_picture().astype(int)
    plainly = decoded(await studio.still(NO_EFFECT, None))
    assert plainly.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(plainly - sample).mean() < 3

    blurred = decoded(await studio.still(Effect(Blur(BlurStrength.STRONG)), None))
    assert np.abs(blurred[FACE] - sample[FACE]).mean() < 4
    assert blurred[ROOM].std() < sample[ROOM].std() / 1.5

    virtual = decoded(await studio.still(Effect(Virtual(png(plain(64, 48, PINK)))), None))
    assert np.abs(virtual[FACE] - sample[FACE]).mean() < 12
    assert np.abs(virtual[ROOM] - PINK).mean() < 8


async def test_a_logo_lies_over_a_given_picture(studio: Studio) -> None:
    logo = Logo(square_logo(PINK), Corner.BOTTOM_LEFT, 0.25)
    still = decoded(await studio.still(Effect(None, logo), jpeg(plain(400, 300, (20, 120, 60)))))
    pink = np.abs(still - PINK).max(axis=2) < 30
    rows, columns = np.nonzero(pink)
    assert (np.ptp(columns) + 1) / WIDTH == pytest.approx(0.125, abs=0.01)
    assert rows.min() > HEIGHT / 2
    assert columns.max() < WIDTH / 2
    assert np.abs(still[:200] - (20, 120, 60)).max() < 12


async def test_a_process_that_dies_is_replaced(studio: Studio) -> None:
    await studio.inspect(png(plain(2, 2, PINK)))
    asked = asyncio.ensure_future(studio.still(Effect(Virtual(jpeg(plain(4000, 4000, PINK)))), None))
    await asyncio.sleep(0)  # It waits for the answer now.
    assert studio.process_id is not None
    os.kill(studio.process_id, signal.SIGKILL)
    with pytest.raises(StudioUnavailable):
        await asked
    assert await studio.inspect(png(plain(2, 2, PINK))) == ImageFacts("image/png", 2, 2)


async def test_it_takes_a_few_requests_at_a_time_and_refuses_more(studio: Studio) -> None:
    asked = [studio.inspect(png(plain(2, 2, PINK))) for _ in range(MAX_WAITING + 3)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(answer, StudioUnavailable) for answer in answers) == 3
    assert sum(isinstance(answer, ImageFacts) for answer in answers) == MAX_WAITING


async def test_the_process_ends_when_there_is_nothing_to_do() -> None:
    studio = Studio(idle_s=0.01)
    await studio.inspect(png(plain(2, 2, PINK)))
    await until(lambda: studio.process_id is None)
    await studio.close()

"""A received picture is recognised at any size and through noise, and a foreign one is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.support.media import FRAME_COUNT, PEOPLE, RED, Person, Pixels, frames_of, sighting, speaker_at

people = st.sampled_from(PEOPLE)
frame_numbers = st.integers(0, FRAME_COUNT - 1)
widths = st.sampled_from([160, 320, 480, 640, 960, 1280])


def received(person: Person, frame_number: int, width: int, noise: float) -> Pixels:
    sent = Image.fromarray(frames_of(person)[frame_number]).resize((width, width * 9 // 16))
    random = np.random.default_rng(frame_number)
    return np.clip(np.asarray(sent) + random.normal(0, noise, (sent.height, width, 3)), 0, 255).astype(
        np.uint8
    )


@settings(max_examples=40)
@given(people, frame_numbers, widths, st.floats(0, 12))
def test_every_frame_of_every_person_is_recognised(
    person: Person, frame_number: int, width: int, noise: float
) -> None:
    seen = sighting(received(person, frame_number, width, noise))
    assert (seen.person, seen.frame_number) == (person, frame_number)
    assert seen.psnr_db > 22
    assert seen.correlation > 0.97


@settings(max_examples=20)
@given(frame_numbers, st.integers(3, FRAME_COUNT // 2))
def test_another_moment_of_the_same_person_is_less_alike(frame_number: int, distance: int) -> None:
    picture = received(RED, (frame_number + distance) % FRAME_COUNT, 640, 0)
    stale = picture.copy()
    strip = slice(360 - 20 - 32, 360 - 20)
    stale[strip] = frames_of(RED)[frame_number][strip]
    assert sighting(stale).frame_number == frame_number
    assert sighting(stale).psnr_db < sighting(picture).psnr_db - 5


def test_the_pictures_of_two_people_are_not_alike() -> None:
    for person in PEOPLE:
        for other in set(PEOPLE) - {person}:
            disguised = frames_of(other)[0].copy()
            border = np.ones(disguised.shape[:2], bool)
            border[20:-20, 20:-20] = False
            disguised[border] = person.border
            assert sighting(disguised).person is person
            assert sighting(disguised).correlation < 0.9


@pytest.mark.parametrize("brightness", [0, 128, 255])
def test_a_picture_of_nobody_is_refused(brightness: int) -> None:
    with pytest.raises(ValueError, match="nobody's border"):
        sighting(np.full((360, 640, 3), brightness, np.uint8))


def test_a_damaged_strip_is_refused() -> None:
    damaged = frames_of(RED)[0].copy()
    damaged[308:340, 100:140] = 255
    with pytest.raises(ValueError, match="damaged"):
        sighting(damaged)


@given(people, st.floats(-0.05, 0.05))
def test_a_voice_is_known_by_its_pitch(person: Person, detuning: float) -> None:
    assert speaker_at(person.pitch_hz * (1 + detuning)) is person


@pytest.mark.parametrize("frequency_hz", [0.0, 50.0, 250.0, 500.0, 3000.0])
def test_a_pitch_of_nobody_is_refused(frequency_hz: float) -> None:
    with pytest.raises(ValueError, match="nobody speaks"):
        speaker_at(frequency_hz)

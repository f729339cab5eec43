"""The native blend against a plain specification."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from media.backgrounds.native._native import Vp8Encoder, blend

Plane = NDArray[np.uint8]
SIDES = st.integers(1, 80)


def noise(height: int, width: int, seed: int) -> Plane:
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


def stretched(plane: Plane, height: int) -> NDArray[np.float64]:
    """Rows interpolated between the centres of the plane's own."""
    at = ((np.arange(height) + 0.5) * plane.shape[0] / height - 0.5).clip(0, plane.shape[0] - 1)
    first = np.floor(at).astype(int)
    second = np.minimum(first + 1, plane.shape[0] - 1)
    share = (at - first)[:, np.newaxis]
    return np.asarray(plane[first] * (1 - share) + plane[second] * share)


@given(SIDES, SIDES, SIDES, SIDES, SIDES, st.integers(0, 2**32))
def test_blending_is_what_the_formula_says(
    width: int, height: int, behind_rows: int, mask_rows: int, light_rows: int, seed: int
) -> None:
    front, behind = noise(height, width, seed), noise(behind_rows, width, seed + 1)
    mask, light = noise(mask_rows, width, seed + 2), noise(light_rows, width, seed + 3)
    out = np.empty_like(front)
    blend(out, front, behind, mask, light)
    share = stretched(mask, height) / 255
    lit = np.minimum(front + stretched(light, height), 255)
    expected = lit * share + stretched(behind, height) * (1 - share)
    # Each of the stretched planes is rounded, and the mask's rounding counts by the contrast that it blends.
    assert np.abs(out - expected).max() <= 4


@given(SIDES, SIDES, st.integers(0, 2**32))
def test_without_stretching_blending_is_exact(width: int, height: int, seed: int) -> None:
    front, behind, mask = (noise(height, width, seed + number) for number in range(3))
    out = np.empty_like(front)
    blend(out, front, behind, mask)
    wide = [plane.astype(int) for plane in (front, behind, mask)]
    assert (out == (2 * (wide[0] * wide[2] + wide[1] * (255 - wide[2])) + 255) // 510).all()


def test_a_full_mask_keeps_the_front_and_an_empty_one_hides_it() -> None:
    front, behind = noise(31, 57, 0), noise(9, 57, 1)
    out = np.empty_like(front)
    blend(out, front, behind, np.full((3, 57), 255, np.uint8))
    assert (out == front).all()
    blend(out, front, front, np.zeros((3, 57), np.uint8))
    assert (out == front).all()


def test_planes_of_a_larger_picture_are_written_in_place() -> None:
    picture = noise(40, 40, 0)
    before = picture.copy()
    part = picture[10:20, 10:20]
    blend(part, np.zeros((10, 10), np.uint8), part.copy(), np.full((1, 10), 255, np.uint8))
    assert (picture[10:20, 10:20] == 0).all()
    picture[10:20, 10:20] = before[10:20, 10:20]
    assert (picture == before).all()


def test_planes_that_do_not_fit_are_refused() -> None:
    plane = noise(8, 8, 0)
    for wrong in (noise(8, 9, 0), noise(0, 8, 0), noise(8, 16, 0)[:, ::2]):
        with pytest.raises(ValueError, match=r"."):
            blend(plane.copy(), plane, wrong, plane)
    with pytest.raises(ValueError, match="height"):
        blend(noise(9, 8, 0), plane, plane, plane)
    with pytest.raises(ValueError, match="plane of 8193"):
        blend(*[np.zeros((1, 8193), np.uint8)] * 4)


def test_the_encoder_refuses_pictures_of_another_size() -> None:
    encoder = Vp8Encoder(64, 48, bitrate_bps=100_000, speed=12)
    with pytest.raises(ValueError, match="size"):
        encoder.encode(noise(48, 62, 0), noise(24, 31, 0), noise(24, 31, 0), time=0, duration=3000)
    with pytest.raises(ValueError, match="chroma"):
        encoder.encode(noise(48, 64, 0), noise(24, 32, 0), noise(48, 64, 0), time=0, duration=3000)
    with pytest.raises(ValueError, match="picture of 0"):
        Vp8Encoder(0, 48, bitrate_bps=100_000, speed=12)

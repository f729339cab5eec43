import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.backgrounds.image_problems import MAX_BYTES, ImageProblem, ImageRefused
from media.backgrounds.images import cover, decode_background, decode_logo
from tests.media.backgrounds.files import jpeg, plain, png


def problem_of(data: bytes) -> ImageProblem:
    with pytest.raises(ImageRefused) as refusal:
        decode_logo(data)
    return refusal.value.problem


def png_of_claimed_size(width: int, height: int) -> bytes:
    """A small file that says it holds a picture of that size."""
    header = b"IHDR" + struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack("!I", 13) + header + struct.pack("!I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk


def test_jpeg_and_png_are_decoded() -> None:
    for data in (jpeg(plain(64, 48, (200, 30, 90))), png(plain(64, 48, (200, 30, 90)))):
        rgb = decode_background(data)
        assert rgb.shape == (48, 64, 3)
        assert np.abs(rgb.astype(int) - (200, 30, 90)).max() <= 3


def test_transparency_is_kept_for_logos_and_black_in_backgrounds() -> None:
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[:2] = (10, 20, 30, 255)
    rgba[2:] = (10, 20, 30, 0)
    assert (decode_logo(png(rgba)) == rgba).all()
    assert (decode_background(png(rgba))[:2] == (10, 20, 30)).all()
    assert (decode_background(png(rgba))[2:] == 0).all()


def test_grey_and_deep_pictures_are_decoded() -> None:
    assert (decode_background(png(np.full((4, 4), 77, np.uint8))) == 77).all()
    assert (decode_background(png(np.full((4, 4, 3), 77 << 8, np.uint16))) == 77).all()


@pytest.mark.parametrize("data", [b"", b"GIF89a\x01\x00\x01\x00", b"<svg/>", b"\x00" * 100])
def test_other_files_are_refused(data: bytes) -> None:
    assert problem_of(data) is ImageProblem.UNKNOWN_TYPE


def test_files_over_two_megabytes_are_refused() -> None:
    assert problem_of(b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES)) is ImageProblem.TOO_LARGE_FILE


@pytest.mark.parametrize("size", [(60_000, 60_000), (8193, 1), (8192, 8192), (0, 5), (2**31, 2**31)])
def test_bombs_are_refused_by_what_their_header_says(size: tuple[int, int]) -> None:
    assert problem_of(png_of_claimed_size(*size)) is ImageProblem.TOO_MANY_PIXELS


def test_a_real_bomb_is_refused_without_being_decoded() -> None:
    bomb = png(np.zeros((8000, 8000), np.uint8))
    assert len(bomb) < MAX_BYTES
    assert problem_of(bomb) is ImageProblem.TOO_MANY_PIXELS


def test_damaged_files_are_refused() -> None:
    assert problem_of(png_of_claimed_size(100, 100)) is ImageProblem.DAMAGED
    assert problem_of(jpeg(plain(64, 64, (1, 2, 3)))[:30]) is ImageProblem.DAMAGED
    assert problem_of(b"\xff\xd8\xff\xe0\x00\x00" + bytes(60)) is ImageProblem.DAMAGED


PICTURE = jpeg(np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8))
TRANSPARENT = png(np.random.default_rng(0).integers(0, 256, (12, 12, 4), np.uint8))


@given(st.sampled_from([PICTURE, TRANSPARENT]), st.data())
def test_whatever_is_uploaded_is_decoded_or_refused(file: bytes, data: st.DataObject) -> None:
    damaged = bytearray(file)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    try:
        picture = decode_logo(bytes(damaged[:cut]))
    except ImageRefused:
        return
    assert picture.ndim == 3
    assert picture.shape[2] == 4


@given(st.integers(2, 90), st.integers(2, 90), st.integers(2, 90), st.integers(2, 90))
def test_a_cover_fills_any_size(from_width: int, from_height: int, width: int, height: int) -> None:
    picture = np.full((from_height, from_width, 3), 9, np.uint8)
    covered = cover(picture, width, height)
    assert covered.shape == (height, width, 3)
    assert (covered == 9).all()


def test_a_cover_keeps_the_middle_and_the_proportions() -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[40:60, 140:160] = 255  # A square in the middle.
    covered = cover(picture, 200, 200)[:, :, 0]
    rows, columns = np.nonzero(covered > 127)
    assert np.ptp(rows) == np.ptp(columns) == 39
    assert rows.mean() == columns.mean() == 99.5

"""Uploaded pictures: refused before they are decoded if they are not what they should be.

A file's own word about its size is read from its header first, because a small file can hold a huge picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from media.backgrounds import opencv
from media.backgrounds.image_problems import MAX_BYTES, ImageProblem, ImageRefused
from media.backgrounds.pictures import Rgb

Rgba = NDArray[np.uint8]
"""(height, width, 4); colours are not multiplied by alpha."""

MAX_SIDE = 8192
"""Of an uploaded picture, in pixels."""

MAX_PIXELS = 4096 * 4096
"""Of an uploaded picture."""

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_SIGNATURE = b"\xff\xd8\xff"
# Start-of-frame markers: C0 to CF without DHT, JPG and DAC (ITU-T T.81, table B.1).
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def content_type(data: bytes) -> str:
    """Tell a PNG from a JPEG file; one that is neither was refused before."""
    return "image/png" if data.startswith(_PNG_SIGNATURE) else "image/jpeg"


def decode_background(data: bytes) -> Rgb:
    """Decode a JPEG or PNG file; where it is transparent, it is black. Raises ImageRefused."""
    rgba = decode_logo(data)
    colours, alpha = rgba[:, :, :3], rgba[:, :, 3:]
    if alpha.min() == 255:
        return np.ascontiguousarray(colours)
    return (colours.astype(np.uint16) * alpha // 255).astype(np.uint8)


def decode_logo(data: bytes) -> Rgba:
    """Decode a JPEG or PNG file. Raises ImageRefused."""
    if len(data) > MAX_BYTES:
        raise ImageRefused(ImageProblem.TOO_LARGE_FILE)
    width, height = _read_size(data)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise ImageRefused(ImageProblem.TOO_MANY_PIXELS)
    decoded = opencv.decode_image(data)
    if decoded is None or decoded.size == 0:
        raise ImageRefused(ImageProblem.DAMAGED)
    return _to_rgba(decoded)


def cover(rgb: Rgb, width: int, height: int) -> Rgb:
    """Scale so that the picture just covers that size, and cut off evenly what sticks out."""
    from_height, from_width = rgb.shape[:2]
    scale = max(width / from_width, height / from_height)
    part_width = max(min(round(width / scale), from_width), 1)
    part_height = max(min(round(height / scale), from_height), 1)
    left, top = (from_width - part_width) // 2, (from_height - part_height) // 2
    part = np.ascontiguousarray(rgb[top : top + part_height, left : left + part_width])
    return opencv.reduce(part, width, height) if scale < 1 else opencv.resize(part, width, height)


def _read_size(data: bytes) -> tuple[int, int]:
    """Width and height as the file's header tells them."""
    if data.startswith(_PNG_SIGNATURE):
        if data[12:16] != b"IHDR" or len(data) < 24:
            raise ImageRefused(ImageProblem.DAMAGED)
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if data.startswith(_JPEG_SIGNATURE):
        return _read_jpeg_size(data)
    raise ImageRefused(ImageProblem.UNKNOWN_TYPE)


def _read_jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk over the segments to the frame header."""
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:  # A fill byte.
            at += 1
        elif marker in _JPEG_WITHOUT_LENGTH:
            at += 2
        elif marker in _JPEG_FRAMES:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise ImageRefused(ImageProblem.DAMAGED)


def _to_rgba(decoded: NDArray[np.integer]) -> Rgba:
    """Bring grey, grey with alpha, BGR and BGRA of 8 or 16 bits into one form."""
    samples = (decoded >> 8).astype(np.uint8) if decoded.dtype == np.uint16 else decoded.astype(np.uint8)
    if samples.ndim == 2:
        samples = samples[:, :, np.newaxis]
    rgba = np.full((*samples.shape[:2], 4), 255, np.uint8)
    channels = samples.shape[2]
    rgba[:, :, :3] = samples[:, :, :1] if channels < 3 else samples[:, :, 2::-1]
    if channels in (2, 4):
        rgba[:, :, 3] = samples[:, :, -1]
    return rgba

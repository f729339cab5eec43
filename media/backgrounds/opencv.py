"""What is used of OpenCV, with types: its own are too wide for strict checking.

One thread: a stream is one thread's work, and many streams share the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

Error = cv2.error
"""What OpenCV raises when it cannot do what it is asked for."""

cv2.setNumThreads(1)


def resize(samples: Bytes, width: int, height: int) -> Bytes:
    """Scale, bilinear; the samples themselves if they are of that size."""
    if samples.shape[:2] == (height, width):
        return samples
    return cast(Bytes, cv2.resize(samples, (width, height), interpolation=cv2.INTER_LINEAR))


def reduce(samples: Bytes, width: int, height: int) -> Bytes:
    """Scale down, each sample the mean of those it covers."""
    return cast(Bytes, cv2.resize(samples, (width, height), interpolation=cv2.INTER_AREA))


def box_blur(samples: Floats, size: int, times: int) -> Floats:
    """Take the mean over `size` × `size` samples, so many times; the more often, the nearer to a Gaussian."""
    for _ in range(times):
        samples = cast(Floats, cv2.blur(samples, (size, size), borderType=cv2.BORDER_REPLICATE))
    return samples


def box_blur_bytes(samples: Bytes, size: int) -> Bytes:
    """Take the mean over `size` × `size` samples."""
    return cast(Bytes, cv2.blur(samples, (size, size), borderType=cv2.BORDER_REPLICATE))


def multiply(first: Bytes, second: Bytes) -> Floats:
    """Multiply sample by sample."""
    return cast(Floats, cv2.multiply(first, second, dtype=cv2.CV_32F))


def divide(first: Floats, second: Floats) -> Bytes:
    """Divide sample by sample, rounded and saturated."""
    return cast(Bytes, cv2.divide(first, second, dtype=cv2.CV_8U))


def multiply_scaled(first: Bytes, second: Bytes, scale: float) -> Bytes:
    """Multiply sample by sample and by `scale`, rounded and saturated."""
    return cast(Bytes, cv2.multiply(first, second, scale=scale))


def subtract(first: Bytes, second: Bytes) -> Bytes:
    """Subtract sample by sample; 0 where it would be negative."""
    return cast(Bytes, cv2.subtract(first, second))


def look_up(samples: Bytes, table: Bytes) -> Bytes:
    """Replace each sample by its entry of a table of 256."""
    return cast(Bytes, cv2.LUT(samples, table))


def to_bytes(samples: Floats) -> Bytes:
    """Scale 0…1 to 0…255, rounded and saturated."""
    return cast(Bytes, cv2.convertScaleAbs(samples, alpha=255))


def rgb_to_planes(rgb: Bytes) -> tuple[Bytes, Bytes, Bytes]:
    """Convert a picture of even sides to Y, U and V of BT.601 in studio range."""
    height, width = rgb.shape[:2]
    rows = cast(Bytes, cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420)).reshape(-1)
    y, u, v = np.split(rows, [width * height, width * height * 5 // 4])
    chroma = (height // 2, width // 2)
    return y.reshape(height, width), u.reshape(chroma), v.reshape(chroma)


def planes_to_rgb(y: Bytes, u: Bytes, v: Bytes) -> Bytes:
    """Convert back."""
    rows = np.concatenate([plane.reshape(-1) for plane in (y, u, v)])
    height, width = y.shape
    return cast(Bytes, cv2.cvtColor(rows.reshape(height * 3 // 2, width), cv2.COLOR_YUV2RGB_I420))


def decode_image(data: bytes) -> NDArray[np.integer] | None:
    """Decode a JPEG or PNG as it is, grey, BGR or BGRA of 8 or 16 bits; None if it cannot be decoded."""
    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    return cast("NDArray[np.integer] | None", decoded)


def encode_jpeg(rgb: Bytes, quality: int) -> bytes:
    """Encode; `quality` is 0 to 100."""
    bgr = np.ascontiguousarray(rgb[:, :, ::-1])
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(encoded)


def draw_text(picture: Bytes, text: str, centre: tuple[int, int], height: int, grey: int) -> None:
    """Write one line of ASCII letters `height` samples high around `centre` (x, y) into a plane."""
    font, thickness = cv2.FONT_HERSHEY_SIMPLEX, max(height // 12, 1)
    scale = cv2.getFontScaleFromHeight(font, height, thickness)
    (width, _), _ = cv2.getTextSize(text, font, scale, thickness)
    origin = (centre[0] - width // 2, centre[1] + height // 2)
    cv2.putText(picture, text, origin, font, scale, (grey,), thickness, cv2.LINE_AA)


def fill_polygon(plane: Bytes, points: Sequence[tuple[float, float]], value: int) -> None:
    """Fill a polygon of (x, y) with soft edges."""
    fixed = np.rint(np.array(points) * 16).astype(np.int32)
    cv2.fillPoly(plane, [fixed], (value,), cv2.LINE_AA, shift=4)

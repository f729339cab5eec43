"""A person before a camera in a cluttered room, of whom we know exactly where she is.

The person is cut out of a public-domain portrait along a drawn outline and moved over a photographed room, so
the truth is exact by construction. Noise as of a webcam's sensor lies over all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import skimage
from numpy.typing import NDArray

from media.backgrounds.pictures import Picture

FRAMES_PER_SECOND = 30

# The person's outline in scikit-image's portrait, (x, y); it ends where another thing covers her.
_OUTLINE = (
    *((259, 22), (248, 18), (237, 16), (227, 16), (205, 21), (193, 29), (174, 43), (156, 58), (153, 68)),
    *((155, 98), (167, 115), (170, 121), (182, 132), (182, 147), (153, 151), (140, 158), (123, 178)),
    *((116, 187), (113, 205), (90, 227), (76, 235), (65, 246), (44, 282), (40, 294), (34, 315), (26, 342)),
    *((26, 366), (19, 380), (324, 380), (345, 355), (363, 350), (360, 328), (356, 302), (345, 272)),
    *((340, 262), (319, 243), (303, 233), (299, 219), (289, 203), (276, 189), (256, 174), (256, 163)),
    *((264, 149), (266, 138), (275, 134), (290, 117), (296, 107), (300, 92), (296, 58), (288, 43), (276, 31)),
)
_ROWS = 374  # Of the portrait that are used.
_SHARE = 0.88  # The person's height as a share of the picture's.
_NOISE = 1.6  # The standard deviation of the sensor's noise.


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame of the camera: the picture, and the person's exact opacity from 0 to 255."""

    rgb: NDArray[np.uint8]
    truth: NDArray[np.uint8]

    @property
    def picture(self) -> Picture:
        """The picture's planes."""
        return Picture.from_rgb(self.rgb)


def shots(width: int, height: int, count: int) -> Iterator[Shot]:
    """Film: the person sways, nods and leans a little."""
    room = room_of(width, height).astype(np.float32)
    portrait, outline = _portrait()
    noise = np.random.default_rng(1).normal(0, _NOISE, (7, height, width, 1)).astype(np.float32)
    for number in range(count):
        place = _place(width, height, 2 * np.pi * number / FRAMES_PER_SECOND)
        person = cv2.warpAffine(portrait, place, (width, height), borderMode=cv2.BORDER_REPLICATE)
        opacity = cv2.warpAffine(outline, place, (width, height))
        share = (opacity.astype(np.float32) / 255)[:, :, np.newaxis]
        rgb = room + (person - room) * share + noise[number % len(noise)]
        yield Shot(np.clip(rgb, 0, 255).astype(np.uint8), np.asarray(opacity, np.uint8))


def room_of(width: int, height: int) -> NDArray[np.uint8]:
    """What the camera would see without the person."""
    room = np.asarray(cv2.imread(str(Path(skimage.__file__).parent / "data" / "motorcycle_left.png")))
    scale = max(width / room.shape[1], height / room.shape[0])
    size = (int(np.ceil(room.shape[1] * scale)), int(np.ceil(room.shape[0] * scale)))
    rgb = cv2.resize(room, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.asarray(rgb[:height, :width, ::-1], np.uint8)


@cache
def _portrait() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The portrait, and the opacity of the person in it."""
    portrait = np.asarray(skimage.data.astronaut())[:_ROWS]
    outline = np.zeros((4 * portrait.shape[0], 4 * portrait.shape[1]), np.uint8)
    cv2.fillPoly(outline, [np.array(_OUTLINE, np.int32) * 4], (255,))
    opacity = cv2.resize(outline, (portrait.shape[1], portrait.shape[0]), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(portrait), np.asarray(opacity, np.uint8)


def _place(width: int, height: int, turn: float) -> NDArray[np.float64]:
    """From the portrait to the picture: an affine map; `turn` grows by 2π a second."""
    scale = height / _ROWS * _SHARE * (1 + 0.02 * np.sin(0.13 * turn))
    left = width / 2 - 200 * scale + 0.05 * width * np.sin(0.21 * turn)
    top = height - _ROWS * scale + 0.01 * height * (1 + np.sin(0.5 * turn))
    lean = cv2.getRotationMatrix2D((width / 2, height), 2 * np.sin(0.17 * turn), 1)
    placed = lean @ np.array([[scale, 0, left], [0, scale, top], [0, 0, 1]])
    return np.asarray(placed, np.float64)

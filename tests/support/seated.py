"""A person before a room, of whom we know exactly where she is: what a received picture shows of either."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.backgrounds.scene import Shot, room_of, shots

Pixels = npt.NDArray[np.uint8]
"""A picture: (height, width, 3), red, green and blue."""

Area = npt.NDArray[np.bool_]
"""Some of a picture's pixels: (height, width)."""

_INSIDE = 0.03  # How far from the outline a pixel is surely the person's, as a share of the height…
_OUTSIDE = 0.08  # …and how far it surely is not.


@dataclass(frozen=True, slots=True)
class View:
    """A received picture. `behind` are the pixels that are surely not the person's.

    `person_psnr_db` compares the person with the frame of the camera that fits best, in brightness and
    colour. `room_detail` tells how much of the room's fine structure is left behind her: 1 is all of it, 0
    is none.
    """

    person_psnr_db: float
    room_detail: float
    behind: Area


@cache
def filmed(width: int, height: int, count: int) -> tuple[Shot, ...]:
    """Film for so many fifteenths of a second."""
    return tuple(islice(shots(width, height, 2 * count), 0, 2 * count, 2))


def view_of(picture: Pixels, film: tuple[Shot, ...]) -> View:
    """Compare a received picture, of any size, with the film that the camera shows."""
    height, width = picture.shape[:2]
    scaled = [_scaled(shot, width, height) for shot in film]
    errors = [_error(picture, shot.rgb, _person(shot)) for shot in scaled]
    best = int(np.argmin(errors))
    behind = _behind(scaled[best])
    return View(
        person_psnr_db=float(10 * np.log10(255**2 / max(errors[best], 1e-9))),
        room_detail=_likeness(_detail(picture)[behind], _detail(room_of(width, height))[behind]),
        behind=behind,
    )


def _scaled(shot: Shot, width: int, height: int) -> Shot:
    rgb, truth = (
        cv2.resize(one, (width, height), interpolation=cv2.INTER_AREA) for one in (shot.rgb, shot.truth)
    )
    return Shot(np.asarray(rgb, np.uint8), np.asarray(truth, np.uint8))


def _person(shot: Shot) -> Area:
    return np.asarray(cv2.erode(shot.truth, _square(shot, _INSIDE)) == 255)


def _behind(shot: Shot) -> Area:
    return np.asarray(cv2.dilate(shot.truth, _square(shot, _OUTSIDE)) == 0)


def _square(shot: Shot, reach: float) -> Pixels:
    side = 2 * round(reach * shot.truth.shape[0]) + 1
    return np.ones((side, side), np.uint8)


def _error(a: Pixels, b: Pixels, area: Area) -> float:
    return float(np.mean((a[area].astype(float) - b[area].astype(float)) ** 2))


def _detail(picture: Pixels) -> npt.NDArray[np.float64]:
    """What a blur takes away."""
    grey = picture.mean(axis=2)
    return np.asarray(grey - cv2.GaussianBlur(grey, (0, 0), picture.shape[0] / 60), np.float64)


def _likeness(found: npt.NDArray[np.float64], original: npt.NDArray[np.float64]) -> float:
    """By how much the original must be multiplied to be found as it is."""
    return float((found * original).sum() / (original * original).sum())

"""Pictures as VP8 has them: Y, U and V planes, BT.601 in studio range, chroma at half size (rounded up)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.backgrounds import opencv

Plane = NDArray[np.uint8]
"""(height, width); the samples of a row are neighbours."""

Rgb = NDArray[np.uint8]
"""(height, width, 3)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture; who is given one reads it and does not write."""

    y: Plane
    u: Plane
    v: Plane

    @classmethod
    def blank(cls, width: int, height: int) -> Picture:
        """Make a picture of undefined content."""
        chroma = ((height + 1) // 2, (width + 1) // 2)
        return cls(
            np.empty((height, width), np.uint8), np.empty(chroma, np.uint8), np.empty(chroma, np.uint8)
        )

    @classmethod
    def from_rgb(cls, rgb: Rgb) -> Picture:
        """Convert; an odd side is extended by a copy of its last row or column for the chroma's sake."""
        height, width = rgb.shape[:2]
        y, u, v = opencv.rgb_to_planes(np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge"))
        return cls(y[:height, :width], u, v)

    def to_rgb(self) -> Rgb:
        """Convert."""
        even_width, even_height = 2 * self.u.shape[1], 2 * self.u.shape[0]
        y = np.pad(self.y, ((0, even_height - self.height), (0, even_width - self.width)), mode="edge")
        return opencv.planes_to_rgb(y, self.u, self.v)[: self.height, : self.width]

    def __iter__(self) -> Iterator[Plane]:
        return iter((self.y, self.u, self.v))

    @property
    def width(self) -> int:
        """Of the Y plane, in samples."""
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        """Of the Y plane, in samples."""
        return int(self.y.shape[0])

    def turned(self, quarters: int) -> Picture:
        """Turn clockwise by so many quarters."""
        if quarters % 4 == 0:
            return self
        return Picture(*(np.ascontiguousarray(np.rot90(plane, -quarters)) for plane in self))

    def fitting(self, width: int, height: int) -> Picture:
        """Reduce to at most that size, to even sides; the picture itself if it fits."""
        scale = min(width / self.width, height / self.height)
        if scale >= 1:
            return self
        half_width, half_height = (max(round(side * scale / 2), 1) for side in (self.width, self.height))
        return Picture(
            opencv.reduce(self.y, 2 * half_width, 2 * half_height),
            opencv.reduce(self.u, half_width, half_height),
            opencv.reduce(self.v, half_width, half_height),
        )


@dataclass(frozen=True, slots=True)
class Reduced:
    """A picture at about a quarter of its size each way: what blur and mask are found on."""

    y: Plane
    u: Plane
    v: Plane

    @classmethod
    def of(cls, picture: Picture) -> Reduced:
        """Halve twice, which is many times as fast as any other reduction without aliasing."""
        return cls(*(_halved(_halved(plane)) for plane in picture))

    def __iter__(self) -> Iterator[Plane]:
        return iter((self.y, self.u, self.v))

    def rgb(self, width: int, height: int) -> Rgb:
        """Give the picture to a model that takes RGB of that (even) size."""
        y = opencv.resize(self.y, width, height)
        u, v = (opencv.resize(plane, width // 2, height // 2) for plane in (self.u, self.v))
        return opencv.planes_to_rgb(y, u, v)


def _halved(plane: Plane) -> Plane:
    height, width = plane.shape
    return opencv.reduce(plane, max(width // 2, 1), max(height // 2, 1))

"""What is seen behind the person: the room, blurred, or a picture of the group's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from media.backgrounds import opencv
from media.backgrounds.effects import Blur, BlurStrength, Virtual
from media.backgrounds.images import cover, decode_background
from media.backgrounds.pictures import Picture, Plane, Reduced

Mask = Plane
"""Of any size, over the whole picture: from 0, background, to 255, person."""

# The standard deviation of the blur as a share of the picture's height.
_BLUR_SHARES = {BlurStrength.LIGHT: 0.012, BlurStrength.MEDIUM: 0.024, BlurStrength.STRONG: 0.042}
_BOXES = 2  # Box blurs in a row: two make a triangle, whose corners are not seen.

_LIGHT_REACH = 1 / 8  # How far light from behind reaches around the person, as a share of the mask's height.
_LIGHT_STRENGTH = 0.3


@dataclass(frozen=True, slots=True)
class Behind:
    """What a backdrop gives for one picture: planes as wide as the picture's, of any height.

    `light` is added to the brightness of the person; it is of the mask's size.
    """

    planes: tuple[Plane, Plane, Plane]
    light: Plane | None = None


class Backdrop(Protocol):
    """Makes what is seen behind the person, for pictures of one size."""

    def behind(self, reduced: Reduced, mask: Mask) -> Behind:
        """Make it for one picture."""
        ...


def make_backdrop(background: Blur | Virtual, width: int, height: int) -> Backdrop:
    """Prepare a backdrop for pictures of that size. Raises ImageRefused."""
    if isinstance(background, Blur):
        return BlurredRoom(background.strength, width, height)
    return VirtualRoom(background.image, width, height)


class BlurredRoom:
    """The room without its detail.

    Each sample becomes the mean of the *room* around it: samples weigh the less the more they belong to the
    person, whose colours would otherwise bleed into the room as a halo.
    """

    def __init__(self, strength: BlurStrength, width: int, height: int) -> None:
        deviation = _BLUR_SHARES[strength] * height / 4  # In samples of the reduced picture.
        # A box of n samples has the variance (n² - 1) / 12, and variances add up.
        self._size = _odd((12 * deviation**2 / _BOXES + 1) ** 0.5)
        self._widths = (width, (width + 1) // 2, (width + 1) // 2)

    def behind(self, reduced: Reduced, mask: Mask) -> Behind:
        """See `Backdrop`."""
        y, u, v = self._blurred(reduced, mask)
        widths = self._widths
        return Behind(
            (
                opencv.resize(y, widths[0], y.shape[0]),
                opencv.resize(u, widths[1], u.shape[0]),
                opencv.resize(v, widths[2], v.shape[0]),
            )
        )

    def _blurred(self, reduced: Reduced, mask: Mask) -> tuple[Plane, Plane, Plane]:
        chroma_size = _odd(self._size / 2)
        weights, chroma_weights = _room_weights(mask, reduced.y), _room_weights(mask, reduced.u)
        total = opencv.box_blur(weights.astype(np.float32), self._size, _BOXES)
        chroma_total = opencv.box_blur(chroma_weights.astype(np.float32), chroma_size, _BOXES)
        return (
            _weighted_mean(reduced.y, weights, total, self._size),
            _weighted_mean(reduced.u, chroma_weights, chroma_total, chroma_size),
            _weighted_mean(reduced.v, chroma_weights, chroma_total, chroma_size),
        )


class VirtualRoom:
    """A picture in place of the room, whose light falls on the person's outline as a real room's would."""

    def __init__(self, image: bytes, width: int, height: int) -> None:
        picture = Picture.from_rgb(cover(decode_background(image), width, height))
        self._planes = (picture.y, picture.u, picture.v)
        self._bright: Plane | None = None

    def behind(self, reduced: Reduced, mask: Mask) -> Behind:
        """See `Backdrop`."""
        return Behind(self._planes, self._light(reduced, mask))

    def _light(self, reduced: Reduced, mask: Mask) -> Plane:
        """Brighten the rim of the person where what is behind is brighter."""
        height, width = mask.shape
        reach = _odd(height * _LIGHT_REACH)
        if self._bright is None or self._bright.shape != mask.shape:
            self._bright = opencv.box_blur_bytes(opencv.reduce(self._planes[0], width, height), reach)
        nearness = 255 - opencv.box_blur_bytes(mask, reach)
        difference = opencv.subtract(self._bright, opencv.resize(reduced.y, width, height))
        return opencv.multiply_scaled(difference, nearness, _LIGHT_STRENGTH / 255)


def _room_weights(mask: Mask, plane: Plane) -> Plane:
    """How much each sample belongs to the room; never 0, so that a mean always exists."""
    height, width = plane.shape
    return np.maximum(255 - opencv.resize(mask, width, height), 1)


def _weighted_mean(plane: Plane, weights: Plane, total: NDArray[np.float32], size: int) -> Plane:
    return opencv.divide(opencv.box_blur(opencv.multiply(plane, weights), size, _BOXES), total)


def _odd(size: float) -> int:
    """The nearest odd number: a box has a middle."""
    return 2 * round((size - 1) / 2) + 1

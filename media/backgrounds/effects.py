"""What is done to a camera's picture: a background, a logo, both or nothing. Plain values."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class BlurStrength(StrEnum):
    """How much of the room can still be made out."""

    LIGHT = "light"
    MEDIUM = "medium"
    STRONG = "strong"


class Corner(StrEnum):
    """Where a logo sits."""

    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"


class Blur(msgspec.Struct, frozen=True, tag=True):
    """The room, blurred."""

    strength: BlurStrength = BlurStrength.MEDIUM


class Virtual(msgspec.Struct, frozen=True, tag=True):
    """A picture in place of the room: a JPEG or PNG file, cropped to cover the camera's picture."""

    image: bytes


class Logo(msgspec.Struct, frozen=True):
    """A PNG or JPEG file over the picture; PNG may be transparent.

    `width` is a share of the picture's width, `opacity` goes from 0 to 1; ValueError for others.
    """

    image: bytes
    corner: Corner = Corner.TOP_RIGHT
    width: float = 0.15
    opacity: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.width <= 1:
            raise ValueError(f"a logo of {self.width} of the picture's width")
        if not 0 <= self.opacity <= 1:
            raise ValueError(f"an opacity of {self.opacity}")


class Effect(msgspec.Struct, frozen=True):
    """A background and a logo; without either the picture stays as it is."""

    background: Blur | Virtual | None = None
    logo: Logo | None = None


NO_EFFECT = Effect()
"""Packets need no worker at all."""

"""What is done to the operators' pictures in a group's calls, and the account's images that it uses.

The words are those of `media.backgrounds.effects`, with images named by their ids.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta


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


class Blur(msgspec.Struct, frozen=True, tag="blur"):
    """The room, blurred."""

    strength: BlurStrength = BlurStrength.MEDIUM


class Virtual(msgspec.Struct, frozen=True, tag="virtual"):
    """An image in place of the room, cropped to cover the camera's picture."""

    image_id: str


class Logo(msgspec.Struct, frozen=True):
    """An image over the picture. `width` is a share of the picture's width; `opacity` ends with 1, opaque."""

    image_id: str
    corner: Corner = Corner.TOP_RIGHT
    width: Annotated[float, Meta(ge=0.05, le=0.5)] = 0.15
    opacity: Annotated[float, Meta(ge=0.1, le=1)] = 1.0


class Effect(msgspec.Struct, frozen=True):
    """A background and a logo; without either the picture stays as it is."""

    background: Blur | Virtual | None = None
    logo: Logo | None = None

    @property
    def image_ids(self) -> set[str]:
        """The images that are used."""
        used = {self.background.image_id} if isinstance(self.background, Virtual) else set()
        return used | ({self.logo.image_id} if self.logo is not None else set())


class Image(msgspec.Struct, frozen=True):
    """An uploaded image of an account. `image_id` is the SHA-256 of the file; sides are in pixels."""

    image_id: str
    content_type: str
    width: int
    height: int
    size_bytes: int
    created_at_ms: int

"""What the studio and its process tell each other; the process answers in the order in which it is asked."""

from __future__ import annotations

import msgspec

from media.backgrounds.effects import Effect
from media.backgrounds.image_problems import ImageProblem


class Inspect(msgspec.Struct, frozen=True, tag=True):
    """Decode a file and tell what it holds."""

    data: bytes


class MakeStill(msgspec.Struct, frozen=True, tag=True):
    """Apply an effect to a camera's picture, or to the sample."""

    effect: Effect
    camera: bytes | None


class ImageFacts(msgspec.Struct, frozen=True, tag=True):
    """What a file holds; sides are in pixels."""

    content_type: str
    width: int
    height: int


class Still(msgspec.Struct, frozen=True, tag=True):
    """The picture that was made."""

    jpeg: bytes


class Refused(msgspec.Struct, frozen=True, tag=True):
    """A file cannot be used."""

    problem: ImageProblem


Request = Inspect | MakeStill
Answer = ImageFacts | Still | Refused

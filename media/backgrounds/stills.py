"""Stills with an effect applied, by the same composition as in calls."""

from __future__ import annotations

from media.backgrounds import opencv
from media.backgrounds.composition import Compositor
from media.backgrounds.effects import Effect
from media.backgrounds.images import cover, decode_background
from media.backgrounds.masks import MaskFinder
from media.backgrounds.pictures import Picture
from media.backgrounds.sample import HEIGHT, WIDTH, sample_picture
from media.backgrounds.segmentation import Segmenter

_JPEG_QUALITY = 85


def make_still(effect: Effect, camera: bytes | None, segmenter: Segmenter) -> bytes:
    """Return a JPEG of WIDTH × HEIGHT: a camera's picture (JPEG or PNG), or the sample, with the effect.

    Raises ImageRefused for images that cannot be used.
    """
    rgb = sample_picture() if camera is None else cover(decode_background(camera), WIDTH, HEIGHT)
    compositor = Compositor(effect, WIDTH, HEIGHT)
    composed = compositor.compose(Picture.from_rgb(rgb), MaskFinder(segmenter))
    return opencv.encode_jpeg(composed.to_rgb(), _JPEG_QUALITY)

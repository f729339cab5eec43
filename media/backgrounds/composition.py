"""Puts a person before a backdrop, and a logo over all, plane by plane in integers.

At full size there is one pass over each plane, which stretches the mask and the backdrop and blends them with
the camera's picture. All else happens at a quarter of the size or less.
"""

from __future__ import annotations

import numpy as np

from media.backgrounds import opencv
from media.backgrounds.backdrops import Backdrop, make_backdrop
from media.backgrounds.effects import Corner, Effect, Logo
from media.backgrounds.images import Rgba, decode_logo
from media.backgrounds.masks import MaskFinder
from media.backgrounds.native._native import blend
from media.backgrounds.pictures import Picture, Reduced

_LOGO_MARGIN = 0.04  # Of the picture's height.


class Compositor:
    """Applies one effect to pictures of one size; ImageRefused for images that cannot be used."""

    def __init__(self, effect: Effect, width: int, height: int) -> None:
        background, logo = effect.background, effect.logo
        self._backdrop = make_backdrop(background, width, height) if background else None
        self._logo = _LogoOverlay(logo, width, height) if logo else None
        self._out = Picture.blank(width, height)

    def compose(self, picture: Picture, masks: MaskFinder, *, keep_mask: bool = False) -> Picture:
        """Apply the effect. The result holds until the next call; the given picture is left alone."""
        if self._backdrop is None:
            for out, plane in zip(self._out, picture, strict=True):
                np.copyto(out, plane)
        else:
            self._replace_room(self._backdrop, picture, masks, keep_mask)
        if self._logo is not None:
            self._logo.draw(self._out)
        return self._out

    def _replace_room(self, backdrop: Backdrop, picture: Picture, masks: MaskFinder, keep_mask: bool) -> None:
        reduced = Reduced.of(picture)
        mask = masks.find(reduced, keep=keep_mask)
        behind = backdrop.behind(reduced, mask)
        rows = mask.shape[0]
        light = None if behind.light is None else opencv.resize(behind.light, picture.width, rows)
        luma_mask = opencv.resize(mask, picture.width, rows)
        chroma_mask = opencv.resize(mask, picture.u.shape[1], rows)
        y, u, v = behind.planes
        blend(self._out.y, picture.y, y, luma_mask, light)
        blend(self._out.u, picture.u, u, chroma_mask)
        blend(self._out.v, picture.v, v, chroma_mask)


class _LogoOverlay:
    """A logo, made ready for pictures of one size. It begins on an even sample, so that chroma fits."""

    def __init__(self, logo: Logo, width: int, height: int) -> None:
        rgba = decode_logo(logo.image)
        own_height, own_width = rgba.shape[:2]
        margin = round(height * _LOGO_MARGIN)
        scale = min(width * logo.width / own_width, (height - 2 * margin) / own_height)
        self._width, self._height = (max(2 * round(own * scale / 2), 2) for own in (own_width, own_height))
        self._left, self._top = self._corner(logo.corner, width, height, margin)
        scaled = self._scaled(rgba)
        self._planes = Picture.from_rgb(np.ascontiguousarray(scaled[:, :, :3]))
        self._alpha = np.rint(scaled[:, :, 3] * logo.opacity).astype(np.uint8)
        self._chroma_alpha = opencv.reduce(self._alpha, self._width // 2, self._height // 2)

    def draw(self, picture: Picture) -> None:
        """Lay the logo over the picture, in place."""
        top, left = self._top, self._left
        area = picture.y[top : top + self._height, left : left + self._width]
        blend(area, self._planes.y, area.copy(), self._alpha)
        rows = slice(top // 2, (top + self._height) // 2)
        columns = slice(left // 2, (left + self._width) // 2)
        for plane, own in ((picture.u, self._planes.u), (picture.v, self._planes.v)):
            blend(plane[rows, columns], own, plane[rows, columns].copy(), self._chroma_alpha)

    def _corner(self, corner: Corner, width: int, height: int, margin: int) -> tuple[int, int]:
        """The logo's first column and row."""
        is_left = corner in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT)
        is_top = corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT)
        left = margin if is_left else width - margin - self._width
        top = margin if is_top else height - margin - self._height
        return max(left, 0) // 2 * 2, max(top, 0) // 2 * 2

    def _scaled(self, rgba: Rgba) -> Rgba:
        """Scale with colours multiplied by alpha, or else what is transparent would tinge the edge."""
        weighted = rgba.copy()
        weighted[:, :, :3] = rgba[:, :, :3].astype(np.uint16) * rgba[:, :, 3:] // 255
        reduced = opencv.reduce(weighted, self._width, self._height)
        alpha = np.maximum(reduced[:, :, 3:], 1).astype(np.uint16)
        colours = np.minimum(reduced[:, :, :3].astype(np.uint16) * 255 // alpha, 255)
        return np.concatenate([colours.astype(np.uint8), reduced[:, :, 3:]], axis=2)

"""A drawn person before a camera, to show effects on. The drawing is ours, so nobody's picture is needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from media.backgrounds import opencv
from media.backgrounds.pictures import Plane, Rgb

WIDTH = 960
HEIGHT = 540

Colour = tuple[int, int, int]
Point = tuple[float, float]

_WALL, _FLOOR = (214, 205, 190), (150, 118, 88)
_SHELF, _WINDOW, _FRAME = (120, 86, 58), (168, 205, 226), (240, 238, 232)
_BOOKS = ((178, 62, 48), (52, 96, 130), (208, 164, 62), (70, 112, 82), (126, 74, 120), (226, 218, 200))
_LEAF, _POT = (66, 116, 70), (186, 104, 70)
_SKIN, _SHADE, _HAIR = (226, 178, 148), (204, 152, 122), (70, 46, 36)
_SHIRT, _COLLAR, _INK, _LIPS = (38, 84, 104), (236, 240, 240), (48, 34, 30), (176, 92, 88)


@cache
def sample_picture() -> Rgb:
    """A person in a room, WIDTH × HEIGHT; to be read, not written."""
    canvas = _Canvas()
    _draw_room(canvas)
    _draw_person(canvas)
    return canvas.picture


class _Canvas:
    """Draws shapes one over another; lengths are pixels."""

    def __init__(self) -> None:
        self.picture: Rgb = np.full((HEIGHT, WIDTH, 3), _WALL, np.uint8)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        shape: Plane = np.zeros((HEIGHT, WIDTH), np.uint8)
        opencv.fill_polygon(shape, points, 255)
        share = shape[:, :, np.newaxis].astype(np.uint16)
        blended = self.picture * (255 - share) + np.array(colour, np.uint16) * share
        self.picture = (blended // 255).astype(np.uint8)

    def box(self, left: float, top: float, width: float, height: float, colour: Colour) -> None:
        right, bottom = left + width, top + height
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def ellipse(self, centre: Point, radii: Point, colour: Colour, lower: float = 0) -> None:
        """An ellipse whose lower half is longer by the factor 1 + `lower`."""
        turns = np.linspace(0, 2 * np.pi, 90, endpoint=False)
        heights = np.where(np.sin(turns) > 0, radii[1] * (1 + lower), radii[1])
        columns, rows = centre[0] + radii[0] * np.cos(turns), centre[1] + heights * np.sin(turns)
        self.polygon(list(zip(columns.tolist(), rows.tolist(), strict=True)), colour)


def _draw_room(canvas: _Canvas) -> None:
    canvas.box(0, 440, WIDTH, 100, _FLOOR)
    canvas.box(70, 60, 240, 220, _FRAME)
    for left in (84, 196):
        canvas.box(left, 74, 100, 192, _WINDOW)
    for row, top in enumerate((110, 210, 310)):
        canvas.box(640, top + 74, 260, 10, _SHELF)
        for place in range(9):
            book = (place * 5 + row * 3) % len(_BOOKS)
            height = 48 + (place * 17 + row * 11) % 24
            canvas.box(650 + place * 26, top + 74 - height, 22, height, _BOOKS[book])
    for lean in (-46, -24, 0, 24, 46):
        canvas.polygon([(170 + lean * 0.2, 420), (150 + lean, 330), (172 + lean * 1.3, 320)], _LEAF)
    canvas.polygon([(130, 415), (210, 415), (198, 480), (142, 480)], _POT)


def _draw_person(canvas: _Canvas) -> None:
    middle = WIDTH / 2
    canvas.ellipse((middle, 190), (92, 86), _HAIR, lower=0.12)
    canvas.ellipse((middle, 560), (225, 205), _SHIRT)
    canvas.box(middle - 38, 290, 76, 90, _SHADE)
    canvas.polygon([(middle - 52, 356), (middle, 420), (middle + 52, 356), (middle, 386)], _COLLAR)
    canvas.ellipse((middle, 372), (38, 16), _SHADE)
    canvas.ellipse((middle, 215), (74, 86), _SKIN, lower=0.15)
    canvas.ellipse((middle, 146), (78, 42), _HAIR)
    for side in (-1, 1):
        canvas.ellipse((middle + side * 76, 222), (10, 20), _SHADE)
        canvas.ellipse((middle + side * 29, 212), (9, 6), (250, 250, 250))
        canvas.ellipse((middle + side * 29, 212), (5, 5.5), _INK)
        canvas.ellipse((middle + side * 29, 194), (17, 3.5), _HAIR)
    canvas.ellipse((middle, 240), (8, 12), _SHADE)
    canvas.ellipse((middle, 272), (22, 6), _LIPS)

"""The still that is sent while no processed picture can be: who it is, and nothing of the room."""

from __future__ import annotations

import numpy as np

from media.backgrounds import opencv
from media.backgrounds.image_problems import ImageRefused
from media.backgrounds.images import cover, decode_background
from media.backgrounds.pictures import Picture
from media.backgrounds.rtp import ticks_between
from media.backgrounds.streams import Person

WIDTH = 640
HEIGHT = 360

_BACKGROUND = (38, 43, 51)
_LETTER_GREY = 235  # White in studio range.
_LETTER_HEIGHT = 96

# In 1/90000 s: when the still is shown if no first picture comes, when if none follows the last one, and how
# often it is repeated.
_FIRST_AFTER = 27_000
_LATER_AFTER = 180_000
_REPEATED_AFTER = 45_000


def make_placeholder(person: Person) -> Picture:
    """Draw the still. A photo that cannot be used is replaced by the initials: something must be sent."""
    rgb = np.full((HEIGHT, WIDTH, 3), _BACKGROUND, np.uint8)
    if person.photo is not None:
        try:
            photo = cover(decode_background(person.photo), HEIGHT, HEIGHT)
        except ImageRefused:
            pass
        else:
            left = (WIDTH - HEIGHT) // 2
            rgb[:, left : left + HEIGHT] = photo
            return Picture.from_rgb(rgb)
    picture = Picture.from_rgb(rgb)
    # What the font lacks would be drawn as question marks.
    letters = person.initials.encode("ascii", "ignore").decode()
    opencv.draw_text(picture.y, letters, (WIDTH // 2, HEIGHT // 2), _LETTER_HEIGHT, _LETTER_GREY)
    return picture


class Still:
    """Shows the still of one stream when it is time. The camera's own packets are the clock."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._picture: Picture | None = None
        self._heard = 0  # The newest timestamp that came in.
        self._due: int | None = None  # The timestamp from which on the still is to be shown; None before any.
        self.is_shown = False
        """Whether nothing was shown since."""

    @property
    def picture(self) -> Picture:
        """The still itself."""
        if self._picture is None:
            self._picture = make_placeholder(self._person)
        return self._picture

    def begin(self, timestamp: int) -> None:
        """The camera begins, or begins anew."""
        self._heard = timestamp
        self._due = _after(timestamp, _FIRST_AFTER)

    def hear(self, timestamp: int) -> None:
        """A packet came in."""
        if ticks_between(self._heard, timestamp) > 0:
            self._heard = timestamp

    def hurry(self) -> None:
        """Show the still again at once, if it is shown at all: somebody cannot see it."""
        if self.is_shown:
            self._due = self._heard

    def replaced_at(self, timestamp: int) -> None:
        """A picture went out."""
        self._due = _after(timestamp, _LATER_AFTER)
        self.is_shown = False

    def take_due(self) -> int | None:
        """Give the timestamp at which the still is to be shown now; None if it is not."""
        if self._due is None or ticks_between(self._due, self._heard) < 0:
            return None
        self._due = _after(self._heard, _REPEATED_AFTER)
        self.is_shown = True
        return self._heard


def _after(timestamp: int, ticks: int) -> int:
    return (timestamp + ticks) & 0xFFFFFFFF

"""How much work is done on each picture, and when it becomes less or more.

Work is dropped before it is late. The steps are taken in this order, and back in the opposite one; each is
for all streams of a worker, because they share its core.
"""

from __future__ import annotations

from enum import IntEnum


class Quality(IntEnum):
    """What is left out; each step includes those before it."""

    FULL = 0
    EVERY_SECOND_MASK = 1
    SMALL = 2
    """No larger than the small layer."""
    HALF_RATE = 3
    """At most 15 pictures a second."""
    STILL = 4
    """The placeholder."""


HALF_RATE_TICKS = 5000
"""The least distance between pictures at half rate, in 1/90000 s: less than 1/15 s, for jitter's sake."""

_BUSY = 0.85  # The share of time at work from which on a step down is taken…
_BUSY_FOR_S = 1.0
_IDLE = 0.5  # …and below which one is taken back: a step back nearly doubles the work.
_IDLE_FOR_S = 8.0


class QualityLadder:
    """Decides from the share of time that a worker is at work. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self.quality = Quality.FULL
        self._busy_since: float | None = None
        self._idle_since: float | None = None

    def update(self, busy: float, now: float) -> Quality:
        """Take in the share since the last update (0 to 1)."""
        self._busy_since = (self._busy_since or now) if busy >= _BUSY else None
        self._idle_since = (self._idle_since or now) if busy < _IDLE else None
        if self._busy_since is not None and now - self._busy_since >= _BUSY_FOR_S:
            self._step(1)
        elif self._idle_since is not None and now - self._idle_since >= _IDLE_FOR_S:
            self._step(-1)
        return self.quality

    def _step(self, by: int) -> None:
        self.quality = Quality(min(max(self.quality + by, Quality.FULL), Quality.STILL))
        self._busy_since = self._idle_since = None

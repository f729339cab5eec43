"""Merging and throttling requests for key frames.

A narrow line is filled by the key frames that are asked for: each costs as much as a second of other
pictures, and an encoder that made too many drops pictures until its rate is kept. So a request that was in
vain, as no key frame came or its packets were given up, is repeated after growing pauses.
"""

from __future__ import annotations

INTERVAL_US = 300_000
"""Browsers answer a request at most this often; asking more only costs packets."""

LONGEST_INTERVAL_US = 2_400_000


class KeyFrameLimit:
    """When one camera was last asked, and how long (µs) it is left alone.

    Its layers share this, because browsers answer a request for one layer with key frames on all.
    """

    __slots__ = ("interval", "requested_at")

    def __init__(self) -> None:
        self.requested_at: int | None = None
        self.interval = INTERVAL_US


class KeyFrameRequests:
    """Turns any number of wishes for a key frame of one source into few requests.

    A wish that comes too early is kept until the interval is over or a key frame has come.
    """

    __slots__ = ("_in_vain", "_wanted", "limit")

    def __init__(self) -> None:
        self._wanted = False
        self._in_vain = False
        self.limit = KeyFrameLimit()

    def want(self) -> None:
        """Wish for a key frame."""
        self._wanted = True

    def arrived(self) -> None:
        """Take note that a key frame has begun: it fulfils all wishes."""
        self._wanted = self._in_vain = False

    def lost(self) -> None:
        """Take note that packets since the last key frame were given up."""
        self._in_vain = True

    def due(self, now: int) -> bool:
        """Return whether to send a request at time `now` (µs), and take it as sent."""
        limit = self.limit
        if not self._wanted:
            return False
        if limit.requested_at is not None and now - limit.requested_at < limit.interval:
            return False
        recent = limit.requested_at is not None and now - limit.requested_at < 2 * LONGEST_INTERVAL_US
        limit.interval = (
            min(2 * limit.interval, LONGEST_INTERVAL_US) if self._in_vain and recent else INTERVAL_US
        )
        limit.requested_at = now
        self._wanted, self._in_vain = False, True
        return True

"""Merging and throttling requests for key frames."""

from __future__ import annotations

INTERVAL_US = 300_000
"""Browsers answer a request at most this often; asking more only costs packets."""


class KeyFrameLimit:
    """When one camera was last asked.

    Its layers share this, because browsers answer a request for one layer with key frames on all.
    """

    __slots__ = ("requested_at",)

    def __init__(self) -> None:
        self.requested_at: int | None = None


class KeyFrameRequests:
    """Turns any number of wishes for a key frame of one source into few requests.

    A wish that comes too early is kept until the interval is over or a key frame has come.
    """

    __slots__ = ("_wanted", "limit")

    def __init__(self) -> None:
        self._wanted = False
        self.limit = KeyFrameLimit()

    def want(self) -> None:
        """Wish for a key frame."""
        self._wanted = True

    def arrived(self) -> None:
        """Take note that a key frame has begun: it fulfils all wishes."""
        self._wanted = False

    def due(self, now: int) -> bool:
        """Return whether to send a request at time `now` (µs), and take it as sent."""
        if not self._wanted:
            return False
        if self.limit.requested_at is not None and now - self.limit.requested_at < INTERVAL_US:
            return False
        self._wanted = False
        self.limit.requested_at = now
        return True

"""When a client's packets arrived, by their transport-wide numbers, until the client has been told."""

from __future__ import annotations

from collections.abc import Iterator

from tests.media.specification.sequence import signed_distance
from tests.media.specification.transport_cc import (
    MAX_STATUSES,
    REFERENCE_TICKS,
    TICK_US,
    TransportFeedback,
)

REPORT_INTERVAL_US = 100_000
_WINDOW = 1024


class Arrivals:
    """The arrivals at one transport, in microseconds."""

    def __init__(self) -> None:
        self._times: dict[int, int] = {}
        self._next = 0
        self._highest: int | None = None
        self._media_ssrc = 0
        self._feedback_count = 0

    def note(self, number: int, ssrc: int, now: int) -> None:
        """Take note of a packet. After a leap over the whole window, either way, the record begins anew."""
        ahead = signed_distance(self._highest & 0xFFFF, number) if self._highest is not None else _WINDOW
        if self._highest is None or abs(ahead) >= _WINDOW:
            self._times.clear()
            self._next = self._highest = (1 << 16) + number
            ahead = 0
        extended = self._highest + ahead
        self._highest = max(self._highest, extended)
        self._media_ssrc = ssrc
        oldest = self._highest - _WINDOW + 1
        self._times = {key: at for key, at in self._times.items() if key >= oldest}
        self._next = max(self._next, oldest)
        if extended not in self._times:
            self._times[extended] = now
            self._next = min(self._next, extended)

    def take(self, sender_ssrc: int) -> Iterator[TransportFeedback]:
        """Report what has not been reported, and what follows something that came late."""
        while self._highest is not None and self._next <= self._highest:
            yield self._take_one(sender_ssrc, self._highest)

    def _take_one(self, sender_ssrc: int, highest: int) -> TransportFeedback:
        first = next(number for number in range(self._next, highest + 1) if number in self._times)
        reference = self._times[first] // TICK_US // REFERENCE_TICKS
        tick = reference * REFERENCE_TICKS
        base = self._next & 0xFFFF
        deltas: list[int | None] = []
        while self._next <= highest and len(deltas) < MAX_STATUSES:
            at = self._times.get(self._next)
            delta = at // TICK_US - tick if at is not None else None
            if delta is not None:
                if not -0x8000 <= delta < 0x8000:
                    break
                tick += delta
            deltas.append(delta)
            self._next += 1
        count, self._feedback_count = self._feedback_count, self._feedback_count + 1 & 0xFF
        return TransportFeedback(
            sender_ssrc, self._media_ssrc, base, reference & 0xFFFFFF, count, tuple(deltas)
        )

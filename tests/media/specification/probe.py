"""A cluster of packets that are sent to find out whether the way to a client carries a rate."""

from __future__ import annotations

_STEP_US = 2_000
_MIN_PACKETS = 5


class Probe:
    """The sending of one cluster: at its rate, in steps of about 2 ms."""

    def __init__(self, number: int, bps: int, duration_us: int, now: int) -> None:
        self.number = number
        self.packets = 0
        self._bps = bps
        self._total = bps * duration_us // 8_000_000
        self._sent = 0
        self._began = now

    @property
    def is_complete(self) -> bool:
        """Whether all was sent."""
        return self._sent >= self._total and self.packets >= _MIN_PACKETS

    def is_due(self, now: int) -> bool:
        """Whether a packet is to be sent now."""
        due = self._began + self._sent * 8_000_000 // self._bps
        return not self.is_complete and due < now + _STEP_US

    @property
    def longest_packet(self) -> int:
        """How long a packet's payload may be, so that there are enough of them."""
        return self._total // _MIN_PACKETS

    def sent(self, size: int) -> None:
        """Take note of a packet."""
        self._sent += size
        self.packets += 1

"""Spreading what goes to a client over time: a leaky bucket, and what waits for it to drain."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.media.specification.slot import Slot

_BURST_US = 5_000
_CAPACITY = 256
_LONGEST_US = 500_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A packet that waits, without its transport-wide number."""

    slot: Slot
    data: bytes
    since: int


@dataclass(slots=True)
class Pacer:
    """Packets leave while less than 5 ms of the bucket is left; none is dropped: the oldest leave at once."""

    bps: int = 0
    retransmissions: deque[Waiting] = field(default_factory=deque)
    media: deque[Waiting] = field(default_factory=deque)
    _drained_at: int = 0

    def is_open(self, now: int) -> bool:
        """Whether a packet that comes now need not wait."""
        return not self._count and self._drained_at - now < _BURST_US

    def charge(self, size: int, now: int) -> None:
        """Fill a packet into the bucket."""
        byte_us_16 = (8_000_000 << 16) // self.bps if self.bps else 0
        self._drained_at = max(self._drained_at, now) + (size * byte_us_16 >> 16)

    def put(self, packet: Waiting, *, retransmission: bool) -> None:
        """Let a packet wait."""
        (self.retransmissions if retransmission else self.media).append(packet)

    @property
    def is_overfull(self) -> bool:
        """Whether more packets wait than may."""
        return self._count > _CAPACITY

    def take(self, now: int) -> Iterator[Waiting]:
        """Take out what may leave now."""
        while (queue := self._ready(now)) is not None:
            packet = queue.popleft()
            self.charge(len(packet.data), now)
            yield packet

    def discard(self, slot: Slot) -> None:
        """Forget the waiting packets of a slot."""
        self.retransmissions = deque(packet for packet in self.retransmissions if packet.slot is not slot)
        self.media = deque(packet for packet in self.media if packet.slot is not slot)

    @property
    def _count(self) -> int:
        return len(self.retransmissions) + len(self.media)

    def _ready(self, now: int) -> deque[Waiting] | None:
        queues = [queue for queue in (self.retransmissions, self.media) if queue]
        if not queues:
            return None
        if not self.bps or self._drained_at - now < _BURST_US:
            return queues[0]
        oldest = min(queues, key=lambda queue: queue[0].since)
        late = now - oldest[0].since >= _LONGEST_US
        return oldest if late or self._count > _CAPACITY else None

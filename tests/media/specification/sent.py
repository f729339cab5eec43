"""What was sent to a client, by transport-wide number, until the client has told what became of it."""

from __future__ import annotations

from dataclasses import dataclass

_CAPACITY = 2048


@dataclass(slots=True)
class SentPacket:
    """A packet: when it was sent (µs), the bytes of its datagram, and whether its fate is unknown."""

    at: int
    size: int
    pending: bool = True


class Sent:
    """The packets sent on one transport."""

    def __init__(self) -> None:
        self.next = 0
        self._packets: dict[int, SentPacket] = {}

    def note(self, size: int, now: int) -> None:
        """Take note that the packet with the next number was sent."""
        self._packets[self.next] = SentPacket(now, size)
        self._packets.pop(self.next - _CAPACITY, None)
        self.next += 1

    def extend(self, number: int) -> int:
        """Return the latest number that may be meant by 16 bits; negative if there is none."""
        latest = self.next - 1
        return latest - (latest - number & 0xFFFF)

    def settle(self, number: int) -> SentPacket | None:
        """Take the client's first word on a packet's fate; None for what is not kept or known already."""
        packet = self._packets.get(number)
        if packet is None or not packet.pending:
            return None
        packet.pending = False
        return packet

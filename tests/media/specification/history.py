"""A bounded store of a source's latest packets, from which losses are repaired."""

from __future__ import annotations

from dataclasses import dataclass

from tests.media.specification.red import Red
from tests.media.specification.rtp import RtpPacket
from tests.media.specification.vp8 import Descriptor

CAPACITY = 256
BYTES = 256 << 10
"""Packets and bytes kept per source: a good second of a camera."""
AGE_US = 1_500_000
"""What is older may be overwritten early."""


@dataclass(frozen=True, slots=True)
class MediaPacket:
    """A source's packet with its extended sequence number; its descriptor if it is VP8, its blocks if RED."""

    number: int
    received_at: int
    rtp: RtpPacket
    descriptor: Descriptor | None
    red: Red | None


class PacketHistory:
    """A ring of packets, addressed by extended sequence number; their bytes lie in a ring of their own.

    The bytes of a packet lie together: where the end of their ring is too near, or its beginning old enough,
    they begin at its beginning. A packet is lost when newer bytes reach those of its own.
    """

    __slots__ = ("_packets", "_turned_at", "_written")

    def __init__(self) -> None:
        self._packets: list[tuple[int, MediaPacket] | None] = [None] * CAPACITY
        self._written = 0
        self._turned_at = 0

    def put(self, packet: MediaPacket) -> None:
        """Store a packet in the place of the one that is `CAPACITY` older, but not of a newer one."""
        place = packet.number % CAPACITY
        present = self._packets[place]
        if present is not None and present[1].number > packet.number:
            return
        size = packet.rtp.extensions_size + len(packet.rtp.payload)
        left = BYTES - self._written % BYTES
        turns = size > left or packet.received_at - self._turned_at > AGE_US
        if turns:
            self._turned_at = packet.received_at
        position = self._written + (left if turns else 0)
        self._packets[place] = (position, packet)
        self._written = position + size

    def get(self, number: int) -> MediaPacket | None:
        """Return the packet with this number if it is still there."""
        present = self._packets[number % CAPACITY]
        if present is None or present[1].number != number or self._written - present[0] > BYTES:
            return None
        return present[1]

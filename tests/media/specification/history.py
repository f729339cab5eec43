"""A bounded store of a source's latest packets, from which losses are repaired."""

from __future__ import annotations

from dataclasses import dataclass

from tests.media.specification.rtp import RtpPacket
from tests.media.specification.vp8 import Descriptor

CAPACITY = 256
"""Packets kept per source: about two seconds of a camera."""


@dataclass(frozen=True, slots=True)
class MediaPacket:
    """A source's packet with its extended sequence number, and its descriptor if it is VP8."""

    number: int
    rtp: RtpPacket
    descriptor: Descriptor | None


class PacketHistory:
    """A ring of packets, addressed by extended sequence number."""

    __slots__ = ("_packets",)

    def __init__(self) -> None:
        self._packets: list[MediaPacket | None] = [None] * CAPACITY

    def put(self, packet: MediaPacket) -> None:
        """Store a packet in the place of the one that is `CAPACITY` older, but not of a newer one."""
        place = packet.number % CAPACITY
        present = self._packets[place]
        if present is None or present.number <= packet.number:
            self._packets[place] = packet

    def get(self, number: int) -> MediaPacket | None:
        """Return the packet with this number if it is still there."""
        packet = self._packets[number % CAPACITY]
        return packet if packet is not None and packet.number == number else None

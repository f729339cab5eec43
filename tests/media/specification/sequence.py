"""Sequence-number arithmetic (RFC 3550 appendix A.1, RFC 1982).

On the wire a sequence number has 16 bits and wraps. Inside the SFU every stream counts in *extended*
numbers that never wrap; only the first and the last step of a packet's way through the SFU see 16 bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_MODULUS = 1 << 16
_HALF = 1 << 15


class Unwrapper:
    """Turns the 16-bit numbers of one stream into extended numbers.

    The first number is lifted by one cycle, so that packets that precede it stay positive.
    """

    __slots__ = ("_highest",)

    def __init__(self) -> None:
        self._highest: int | None = None

    def unwrap(self, number: int) -> int:
        """Return the extended number nearest to the highest one seen so far."""
        if self._highest is None:
            self._highest = number + _MODULUS
            return self._highest
        extended = self._highest + signed_distance(self._highest, number)
        self._highest = max(self._highest, extended)
        return extended


def signed_distance(reference: int, number: int) -> int:
    """Return how far `number` is ahead of `reference` modulo 2^16, in [-32768, 32767]."""
    return (number - reference + _HALF) % _MODULUS - _HALF


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where a packet has come to, and how many pictures were removed before it."""

    number: int
    pictures: int


@dataclass(frozen=True, slots=True)
class _Segment:
    start: int
    offset: int
    pictures: int


class SequenceMap:
    """Maps the extended numbers of one source onto those of a slot, and back.

    Packets that a slot leaves out must not leave a hole, or the receiver would ask for them for ever.
    Removing a packet shifts all later ones down by one, so the map is a list of segments; as many numbers as
    the offset falls by from one segment to the next were removed, those right before the later one.
    """

    SEGMENTS = 128
    """How many removals are remembered; packets from before the oldest one are no longer mapped."""

    __slots__ = ("_segments", "highest")

    def __init__(self, first_incoming: int, first_outgoing: int) -> None:
        self._segments = [_Segment(first_incoming, first_outgoing - first_incoming, 0)]
        self.highest = first_incoming - 1

    def forward(self, incoming: int) -> Mapped | None:
        """Return the slot's number for a packet, or None if it precedes the map or was removed."""
        for segment, end in self._newest_first():
            if incoming >= segment.start:
                if end is not None and incoming >= end:
                    return None
                self.highest = max(self.highest, incoming)
                return Mapped(incoming + segment.offset, segment.pictures)
        return None

    def remove(self, incoming: int, *, first_of_picture: bool) -> bool:
        """Take a packet out of the sequence, and a picture if it is the first of one that is taken out.

        Return False when a later packet has been mapped already: the hole can no longer be closed.
        """
        if incoming <= self.highest:
            return False
        last = self._segments[-1]
        if last.start == incoming:
            self._segments.pop()
        self._segments.append(_Segment(incoming + 1, last.offset - 1, last.pictures + first_of_picture))
        del self._segments[: -self.SEGMENTS]
        self.highest = incoming
        return True

    def backward(self, outgoing: int) -> int | None:
        """Return the source's number of the packet that has this number in the slot."""
        for segment, end in self._newest_first():
            incoming = outgoing - segment.offset
            if incoming >= segment.start and (end is None or incoming < end):
                return incoming
        return None

    def _newest_first(self) -> Iterator[tuple[_Segment, int | None]]:
        """Yield the segments with the first number removed behind each."""
        following: _Segment | None = None
        for segment in reversed(self._segments):
            removed = segment.offset - following.offset if following is not None else 0
            yield segment, following.start - removed if following is not None else None
            following = segment

"""Sequence-number arithmetic (RFC 3550 appendix A.1, RFC 1982).

On the wire a sequence number has 16 bits and wraps. Inside the SFU every stream counts in *extended*
numbers that never wrap; only the first and the last step of a packet's way through the SFU see 16 bits.
"""

from __future__ import annotations

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


class SequenceMap:
    """Maps the extended numbers of one source onto those of a slot, and back.

    Packets that a slot swallows (padding) must not leave a hole, or the receiver would ask for them
    for ever. Removing a packet shifts all later ones down by one, so the map is a list of segments
    `(first incoming number, offset)`; the number before each later segment is the removed one.
    """

    SEGMENTS = 128
    """How many removals are remembered; packets from before the oldest one are no longer mapped."""

    __slots__ = ("_highest", "_segments")

    def __init__(self, first_incoming: int, first_outgoing: int) -> None:
        self._segments = [(first_incoming, first_outgoing - first_incoming)]
        self._highest = first_incoming - 1

    def forward(self, incoming: int) -> int | None:
        """Return the slot's number for a packet, or None if it precedes the map or was removed."""
        following: int | None = None
        for start, offset in reversed(self._segments):
            if incoming >= start:
                if following is not None and incoming == following - 1:
                    return None
                self._highest = max(self._highest, incoming)
                return incoming + offset
            following = start
        return None

    def remove(self, incoming: int) -> bool:
        """Take a packet out of the sequence.

        Return False when a later packet has been mapped already: the hole can no longer be closed.
        """
        if incoming <= self._highest:
            return False
        self._segments.append((incoming + 1, self._segments[-1][1] - 1))
        del self._segments[: -self.SEGMENTS]
        self._highest = incoming
        return True

    def backward(self, outgoing: int) -> int | None:
        """Return the source's number of the packet that has this number in the slot."""
        following: int | None = None
        for start, offset in reversed(self._segments):
            incoming = outgoing - offset
            if incoming >= start and (following is None or incoming < following - 1):
                return incoming
            following = start
        return None

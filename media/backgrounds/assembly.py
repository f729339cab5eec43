"""Brings packets into order and gives complete frames, each decodable after the one before.

What is missing may still come, because its repair was asked for or because it was overtaken. It is waited
for, but not long: then everything up to the next key frame is given up, since VP8 frames build on each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.backgrounds.rtp import RtpPacket, unwrap
from media.backgrounds.vp8 import Fragment, parse_payload

PATIENCE_S = 0.2
"""How long a missing packet is waited for."""

MAX_PACKETS = 1024
"""How many packets wait at most; if one more comes, all are given up."""

_FAR = 3000  # A step in numbers that no network makes: the sender began anew.


@dataclass(frozen=True, slots=True)
class Frame:
    """An encoded frame; `arrived` is when its last packet came."""

    timestamp: int
    data: bytes
    is_key_frame: bool
    extensions: tuple[tuple[int, bytes], ...]
    arrived: float


@dataclass(frozen=True, slots=True)
class _Waiting:
    packet: RtpPacket
    fragment: Fragment
    arrived: float


class FrameAssembler:
    """Feed it packets, drain it of frames. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._waiting: dict[int, _Waiting] = {}
        self._next: int | None = (
            None  # The number that the next frame begins with; None: that of a key frame.
        )
        self._newest: int | None = None
        self._stuck_since: float | None = None

    @property
    def needs_key_frame(self) -> bool:
        """Nothing can be decoded until a key frame comes."""
        return self._next is None

    def receive(self, packet: RtpPacket, now: float) -> None:
        """Take a packet in. Raises Malformed."""
        if not packet.payload:  # Padding, to probe the line.
            fragment = Fragment(is_start=False, is_key_frame=False, data=b"")
        else:
            fragment = parse_payload(packet.payload)
        number = self._unwrapped(packet.sequence)
        if self._next is not None and number < self._next:
            return
        if len(self._waiting) >= MAX_PACKETS:
            self.give_up()
        self._waiting[number] = _Waiting(packet, fragment, now)

    def take(self, now: float) -> list[Frame]:
        """Take out the frames that are complete, in order."""
        if self._next is None and not self._begin_with_key_frame():
            return []
        frames = []
        while (frame := self._take_frame()) is not None:
            frames.append(frame)
        self._watch_gap(now)
        return frames

    def give_up(self) -> None:
        """Begin anew with the next key frame: what came last could not be used."""
        self._waiting.clear()
        self._next = None
        self._stuck_since = None

    def _unwrapped(self, sequence: int) -> int:
        number = sequence if self._newest is None else unwrap(sequence, self._newest, 16)
        if self._newest is not None and abs(number - self._newest) > _FAR:
            self.give_up()
            self._newest = number
        self._newest = max(number, self._newest or number)
        return number

    def _begin_with_key_frame(self) -> bool:
        starts = [number for number, waiting in self._waiting.items() if waiting.fragment.is_key_frame]
        if not starts:
            return False
        self._go_to(min(starts))
        return True

    def _go_to(self, number: int) -> None:
        self._next = number
        self._stuck_since = None
        for old in [waiting for waiting in self._waiting if waiting < number]:
            del self._waiting[old]

    def _take_frame(self) -> Frame | None:
        """Take out the next frame if all of it is there."""
        assert self._next is not None
        parts: list[_Waiting] = []
        number = self._next
        while (part := self._waiting.get(number)) is not None:
            number += 1
            if not part.fragment.data and not parts:
                self._go_to(number)
                continue
            parts.append(part)
            if part.packet.marker:
                self._go_to(number)
                return self._frame(parts)
        return None

    def _frame(self, parts: list[_Waiting]) -> Frame:
        first = parts[0]
        return Frame(
            timestamp=first.packet.timestamp,
            data=b"".join(part.fragment.data for part in parts),
            is_key_frame=first.fragment.is_key_frame,
            extensions=parts[-1].packet.extensions,
            arrived=max(part.arrived for part in parts),
        )

    def _watch_gap(self, now: float) -> None:
        """Give up what is missing for too long."""
        assert self._next is not None
        assert self._newest is not None
        number = self._next
        while number in self._waiting:
            number += 1
        if number > self._newest:
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = now
        elif now - self._stuck_since >= PATIENCE_S:
            self._skip(number)

    def _skip(self, missing: int) -> None:
        later = {number: waiting for number, waiting in self._waiting.items() if number > missing}
        self.give_up()
        self._waiting = later
        self._begin_with_key_frame()

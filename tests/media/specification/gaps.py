"""Finding the holes in an incoming stream and deciding what to ask for again (RFC 4585 section 6.2.1)."""

from __future__ import annotations

from dataclasses import dataclass

_RETRY_US = (40_000, 60_000, 90_000, 135_000, 202_500, 303_750)
"""The pauses before each repetition: 40 ms, growing by half."""

_WINDOW = 500
"""A packet further behind than this is useless, and a jump further ahead cannot be repaired."""


@dataclass(slots=True)
class _Missing:
    due: int
    tries: int = 0


class GapTracker:
    """Keeps account of which packets of one stream have arrived.

    Times are microseconds of any steady clock.
    """

    __slots__ = ("_highest", "_missing", "_unrecoverable")

    def __init__(self) -> None:
        self._highest: int | None = None
        self._missing: dict[int, _Missing] = {}
        self._unrecoverable = False

    def received(self, number: int, now: int) -> bool:
        """Take note of a packet; return False for a copy or one that was already given up."""
        if self._highest is None:
            self._highest = number
            return True
        if number <= self._highest:
            return self._missing.pop(number, None) is not None
        if number - self._highest > _WINDOW:
            self.give_up()
        else:
            for lost in range(self._highest + 1, number):
                self._missing[lost] = _Missing(due=now)
        self._highest = number
        self._give_up_before(number - _WINDOW)
        return True

    def due(self, now: int) -> list[int]:
        """Return the packets to ask for now, each again after a growing pause.

        A packet that stayed away after several requests is given up.
        """
        requested: list[int] = []
        for number, missing in list(self._missing.items()):
            if missing.due > now:
                continue
            if missing.tries == len(_RETRY_US):
                del self._missing[number]
                self._unrecoverable = True
                continue
            missing.due = now + _RETRY_US[missing.tries]
            missing.tries += 1
            requested.append(number)
        return requested

    def take_unrecoverable(self) -> bool:
        """Return whether packets were given up since the last call: the decoder needs a key frame."""
        unrecoverable, self._unrecoverable = self._unrecoverable, False
        return unrecoverable

    def _give_up_before(self, number: int) -> None:
        """Give up what fell out of the window."""
        for lost in [lost for lost in self._missing if lost < number]:
            del self._missing[lost]
            self._unrecoverable = True

    def give_up(self) -> None:
        """Stop asking for what is missing; the next key frame repairs the picture."""
        self._missing.clear()
        self._unrecoverable = True

    def key_frame_received(self, number: int) -> None:
        """Forget holes before a key frame, and what was given up: nothing that follows refers to them."""
        self._unrecoverable = False
        for lost in [lost for lost in self._missing if lost < number]:
            del self._missing[lost]

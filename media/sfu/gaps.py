"""Finding the holes in an incoming stream and deciding what to ask for again (RFC 4585 section 6.2.1)."""

from __future__ import annotations

from dataclasses import dataclass

_RETRY_S = 0.04
_RETRY_GROWTH = 1.5
_TRIES = 6
_WINDOW = 500
"""A packet further behind than this is useless, and a jump further ahead cannot be repaired."""


@dataclass(slots=True)
class _Missing:
    due: float
    tries: int = 0


class GapTracker:
    """Keeps account of which packets of one stream have arrived.

    Times are seconds of any steady clock.
    """

    __slots__ = ("_highest", "_missing", "_unrecoverable")

    def __init__(self) -> None:
        self._highest: int | None = None
        self._missing: dict[int, _Missing] = {}
        self._unrecoverable = False

    def received(self, number: int, now: float) -> bool:
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
        return True

    def due(self, now: float) -> list[int]:
        """Return the packets to ask for now, each again after a growing pause.

        A packet that stayed away after several requests is given up.
        """
        if not self._missing or self._highest is None:
            return []
        requested: list[int] = []
        for number, missing in list(self._missing.items()):
            if missing.due > now:
                continue
            if missing.tries == _TRIES or self._highest - number > _WINDOW:
                del self._missing[number]
                self._unrecoverable = True
                continue
            missing.due = now + _RETRY_S * _RETRY_GROWTH**missing.tries
            missing.tries += 1
            requested.append(number)
        return requested

    def take_unrecoverable(self) -> bool:
        """Return whether packets were given up since the last call: the decoder needs a key frame."""
        unrecoverable, self._unrecoverable = self._unrecoverable, False
        return unrecoverable

    def give_up(self) -> None:
        """Stop asking for what is missing; the next key frame repairs the picture."""
        self._missing.clear()
        self._unrecoverable = True

    def key_frame_received(self, number: int) -> None:
        """Forget holes before a key frame: nothing that follows refers to them."""
        for lost in [lost for lost in self._missing if lost < number]:
            del self._missing[lost]

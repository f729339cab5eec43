"""Who speaks: the loudest, with hysteresis, so that a cough does not move the picture."""

from __future__ import annotations

from collections.abc import Mapping

_RANGE_DB = 60
_AUDIBLE = 0.25
_MARGIN = 0.08
_TAKEOVER_S = 0.4
_SILENCE_S = 3.0


def loudness(level_dbov: int) -> float:
    """Turn an audio level in -dBov (RFC 6464, 0 is the loudest) into 0 to 1, linear in decibels."""
    return max(0.0, 1 - level_dbov / _RANGE_DB)


class SpeakerDetector:
    """Follows the levels of a room. Times are seconds of any steady clock."""

    __slots__ = ("_challenger", "_challenger_since", "_heard_at", "_speaker")

    def __init__(self) -> None:
        self._speaker: str | None = None
        self._heard_at = 0.0
        self._challenger: str | None = None
        self._challenger_since = 0.0

    def update(self, levels: Mapping[str, float], now: float) -> str | None:
        """Take the newest levels by session and return the speaker, if anyone speaks.

        A speaker who pauses stays for three seconds, unless another is clearly louder for 0.4 s.
        """
        if self._speaker is not None:
            if levels.get(self._speaker, 0.0) >= _AUDIBLE:
                self._heard_at = now
            elif self._speaker not in levels or now - self._heard_at > _SILENCE_S:
                self._speaker = None
        challenger = self._loudest_other(levels)
        if challenger != self._challenger:
            self._challenger, self._challenger_since = challenger, now
        if challenger is not None and (self._speaker is None or now - self._challenger_since >= _TAKEOVER_S):
            self._speaker, self._heard_at, self._challenger = challenger, now, None
        return self._speaker

    def _loudest_other(self, levels: Mapping[str, float]) -> str | None:
        others = {session: level for session, level in levels.items() if session != self._speaker}
        loudest = max(others, key=others.__getitem__, default=None)
        if loudest is None or others[loudest] < _AUDIBLE:
            return None
        incumbent = levels.get(self._speaker, 0.0) if self._speaker is not None else 0.0
        return loudest if others[loudest] >= incumbent + _MARGIN else None

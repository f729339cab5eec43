"""When to try a higher rate with a short cluster of packets, and which.

A forwarder's layers come in steps, so what is sent seldom shows how much more the path would carry. While
more is wanted than the estimate allows, it is asked: from the start on, as soon as a receiver answers, each
time three times the estimate, until a cluster does not get through as fast as it was sent. After a failure
the next one waits, at most five seconds, so that a recovered path is made use of within ten.
"""

from __future__ import annotations

_FACTOR = 3.0
_LEAST_BPS = 200_000
_WHOLE = 0.9
_MARGIN = 0.95
_GAIN = 1.05
_ANSWER_S = 1.0
_PAUSES_S = (2.0, 3.0, 5.0)


class ProbeSchedule:
    """Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._asked_bps: int | None = None
        self._asked_at = 0.0
        self._next_at = 0.0
        self._failures = 0
        self._seen_cluster = 0

    def next(self, target_bps: float, wanted_bps: float, now: float) -> int | None:
        """Return the rate of a cluster to send now, or None; to be called only while the path is calm."""
        if self._asked_bps is not None and now - self._asked_at > _ANSWER_S:
            self._failed(now)
        if self._asked_bps is not None or now < self._next_at or wanted_bps <= target_bps:
            return None
        self._asked_bps = round(max(min(_FACTOR * target_bps, wanted_bps), _LEAST_BPS))
        self._asked_at = now
        return self._asked_bps

    def answered(self, cluster: int, bps: int, target_bps: float, now: float) -> float | None:
        """Take the newest result; return the rate it proves, once for each cluster.

        A cluster that came through whole may have met no limit, and proves no more than was asked. Another
        one has, and its rate is the path's, of which a little is left free.
        """
        if cluster == self._seen_cluster:
            return None
        self._seen_cluster = cluster
        asked, self._asked_bps = self._asked_bps, None
        whole = asked is not None and bps >= _WHOLE * asked
        proven = min(bps, asked) if asked is not None and whole else _MARGIN * bps
        if whole and proven > _GAIN * target_bps:
            self._failures = 0
        else:
            self._failed(now)
        return proven

    def recovered(self, now: float) -> None:
        """Ask soon: what stood in the way is gone."""
        self._failures = 0
        self._next_at = now

    def _failed(self, now: float) -> None:
        self._asked_bps = None
        self._next_at = now + _PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)]
        self._failures += 1

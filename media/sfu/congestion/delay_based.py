"""Following the capacity by the delay: additive increase, multiplicative decrease.

After draft-ietf-rmcat-gcc-02 section 5.5 and libwebrtc's AimdRateControl: on overuse the target falls to a
share of what arrives, which is the capacity as long as a queue stands. From there it grows by a packet for
each response time while what arrives is near the capacity known from earlier overuse, by 8 % a second while
nothing is known.

A forwarder differs from an encoder in two points. It cannot fill its target, as layers come in steps; so the
target does not grow while it is not made use of (probes raise it then). And a standing queue is audible at
once; so the decrease is deep enough to empty it in about a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_BETA = 0.85
_DEEPEST = 0.5
_GROWTH = 1.08
_PACKET_BITS = 1200 * 8
_RESPONSE_S = 0.1
_LEAST_GROWTH_BPS = 4_000
_HEADROOM = 1.5
_HEADROOM_BPS = 10_000
_USED = 0.85
_DECREASE_PAUSE_S = (0.1, 0.3)


@dataclass(slots=True)
class LinkCapacity:
    """A running mean of what arrived in times of overuse, and how far it strays (libwebrtc)."""

    mean_bps: float | None = None
    _variance: float = 0.4

    def update(self, acked_bps: float) -> None:
        """Take the rate that arrived when a queue stood."""
        kbps = acked_bps / 1000
        mean = self.mean_bps / 1000 if self.mean_bps is not None else kbps
        error = mean - kbps
        mean += 0.05 * (kbps - mean)
        self._variance = 0.95 * self._variance + 0.05 * error * error / max(mean, 1.0)
        self._variance = min(max(self._variance, 0.4), 2.5)
        self.mean_bps = mean * 1000

    def contains(self, bps: float) -> bool:
        """Whether a rate is within three deviations of the mean."""
        return self.mean_bps is not None and abs(bps - self.mean_bps) <= self._spread_bps()

    def forget_unless_near(self, bps: float) -> None:
        """Forget what is out of date: the path has changed."""
        if not self.contains(bps):
            self.mean_bps = None

    def _spread_bps(self) -> float:
        mean = self.mean_bps or 0.0
        return 3 * sqrt(self._variance * mean / 1000) * 1000


class DelayBasedControl:
    """The target by delay. Rates are bit/s, times seconds of any steady clock."""

    def __init__(self, start_bps: float, now: float) -> None:
        self.target_bps = start_bps
        self._capacity = LinkCapacity()
        self._updated_at = now
        self._decreased_at = -1.0

    def probed(self, bps: float) -> None:
        """Take a rate that got through."""
        self.target_bps = max(self.target_bps, bps)

    def limit(self, lowest_bps: float, highest_bps: float) -> None:
        """Keep the target within bounds."""
        self.target_bps = min(max(self.target_bps, lowest_bps), highest_bps)

    def overused(self, acked_bps: float, queue_s: float, round_trip_s: float, now: float) -> None:
        """Decrease, unless the last decrease cannot have shown yet."""
        shortest, longest = _DECREASE_PAUSE_S
        self._updated_at = now
        if now - self._decreased_at < min(max(round_trip_s, shortest), longest):
            return
        self._decreased_at = now
        share = max(_DEEPEST, min(_BETA, 1 - queue_s))
        self._capacity.forget_unless_near(acked_bps)
        self._capacity.update(acked_bps)
        self.target_bps = min(self.target_bps, share * acked_bps)

    def hold(self, now: float) -> None:
        """Let time pass without a change."""
        self._updated_at = now

    def increase(self, acked_bps: float, sent_bps: float, round_trip_s: float, now: float) -> None:
        """Grow with the time since the last update, as far as the target is made use of."""
        elapsed = min(now - self._updated_at, 1.0)
        self._updated_at = now
        if self._capacity.mean_bps is not None and acked_bps > self._capacity.mean_bps:
            self._capacity.forget_unless_near(acked_bps)
        if sent_bps < _USED * self.target_bps:
            return
        if self._capacity.mean_bps is not None:
            per_second = max(_LEAST_GROWTH_BPS, _PACKET_BITS / (round_trip_s + _RESPONSE_S))
            grown = self.target_bps + per_second * elapsed
        else:
            grown = self.target_bps * _GROWTH**elapsed
        self.target_bps = max(self.target_bps, min(grown, _HEADROOM * acked_bps + _HEADROOM_BPS))

"""How much may be sent to one receiver: delay, loss and probes put together.

Fed a few times a second with the packet path's `CongestionReport`; the result is `target_bps`. Delay decides,
loss limits, probes raise, silence decays:

- Overuse counts when a queue stands behind it: on a path with much jitter the detector cries wolf. A delay
  that the path itself added is no queue.
- A queue that stands at its full length does not grow, so it is no overuse; that more goes in than comes out
  tells it.
- Without feedback for two seconds the target decays as long as it is made use of, since nobody knows whether
  what is sent arrives. The feedback's way alone may have been blocked: if what comes then shows no
  congestion, the target is what it was. Where nothing is sent nothing can come back: then probes go on, or
  a line that had no room for anything would never be used again.
"""

from __future__ import annotations

from collections import deque
from math import inf

from media.sfu.congestion.delay_based import DelayBasedControl
from media.sfu.congestion.delay_floor import DelayFloor
from media.sfu.congestion.loss_based import LossBasedControl
from media.sfu.congestion.probing import ProbeSchedule
from media.sfu.packet_path import CongestionReport, DelayState

START_BPS = 500_000
LOWEST_BPS = 30_000
HIGHEST_BPS = 10_000_000

_NOTICEABLE_QUEUE_S = 0.015
_EMPTY_QUEUE_S = 0.04
_STANDING_QUEUE_S = 0.08
_STANDING_S = 0.3
_ACKED_S = 0.5
"""A path that pauses or becomes longer lets less through for a moment than it carries."""

_DELIVERED = 0.95
_SILENCE_S = 2.0
_DECAY_PER_S = 0.7
_USED = 0.25
_CALM_S = 0.8
_DEEP = 0.66
_DEFAULT_ROUND_TRIP_S = 0.1


class NoEstimate:
    """For a receiver that gives no feedback: all is sent as it is wished for, since nothing can be known."""

    target_bps = HIGHEST_BPS

    def update(self, _report: CongestionReport, _now: float) -> None:
        """Learn nothing."""

    def congested_within(self, _seconds: float, _now: float) -> bool:
        """Know of nothing."""
        return False

    @property
    def untested(self) -> bool:
        """Nothing has ever been against it."""
        return True

    def next_probe(self, _wanted_bps: float, _now: float) -> None:
        """Ask nothing, as nobody would answer."""


class SendEstimate:
    """The estimate for one receiver. Rates are bit/s, times seconds of the packet path's clock."""

    def __init__(self, now: float) -> None:
        self.target_bps = START_BPS
        self._delay = DelayBasedControl(START_BPS, now)
        self._floor = DelayFloor()
        self._loss = LossBasedControl(now)
        self._probes = ProbeSchedule()
        self._last: CongestionReport | None = None
        self._updated_at = now
        self._congested_at = -inf
        self._congested = False
        self._stands_since = now
        self._acked: deque[tuple[float, int]] = deque()
        self._former_bps = START_BPS
        self._silent_bps: float | None = None

    @property
    def loss(self) -> float:
        """The share of packets lost in the last second or two."""
        return self._loss.loss

    @property
    def untested(self) -> bool:
        """Whether nothing was ever seen of a limit, so that the target is a mere beginning."""
        return self._congested_at == -inf and self._loss.limit_bps == inf

    def congested_within(self, seconds: float, now: float) -> bool:
        """Whether the path was overused so short a time ago."""
        return now - self._congested_at < seconds

    def update(self, report: CongestionReport, now: float) -> None:
        """Take the newest report; one without new feedback only lets time pass."""
        last, self._last = self._last, report
        if report.feedback_at is None:
            self._delay.hold(now)
        elif last is None or report.feedback_at != last.feedback_at:
            self._learn(report, last, now)
        elif now - report.feedback_at > _SILENCE_S and report.sent_bps > _USED * self.target_bps:
            self._decay(now)
        self._delay.limit(LOWEST_BPS, HIGHEST_BPS)
        self.target_bps = max(LOWEST_BPS, round(min(self._delay.target_bps, self._loss.limit_bps)))
        self._updated_at = now

    def next_probe(self, wanted_bps: float, now: float) -> int | None:
        """Return the rate at which to probe now, or None; `wanted_bps` is what could be made use of."""
        report = self._last
        if report is None or not self._may_ask(report, now):
            return None
        return self._probes.next(self.target_bps, min(wanted_bps, HIGHEST_BPS), now)

    def _may_ask(self, report: CongestionReport, now: float) -> bool:
        """Whether the path is calm. Where nothing is sent, only a probe can tell how it is by now."""
        if report.feedback_at is None:
            return False
        if now - report.feedback_at > _SILENCE_S:
            return report.sent_bps == 0
        return not (self._congested or self._loss.suspicious or self.congested_within(_CALM_S, now))

    def _learn(self, report: CongestionReport, last: CongestionReport | None, now: float) -> None:
        acked, lost, overuses = (
            (last.packets_acked, last.packets_lost, last.overuses) if last is not None else (0, 0, 0)
        )
        acked, lost = report.packets_acked - acked, report.packets_lost - lost
        self._loss.update(acked, lost, report.sent_bps, report.acked_bps or 0, now)
        self._follow_delay(report, overused=report.overuses > overuses, now=now)
        if self._silent_bps is not None and not self._congested:
            self._delay.probed(self._silent_bps)
        self._silent_bps = None
        if report.probe is not None:
            proven = self._probes.answered(report.probe.cluster, report.probe.bps, self.target_bps, now)
            if proven is not None and not self._congested:
                self._delay.probed(proven)
                self._loss.probed(proven)

    def _follow_delay(self, report: CongestionReport, *, overused: bool, now: float) -> None:
        queue = self._floor.queue_s(report, now)
        acked = report.acked_bps
        if acked is None:
            self._delay.hold(now)
            return
        self._acked.append((now, acked))
        while self._acked[0][0] < now - _ACKED_S:
            self._acked.popleft()
        round_trip = report.round_trip_s or _DEFAULT_ROUND_TRIP_S
        grows = overused and (queue is None or queue > _NOTICEABLE_QUEUE_S)
        if grows or self._stands(queue or 0.0, acked < _DELIVERED * report.sent_bps, now):
            if not self._congested:
                self._congested, self._former_bps = True, self.target_bps
            self._congested_at = now
            self._delay.overused(max(bps for _, bps in self._acked), queue or 0.0, round_trip, now)
        elif report.delay_state is not DelayState.NORMAL or (queue or 0.0) > _EMPTY_QUEUE_S:
            self._delay.hold(now)
        else:
            self._delay.increase(acked, report.sent_bps, round_trip, now)
            self._recover(now)

    def _stands(self, queue_s: float, more_goes_in: bool, now: float) -> bool:
        """Whether a queue stands at its full length for a while; a path that paused for a moment has none."""
        if queue_s <= _STANDING_QUEUE_S or not more_goes_in:
            self._stands_since = now
        return now - self._stands_since >= _STANDING_S

    def _recover(self, now: float) -> None:
        """End a time of congestion; after a deep one it is worth to ask at once how things are now."""
        if self._congested and self.target_bps < _DEEP * self._former_bps:
            self._probes.recovered(now)
            self._loss.restart(now)
        self._congested = False

    def _decay(self, now: float) -> None:
        if self._silent_bps is None:
            self._silent_bps = self._delay.target_bps
        self._delay.target_bps *= _DECAY_PER_S ** (now - self._updated_at)
        self._delay.hold(now)


Estimate = SendEstimate | NoEstimate
"""That of a receiver with transport-wide feedback, or of one without."""

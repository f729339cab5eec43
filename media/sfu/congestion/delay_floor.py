"""Telling a path that became longer from a queue.

The packet path measures the delay above the lowest of the last minute or half. Where another route or
network adds to the delay for good, that looks like a queue which never ends. As with loss, trying tells the
two apart: a queue of ours changes with what we send. A delay that stays the same for a second, in which all
arrived that was sent, although less was sent than the path had carried before, is the path's own: the new
floor.
"""

from __future__ import annotations

from collections import deque
from statistics import fmean
from typing import NamedTuple

from media.sfu.packet_path import CongestionReport

_LEAST_S = 0.01
_RECENT_S = 1.0
_MEMORY_S = 4.0
_STEADY = 0.15
_LOWERED = 0.8
_DELIVERED = 0.9


class _Sample(NamedTuple):
    at: float
    queue_s: float
    sent_bps: int
    acked_bps: int


class DelayFloor:
    """Fed with each report that has new feedback; times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._floor_s = 0.0
        self._samples: deque[_Sample] = deque()

    def queue_s(self, report: CongestionReport, now: float) -> float | None:
        """Return the queue of a report (s) without what the path itself added; None if it has none."""
        if report.queue_s is None or report.acked_bps is None:
            return report.queue_s
        self._samples.append(_Sample(now, report.queue_s, report.sent_bps, report.acked_bps))
        while self._samples[0].at < now - _MEMORY_S:
            self._samples.popleft()
        self._floor_s = min(self._floor_s, report.queue_s)
        if report.queue_s - self._floor_s > _LEAST_S and self._is_the_paths_own(now):
            self._floor_s = min(sample.queue_s for sample in self._samples if sample.at >= now - _RECENT_S)
        return report.queue_s - self._floor_s

    def _is_the_paths_own(self, now: float) -> bool:
        recent = [sample for sample in self._samples if sample.at >= now - _RECENT_S]
        before = [sample for sample in self._samples if sample.at < now - _RECENT_S]
        if not before:
            return False
        lowest, highest = min(sample.queue_s for sample in recent), max(sample.queue_s for sample in recent)
        sent, acked = fmean(s.sent_bps for s in recent), fmean(s.acked_bps for s in recent)
        return (
            highest - lowest <= max(_LEAST_S, _STEADY * highest)
            and acked >= _DELIVERED * sent
            and sent <= _LOWERED * max(s.acked_bps for s in before)
        )

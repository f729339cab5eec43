"""All that is decided for one receiver: how much, of what, and when to try more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from media.sfu.congestion.allocation import Allocation, Allocator
from media.sfu.congestion.estimate import SendEstimate
from media.sfu.congestion.ladder import Demand
from media.sfu.packet_path import CongestionReport

_CALM_S = 1.5


@dataclass(frozen=True, slots=True)
class Decision:
    """What the packet path is to do: keep to a target, send the allocation, probe if a rate is given."""

    target_bps: int
    allocation: Allocation
    probe_bps: int | None


class DownlinkPolicy:
    """Fed a few times a second. Times are seconds of the packet path's clock."""

    def __init__(self, now: float) -> None:
        self._estimate = SendEstimate(now)
        self._allocator = Allocator()

    def decide(self, report: CongestionReport, demands: Iterable[Demand], now: float) -> Decision:
        """Take the newest report and what the slots could carry now."""
        self._estimate.update(report, now)
        target = self._estimate.target_bps
        calm = not self._estimate.congested_within(_CALM_S, now)
        allocation = self._allocator.allocate(demands, target, calm=calm, now=now)
        return Decision(target, allocation, self._estimate.next_probe(allocation.wanted_bps, now))

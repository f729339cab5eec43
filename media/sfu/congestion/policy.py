"""All that is decided for one receiver: how much, of what, and when to try more.

The estimate takes every report. The division is made anew when it has to be: when the estimate no longer
covers it, at every call for a while after a change, and once a second otherwise. So a steady call, which is
most of them, costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf

from media.sfu.congestion.allocation import Allocation, Allocator
from media.sfu.congestion.estimate import Estimate
from media.sfu.congestion.ladder import Demand
from media.sfu.congestion.pauses import Pauses
from media.sfu.packet_path import CongestionReport, SlotId

_CALM_S = 1.5
_PACING = 2.5
_RESTLESS_S = 2.0
_STEADY_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What the packet path is to do: pace, send the allocation, probe if a rate is given.

    `pacing_bps` is 0 while nothing has ever been seen of a limit: bursts do no harm there, and waiting would.
    `paused` are the slots whose picture has been without room for a while, which the receiver is to be told.
    """

    target_bps: int
    pacing_bps: int
    allocation: Allocation
    probe_bps: int | None
    paused: frozenset[SlotId]


class DownlinkPolicy:
    """Fed a few times a second. Times are seconds of the packet path's clock."""

    def __init__(self, estimate: Estimate) -> None:
        self._estimate = estimate
        self._allocator = Allocator()
        self._pauses = Pauses()
        self._allocation = Allocation({}, frozenset(), 0, 0)
        self._allocated_at = -inf
        self._changed_at = -inf

    def decide(
        self,
        report: CongestionReport,
        demands: Callable[[], Iterable[Demand]],
        now: float,
        *,
        changed: bool = False,
    ) -> Decision:
        """Take the newest report, and what the slots could carry now if that is asked for.

        `changed` says that their tracks or sizes are not those of the last call.
        """
        self._estimate.update(report, now)
        if changed:
            self._changed_at = now
        if self._due(now):
            self._allocate(demands(), now)
        target = self._estimate.target_bps
        pacing = 0 if self._estimate.untested else round(_PACING * max(target, self._allocation.bps))
        probe = self._estimate.next_probe(self._allocation.wanted_bps, now)
        paused = self._pauses.update(self._allocation.without_room, now)
        return Decision(target, pacing, self._allocation, probe, paused)

    def _due(self, now: float) -> bool:
        return (
            (self._estimate.target_bps < self._allocation.bps and not self._estimate.untested)
            or now - self._changed_at < _RESTLESS_S
            or now - self._allocated_at >= _STEADY_INTERVAL_S
        )

    def _allocate(self, demands: Iterable[Demand], now: float) -> None:
        estimate = self._estimate
        allocation = self._allocator.allocate(
            demands,
            estimate.target_bps,
            calm=not estimate.congested_within(_CALM_S, now),
            now=now,
            trusting=estimate.untested,
        )
        if (allocation.choices, allocation.needed) != (self._allocation.choices, self._allocation.needed):
            self._changed_at = now
        self._allocation, self._allocated_at = allocation, now

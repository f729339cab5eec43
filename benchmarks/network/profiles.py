"""Links by name. Each is that of every participant: `up` is towards the server, `down` from it."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.network.impairment import BurstLoss, Impairment, Schedule

_S = 1_000_000
_LINE_MS = 20.0
"""The delay of an ordinary line, each way; without it a lost packet would be repaired at once."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A link over time; `duration_s` is how long a run has to last to show all of it."""

    name: str
    up: Schedule
    down: Schedule
    duration_s: int = 30


def _both_ways(name: str, impairment: Impairment) -> Profile:
    schedule = Schedule.constant(impairment)
    return Profile(name, schedule, schedule)


def _loss(percent: int) -> Profile:
    return _both_ways(f"loss-{percent}", Impairment(loss=percent / 100, delay_ms=_LINE_MS))


def _step() -> Profile:
    wide = Impairment(rate_bps=2_000_000, delay_ms=_LINE_MS)
    narrow = Impairment(rate_bps=300_000, delay_ms=_LINE_MS)
    down = Schedule(((0, wide), (20 * _S, narrow), (50 * _S, wide)))
    return Profile("step", Schedule.constant(Impairment(delay_ms=_LINE_MS)), down, duration_s=110)


def _starve() -> Profile:
    line = Impairment(delay_ms=_LINE_MS)
    starved = Impairment(rate_bps=15_000, delay_ms=_LINE_MS)
    up = Schedule(((0, line), (10 * _S, starved), (30 * _S, line)))
    return Profile("starve", up, Schedule.constant(line), duration_s=50)


_ALL = (
    Profile("control", Schedule(), Schedule()),
    _loss(1),
    _loss(5),
    _loss(10),
    _loss(20),
    _both_ways("burst", Impairment(burst=BurstLoss(enter=0.005, leave=0.1, loss=0.8), delay_ms=_LINE_MS)),
    _both_ways("jitter", Impairment(delay_ms=_LINE_MS, jitter_ms=60)),
    _both_ways("reorder", Impairment(delay_ms=_LINE_MS, reorder=0.05, reorder_ms=15)),
    _both_ways("duplicate", Impairment(delay_ms=_LINE_MS, duplicate=0.1)),
    _both_ways("delay-150", Impairment(delay_ms=150)),
    _step(),
    _starve(),
)

PROFILES = {profile.name: profile for profile in _ALL}
"""By name; `control` is a perfect line."""

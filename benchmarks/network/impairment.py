"""What a link does to the packets of one direction, and how that changes with time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BurstLoss:
    """Loss that comes in bursts, after Gilbert and Elliott: a chain with a good and a bad state.

    With every packet the good state turns bad with the probability `enter`, the bad one good with `leave`; in
    the bad state a packet is lost with the probability `loss`. Bad states last 1/`leave` packets on average.
    """

    enter: float
    leave: float
    loss: float = 1.0

    @property
    def average(self) -> float:
        """The share of packets lost in the long run."""
        return self.loss * self.enter / (self.enter + self.leave)


@dataclass(frozen=True, slots=True)
class Impairment:
    """What one direction of a link does; the default is a perfect line.

    Packets wait for the line when it has a rate, and those that would wait for longer than `queue_ms` are
    dropped (drop-tail). Then they are lost, by themselves with the probability `loss` or in bursts, and
    delayed: by `delay_ms`, and by up to `jitter_ms` more, drawn evenly for each packet, without one
    overtaking another (in a dense stream most come close to the highest, in clumps). A share `reorder` is
    held back by `reorder_ms` and overtaken meanwhile. A share `duplicate` comes twice.
    """

    loss: float = 0.0
    burst: BurstLoss | None = None
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    reorder: float = 0.0
    reorder_ms: float = 0.0
    duplicate: float = 0.0
    rate_bps: int | None = None
    queue_ms: float = 300.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """The impairments of one direction over time: `phases` are (start in µs, impairment), from 0 on."""

    phases: tuple[tuple[int, Impairment], ...] = ((0, Impairment()),)

    def __post_init__(self) -> None:
        starts = [start for start, _ in self.phases]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("phases begin at 0 and follow one another")
        if any(phase.rate_bps is not None and phase.rate_bps <= 0 for _, phase in self.phases):
            raise ValueError("a rate is above 0")

    @classmethod
    def constant(cls, impairment: Impairment) -> Schedule:
        """The same at all times."""
        return cls(((0, impairment),))

    def at(self, at_us: int) -> Impairment:
        """The impairment at a time since the schedule's begin."""
        return self.phases[self._index(at_us)][1]

    def changes_us(self) -> tuple[int, ...]:
        """The times at which something changes."""
        return tuple(start for start, _ in self.phases[1:])

    def transmitted_us(self, start_us: float, bits: float) -> float:
        """When a line that begins to transmit at `start_us` has transmitted so many bits."""
        index = self._index(int(start_us))
        while True:
            rate_bps = self.phases[index][1].rate_bps
            end_us = start_us if rate_bps is None else start_us + bits * 1e6 / rate_bps
            index += 1
            if rate_bps is None or index == len(self.phases) or end_us <= self.phases[index][0]:
                return end_us
            change_us = self.phases[index][0]
            bits -= (change_us - start_us) * rate_bps / 1e6
            start_us = change_us

    def _index(self, at_us: int) -> int:
        return bisect_right(self.phases, at_us, key=lambda phase: phase[0]) - 1

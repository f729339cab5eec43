"""A slot on its way up its ladder, and what is remembered of it from one division to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf

from media.sfu.congestion.ladder import Demand, Rung
from media.sfu.packet_path import SlotId
from media.sfu.sdp.plan import TrackKind

_PAUSE_S = 8.0
_LONG_PAUSE_S = 60.0
_SOON_S = 10.0
_ROOM_TO_SPARE = 1.5
_ANSWER_S = 3.0
_ASK_AGAIN_S = 20.0


@dataclass(slots=True)
class Memory:
    """What a slot carried last, and which layer of it failed when."""

    layer: int = -1
    temporal: int = 0
    risen_at: float = -inf
    failed_layer: int | None = None
    failed_at: float = -inf
    failed_bps: float = inf
    pause_s: float = _PAUSE_S
    asked_layer: int | None = None
    asked_at: float = -inf

    @property
    def new(self) -> bool:
        """Whether nothing has been shown yet."""
        return self.risen_at == -inf

    def enter(self, layer: int, temporal: int, now: float) -> None:
        """Take note of what is carried from now on."""
        if layer > self.layer:
            self.risen_at = now
        self.layer, self.temporal = layer, temporal

    def fail(self, bps: float, now: float, *, narrowed: bool) -> None:
        """The present layer does not fit any more; `bps` is what all slots cost with it.

        `narrowed` says that the path carries much less than before. Once in a while that is no reason to
        distrust the layer; and to fall further is the same failure.
        """
        if self.risen_at > self.failed_at:
            excused = narrowed and now - self.failed_at > _LONG_PAUSE_S
            too_high = now - self.risen_at < _SOON_S and not excused
            self.pause_s = _LONG_PAUSE_S if too_high else _PAUSE_S
            self.failed_bps = bps
        self.failed_layer, self.failed_at = self.layer, now

    def ask(self, layer: int, now: float) -> None:
        """A layer is waited for that does not arrive."""
        if layer != self.asked_layer or now - self.asked_at >= _ASK_AGAIN_S:
            self.asked_layer, self.asked_at = layer, now

    def given_up(self, layer: int, now: float) -> bool:
        """Whether a layer was asked for in vain; what it costs is of better use elsewhere."""
        return layer == self.asked_layer and _ANSWER_S <= now - self.asked_at < _ASK_AGAIN_S

    def may_enter(self, layer: int, bps: float, budget: float, now: float) -> bool:
        """Whether a layer may be tried; with it all slots cost `bps`, of what may be sent."""
        if self.failed_layer is None or layer < self.failed_layer:
            return True
        room_to_spare = budget >= _ROOM_TO_SPARE * min(bps, self.failed_bps)
        return room_to_spare or now - self.failed_at >= self.pause_s


@dataclass(slots=True)
class Climber:
    """A slot while it is being decided on; `at` is its rung, -1 for nothing."""

    demand: Demand
    rungs: Sequence[Rung]
    memory: Memory
    at: int = -1

    @property
    def bps(self) -> int:
        """What the slot costs."""
        return self.rungs[self.at].bps if self.at >= 0 else 0

    @property
    def layer(self) -> int:
        """The layer that is reached, -1 for none."""
        return self.rungs[self.at].layer if self.at >= 0 else -1

    @property
    def lowest_bps(self) -> int:
        """What the lowest layer costs in full."""
        return max((rung.bps for rung in self.rungs if rung.layer == self.rungs[0].layer), default=0)

    def kept(self) -> int:
        """The rung that was reached last, or the highest below it."""
        last = (self.memory.layer, self.memory.temporal)
        at = len(self.rungs) - 1
        while at >= 0 and self.rungs[at][:2] > last:
            at -= 1
        return at

    def settled(self) -> int:
        """The reached rung, or while its layer does not arrive the highest below that does.

        If none arrives, wait at where the slot was, at first in the lowest layer.
        """
        for at in range(self.at, -1, -1):
            if self.arrives(at):
                return at
        kept = self.kept()
        if kept >= 0:
            return min(self.at, kept)
        lowest = (i for i in range(self.at, -1, -1) if self.rungs[i].layer == self.rungs[0].layer)
        return next(lowest, -1)

    def arrives(self, at: int) -> bool:
        """Whether the layer of a rung is being received from its sender."""
        return self.demand.layers[self.rungs[at].layer].arriving

    def next_entry(self) -> int:
        """The next rung that may be climbed to from here; past the end if there is none."""
        above = range(self.at + 1, len(self.rungs))
        fitting = (i for i in above if self.rungs[i].entry or self.rungs[i].layer == self.layer)
        return next(fitting, len(self.rungs))

    def need(self) -> tuple[int, float, bool, SlotId]:
        """Order the slots: the smallest value is the next to rise."""
        demand = self.demand
        speaks_last = not demand.speaks
        if demand.track is TrackKind.SCREEN:
            return (0 if self.at < 0 else 2, 0.0, speaks_last, demand.slot)
        rung = self.rungs[self.at] if self.at >= 0 else None
        if rung is None:
            return (1, -inf, speaks_last, demand.slot)
        if self.at + 1 < len(self.rungs) and self.rungs[self.at + 1].layer == 0:
            return (1, rung.temporal, speaks_last, demand.slot)
        stretched = demand.shown_height / max(demand.layers[rung.layer].height, 1)
        return (3, -stretched, speaks_last, demand.slot)


def climb(climbers: Iterable[Climber], budget: float, step: Callable[[Climber], int]) -> None:
    """Raise whoever has the least to the rung that `step` names, until nobody can rise within the budget."""
    risers = list(climbers)
    used: float = sum(climber.bps for climber in risers)
    while risers:
        climber = min(risers, key=Climber.need)
        at = step(climber)
        after = used - climber.bps + climber.rungs[at].bps if at > climber.at else inf
        if after > budget:
            risers.remove(climber)
        else:
            climber.at, used = at, after

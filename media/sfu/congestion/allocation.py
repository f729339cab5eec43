"""Dividing what may be sent to a receiver among its slots.

Audio has its share before anything else, whatever the estimate; its redundancy only where it takes nothing
from the lowest layer of any picture. The rest goes, rung by rung, to whoever has the least: first the screen,
at any frame rate; then each camera in its lowest layer; then the screen's full frame rate; then the camera
whose picture is stretched the most, so that a large one gets a higher layer before a small one, and equal
ones rise together.

Layers stay steady by three rules. A layer is entered at its full frame rate and with a margin, and left only
when not even half its frame rate fits; the frame rate, which nobody sees change, absorbs what lies between.
What does not fit goes down at once; up it goes when the path has been calm, then waits for the effect. A
layer that failed is tried again after a pause, a longer one if it failed soon after the slot rose to it and
not because the path became another, or when the estimate has room to spare over what failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from media.sfu.congestion.climber import Climber, Memory, climb
from media.sfu.congestion.ladder import Demand, Rung, build_ladder
from media.sfu.packet_path import SlotId, SourceId
from media.sfu.sdp.plan import TrackKind

_MARGIN = 1.1
_SETTLING_S = 1.0
_WANTED_MARGIN = 1.15
_NARROWED = 0.6
"""A path that carries less than this share of what it was given has changed; no layer was chosen too high."""

_SCREEN_SHARE = 0.8
"""An encoder that keeps to this much of what is there seldom exceeds it."""

SCREEN_BPS = 2_500_000
"""What a shared screen may take where nothing stands against it."""

_NOTHING = Rung(-1, 0, 0, entry=True)


@dataclass(frozen=True, slots=True)
class Choice:
    """What to send into a slot: a source, or nothing, up to a temporal layer."""

    source: SourceId | None
    temporal: int = 0


@dataclass(frozen=True, slots=True)
class Allocation:
    """The division. `bps` is its cost, `wanted_bps` what would satisfy every slot.

    `needed` are the sources to be sent by their clients: those chosen, the lowest layers to fall back on
    (not of what is encoded here, which begins at once), and those that are to be chosen once they arrive.
    `screen_bps` is what a screen may take to be carried well, None if none is shown. `without_room` are the
    slots that show a track and get nothing, because not even its lowest layer fits.
    """

    choices: dict[SlotId, Choice]
    needed: frozenset[SourceId]
    bps: int
    wanted_bps: int
    screen_bps: int | None = None
    without_room: frozenset[SlotId] = frozenset()


@dataclass(slots=True)
class Allocator:
    """Decides for one receiver and remembers for it. Times are seconds of any steady clock."""

    _memories: dict[SlotId, Memory] = field(default_factory=dict)
    _raised_at: float = -inf

    def allocate(
        self, demands: Iterable[Demand], target_bps: float, *, calm: bool, now: float, trusting: bool = False
    ) -> Allocation:
        """Divide `target_bps`; what is shown already is raised only while the path is `calm`.

        While it is `trusting`, every slot has its lowest layer, whatever the target. Slots without a demand
        carry nothing and are forgotten; so are hidden ones, to begin at once when they are shown again.
        """
        audio: list[Demand] = []
        video: list[Demand] = []
        for demand in demands:
            (audio if demand.track is TrackKind.MICROPHONE else video).append(demand)
        climbers = self._climbers(video)
        lowest_bps = sum(climber.lowest_bps for climber in climbers) * _MARGIN
        spoken = _voices(audio, target_bps if trusting else target_bps - lowest_bps)
        audio_bps = sum(demand.layers[0].bps[spoken[demand.slot].temporal] for demand in audio)
        budget = target_bps - audio_bps
        if trusting:
            budget = max(budget, lowest_bps)
        self._keep(climbers, budget, now)
        steady = calm and now - self._raised_at >= _SETTLING_S
        low = [c for c in climbers if c.at < len(c.rungs) - 1 and (steady or c.memory.new)]
        if low:
            self._raise(climbers, budget, now, low)
        choices = spoken | {climber.demand.slot: self._settle(climber, now) for climber in climbers}
        return Allocation(
            choices=choices,
            needed=frozenset(_needed(audio, climbers, choices)),
            bps=audio_bps + sum(climber.bps for climber in climbers),
            wanted_bps=round((_whole_bps(audio) + sum(map(_wanted, climbers))) * _WANTED_MARGIN),
            screen_bps=max(0, round(budget * _SCREEN_SHARE)) if any(map(_shows_screen, climbers)) else None,
            without_room=frozenset(c.demand.slot for c in climbers if c.rungs and c.at < 0),
        )

    def _climbers(self, demands: Sequence[Demand]) -> list[Climber]:
        former = {d.slot: self._memories.get(d.slot) for d in demands if d.shown_height > 0}
        self._memories = {d.slot: former.get(d.slot) or Memory() for d in demands}
        return [Climber(d, build_ladder(d), self._memories[d.slot]) for d in demands]

    def _keep(self, climbers: Sequence[Climber], budget: float, now: float) -> None:
        """Give back what the slots had, as far as it fits; mostly it fits."""
        for climber in climbers:
            climber.at = climber.kept()
        before_bps = sum(climber.bps for climber in climbers)
        if before_bps <= budget:
            return
        kept = {climber.demand.slot: climber.at for climber in climbers}
        for climber in climbers:
            climber.at = -1
        climb(climbers, budget, lambda climber: min(climber.at + 1, kept[climber.demand.slot]))
        for climber in climbers:
            before = kept[climber.demand.slot]
            if climber.at < before and climber.layer < climber.rungs[before].layer:
                climber.memory.fail(before_bps, now, narrowed=budget < _NARROWED * before_bps)

    def _raise(
        self, climbers: Sequence[Climber], budget: float, now: float, risers: Sequence[Climber]
    ) -> None:
        """Let some of the slots rise with a margin."""

        def step(climber: Climber) -> int:
            at = climber.next_entry()
            if at == len(climber.rungs) or climber.rungs[at].layer == climber.layer:
                return min(at, len(climber.rungs) - 1)
            layer, bps = climber.rungs[at].layer, climber.rungs[at].bps
            if not climber.arrives(at) and climber.memory.given_up(layer, now):
                return climber.at
            total = sum(c.bps for c in climbers) - climber.bps + bps
            return at if climber.memory.may_enter(layer, total, budget, now) else climber.at

        others = sum(c.bps for c in climbers) - sum(c.bps for c in risers)
        climb(risers, budget / _MARGIN - others, step)

    def _settle(self, climber: Climber, now: float) -> Choice:
        """Choose what can be had now of what was reached, and remember it."""
        memory = climber.memory
        at = climber.settled()
        rung = climber.rungs[at] if at >= 0 else _NOTHING
        if (rung.layer, rung.temporal) > (memory.layer, memory.temporal):
            self._raised_at = now
        if climber.layer > rung.layer:
            memory.ask(climber.layer, now)
        memory.enter(rung.layer, rung.temporal, now)
        source = climber.demand.layers[rung.layer].source if at >= 0 else None
        return Choice(source, rung.temporal)


def _voices(audio: Sequence[Demand], target_bps: float) -> dict[SlotId, Choice]:
    """Choose all voices with their redundancy, or all without it, so that they cost no more than that."""
    fits = _whole_bps(audio) <= target_bps
    return {
        demand.slot: Choice(demand.layers[0].source, len(demand.layers[0].bps) - 1 if fits else 0)
        for demand in audio
    }


def _whole_bps(audio: Iterable[Demand]) -> int:
    """What voices cost with their redundancy."""
    return sum(demand.layers[0].bps[-1] for demand in audio)


def _shows_screen(climber: Climber) -> bool:
    return climber.demand.track is TrackKind.SCREEN and bool(climber.rungs)


def _wanted(climber: Climber) -> int:
    """What would satisfy a slot; a screen may be at rest now and take its full rate in a moment."""
    if not climber.rungs:
        return 0
    return max(climber.rungs[-1].bps, round(SCREEN_BPS / _SCREEN_SHARE) if _shows_screen(climber) else 0)


def _needed(
    audio: Iterable[Demand], climbers: Iterable[Climber], choices: Mapping[SlotId, Choice]
) -> Iterator[SourceId]:
    for demand in audio:
        yield demand.layers[0].source
    for climber in climbers:
        layers = climber.demand.layers
        chosen = choices[climber.demand.slot].source
        if chosen is not None:
            yield chosen
        if climber.rungs and not layers[climber.rungs[0].layer].encoded_here:
            yield layers[climber.rungs[0].layer].source
        if climber.at >= 0:
            yield layers[climber.layer].source

"""What one participant receives: which layer of each track that is on, decided a few times a second.

Turning a track off and on takes effect at once; which layer is shown follows what the participant can make
use of, and what the way to him carries. The former he tells himself: the height at which he shows each slot.
The latter is estimated from his feedback.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from media.sfu.congestion.allocation import Allocation, Choice
from media.sfu.congestion.estimate import Estimate
from media.sfu.congestion.ladder import Demand, Layer
from media.sfu.congestion.policy import DownlinkPolicy
from media.sfu.encodings import FULL, SMALL
from media.sfu.layers import LayerMeter
from media.sfu.packet_path import ALL_TEMPORAL_LAYERS, PacketPath, SlotId, SourceId, TransportId
from media.sfu.sdp.plan import TrackKind

MICROPHONE_BPS = (60_000, 95_000)
"""What a microphone is taken to cost: 32 kbit/s of Opus and 50 headers a second; or Opus twice (RED)."""

_FULL_HEIGHT = 1 << 16
_PACING_STEP = 0.05
_PROBE_MS = 20


@dataclass(frozen=True, slots=True)
class _Carried:
    """A track that is on, and its layers in the order of the offer; `encoded_here` full and small.

    `redundant` is a microphone whose sound comes twice.
    """

    track: TrackKind
    sources: tuple[SourceId, ...]
    encoded_here: bool
    redundant: bool


class Downlink:
    """The slots of one participant. Times are seconds of the path's clock."""

    def __init__(
        self, path: PacketPath, transport: TransportId, meter: LayerMeter, estimate: Estimate
    ) -> None:
        self._path = path
        self._transport = transport
        self._meter = meter
        self._policy = DownlinkPolicy(estimate)
        self._changed = False
        self._pacing_bps = 0
        self._demanded: dict[SlotId, Demand] = {}
        self._allocation = Allocation({}, frozenset(), 0, 0)
        self._carried: dict[SlotId, _Carried] = {}
        self._heights: Mapping[SlotId, int] | None = None
        self._mirrored: frozenset[SourceId] = frozenset()
        self._choices: dict[SlotId, Choice] = {}
        self._present: dict[SlotId, SourceId] = {}
        self._paused: frozenset[SlotId] = frozenset()

    def carry(
        self,
        slot: SlotId,
        track: TrackKind,
        sources: Sequence[SourceId],
        *,
        encoded_here: bool = False,
        redundant: bool = False,
        former: Sequence[SourceId] | None = None,
    ) -> None:
        """Let a slot carry a track, or nothing without sources; what it carried until now is cut at once.

        Only the sources `former` go on until the new ones come, or `take_over` is called. `encoded_here`
        says that the server encodes the track itself, in a full and a small layer, each while it is `needed`
        and at the rate that is asked for in `rates`; `redundant` that a microphone's redundancy can be had,
        and left out where there is no room for it.
        """
        carried = _Carried(track, tuple(sources), encoded_here, redundant) if sources else None
        before = self._carried.get(slot)
        if carried == before:
            return
        self._changed = True
        if carried is None or before is None or before.sources != former:
            self._apply(slot, Choice(None))
            self._present.pop(slot, None)
        if carried is None:
            del self._carried[slot]
            return
        self._carried[slot] = carried
        if self._height(slot) or track is TrackKind.MICROPHONE:
            self._apply(slot, Choice(self._layers(carried)[0].source, ALL_TEMPORAL_LAYERS))

    def take_over(self, slot: SlotId) -> None:
        """Cut what a slot shows if it may still be none of the sources that it is to carry."""
        carried, choice = self._carried.get(slot), self._choices.get(slot, Choice(None))
        if carried is None or choice.source is None:
            return
        if carried.encoded_here or len(carried.sources) == 1:
            self._path.route(slot, choice.source)
        else:  # One layer may go on until another comes; where a former source is gone this begins at once.
            self._path.select(slot, choice.source, choice.temporal)

    def show(self, heights: Mapping[SlotId, int]) -> None:
        """Take note of how high (pixels) the participant shows each slot; 0 is hidden.

        Those left out get the smallest layer. Until this is told for the first time, all are taken to be
        shown in full.
        """
        self._changed |= heights != self._heights
        self._heights = heights

    def mirror(self, sources: frozenset[SourceId]) -> None:
        """Take note of the layers of his own processed camera that are encoded for others.

        His self slot shows one of these; only without any does it need one for itself.
        """
        self._changed |= sources != self._mirrored
        self._mirrored = sources

    @property
    def needed(self) -> frozenset[SourceId]:
        """The sources that are to be sent for this participant."""
        return self._allocation.needed.union(self._present.values())

    @property
    def screen_bps(self) -> int | None:
        """What a screen may take for him to see it well, None while he looks at none."""
        return self._allocation.screen_bps

    @property
    def paused(self) -> frozenset[SlotId]:
        """The slots whose picture is on and shown, but has been without room on the line for a while."""
        return self._paused

    @property
    def rates(self) -> dict[SourceId, int]:
        """What the layers that he is shown and that the server encodes may take at most (bit/s)."""
        found = {}
        for slot, demand in self._demanded.items():
            choice, carried = self._allocation.choices[slot], self._carried.get(slot)
            for layer in demand.layers:
                is_ours = carried is not None and carried.encoded_here and layer.source in carried.sources
                if is_ours and layer.source == choice.source:
                    found[layer.source] = layer.bps[choice.temporal]
        return found

    def update(self, now: float, speaking: Collection[SourceId]) -> bool:
        """Choose anew; `speaking` is the speaker's camera. Return whether `paused` changed."""
        if not self._carried and not self._changed:
            return False
        report = self._path.congestion(self._transport)
        decision = self._policy.decide(report, lambda: self._demands(speaking), now, changed=self._changed)
        self._changed = False
        self._pace(decision.pacing_bps)
        if decision.probe_bps is not None:
            self._path.probe(self._transport, decision.probe_bps, _PROBE_MS)
        if decision.allocation is not self._allocation:
            self._allocation = decision.allocation
            for demand in self._demanded.values():
                self._note_present(demand)
                self._apply(demand.slot, self._applied(decision.allocation.choices[demand.slot], demand))
        before, self._paused = self._paused, decision.paused
        return self._paused != before

    def _applied(self, choice: Choice, demand: Demand) -> Choice:
        """What a choice means to the path: steps of a rate are nothing that it could leave out."""
        if choice.source is not None and self._carried[demand.slot].encoded_here:
            return Choice(choice.source, ALL_TEMPORAL_LAYERS)
        return _full(choice, demand)

    def _note_present(self, demand: Demand) -> None:
        """Keep in mind what a slot shows until the layer chosen before has come, and so taken over."""
        chosen = self._choices.get(demand.slot, Choice(None)).source
        if chosen is None:
            self._present.pop(demand.slot, None)
        elif demand.slot not in self._present or _arrives(chosen, demand):
            self._present[demand.slot] = chosen

    def _pace(self, pacing_bps: int) -> None:
        """Spread what is sent, so that a key frame does not fill a queue on the way."""
        if abs(pacing_bps - self._pacing_bps) > _PACING_STEP * self._pacing_bps:
            self._path.set_pacing(self._transport, pacing_bps)
            self._pacing_bps = pacing_bps

    def _demands(self, speaking: Collection[SourceId]) -> Collection[Demand]:
        self._demanded = {
            slot: self._demand(slot, carried, speaking) for slot, carried in self._carried.items()
        }
        return self._demanded.values()

    def _demand(self, slot: SlotId, carried: _Carried, speaking: Collection[SourceId]) -> Demand:
        return Demand(
            slot=slot,
            track=carried.track,
            layers=self._layers(carried),
            shown_height=self._height(slot),
            speaks=carried.sources[0] in speaking,
        )

    def _layers(self, carried: _Carried) -> tuple[Layer, ...]:
        if carried.track is TrackKind.MICROPHONE:
            bps = MICROPHONE_BPS if carried.redundant else MICROPHONE_BPS[:1]
            return (Layer(carried.sources[0], 0, bps, arriving=True),)
        if carried.encoded_here:
            return self._encoded_here(carried.sources)
        return self._meter.layers(carried.sources)

    def _encoded_here(self, sources: tuple[SourceId, ...]) -> tuple[Layer, ...]:
        """Full and small; while neither arrives, the one to be shown need not wait for the other."""
        full, small = sources
        both = (self._meter.encoded_here(small, SMALL), self._meter.encoded_here(full, FULL))
        layers = tuple(layer for layer in both if layer.source in self._mirrored) or both
        if any(layer.arriving for layer in layers):
            return layers
        return tuple(replace(layer, arriving=True) for layer in layers)

    def _height(self, slot: SlotId) -> int:
        return _FULL_HEIGHT if self._heights is None else self._heights.get(slot, 1)

    def _apply(self, slot: SlotId, choice: Choice) -> None:
        former = self._choices.get(slot, Choice(None))
        if choice == former:
            return
        self._choices[slot] = choice
        if choice.source is None:
            self._path.route(slot, None)
        else:
            self._path.select(slot, choice.source, choice.temporal)


def _arrives(source: SourceId, demand: Demand) -> bool:
    return any(layer.arriving for layer in demand.layers if layer.source == source)


def _full(choice: Choice, demand: Demand) -> Choice:
    """Open a choice that takes all known temporal layers to those that may come."""
    layer = next((layer for layer in demand.layers if layer.source == choice.source), None)
    if layer is None:
        return Choice(None)
    whole = choice.temporal >= len(layer.bps) - 1
    return Choice(choice.source, ALL_TEMPORAL_LAYERS if whole else choice.temporal)

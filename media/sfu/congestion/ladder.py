"""What a receiver's slot can show, as a ladder from nothing to all it can make use of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from media.sfu.packet_path import SlotId, SourceId
from media.sfu.sdp.plan import TrackKind

_LARGE_ENOUGH = 0.75
"""A layer this much of the shown height is sharp enough."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One encoding of a track.

    `bps` is what it costs by the number of temporal layers sent, cumulative, at least one; `height` is in
    pixels. One that is not `arriving` may be paused by its sender and can be asked for. Of one that is
    `encoded_here` the rates are those at which it can be made, and each step is as good a choice as another.
    """

    source: SourceId
    height: int
    bps: tuple[int, ...]
    arriving: bool
    encoded_here: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """What one slot could carry now: a track that is on, with its layers from the smallest up.

    `shown_height` is the size in pixels at which the receiver shows it, 0 when it is hidden.
    """

    slot: SlotId
    track: TrackKind
    layers: tuple[Layer, ...]
    shown_height: int
    speaks: bool = False


class Rung(NamedTuple):
    """A layer up to a temporal layer, and its cost. Where `entry` is false it can be stayed at only."""

    layer: int
    temporal: int
    bps: int
    entry: bool


def build_ladder(demand: Demand) -> tuple[Rung, ...]:
    """Return the rungs of a slot, from the lowest up; none when it is hidden.

    The lowest layer is shown at any frame rate. A higher one is worth its bits at the full frame rate or the
    next lower, and is entered at the full one; what is encoded here at any of its rates. A screen is shown
    in its highest layer alone: text stays sharp, whatever the frame rate.
    """
    if demand.shown_height <= 0:
        return ()
    lowest, highest = _useful(demand)
    rungs: list[Rung] = []
    for index in range(lowest, highest + 1):
        bps = demand.layers[index].bps
        top = len(bps) - 1
        any_rate = index == lowest or demand.layers[index].encoded_here
        least = 0 if any_rate else max(0, top - 1)
        rungs += [
            Rung(index, temporal, bps[temporal], any_rate or temporal == top)
            for temporal in range(least, top + 1)
        ]
    return tuple(rungs)


def _useful(demand: Demand) -> tuple[int, int]:
    """The lowest layer to show and the lowest that looks as good as a higher one."""
    last = len(demand.layers) - 1
    if demand.track is TrackKind.SCREEN:
        return last, last
    enough = _LARGE_ENOUGH * demand.shown_height
    return 0, next((i for i, layer in enumerate(demand.layers) if layer.height >= enough), last)

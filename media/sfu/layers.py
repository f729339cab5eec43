"""What each layer of the cameras costs, how large it is and whether it arrives, out of the path's totals."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from math import inf

from media.sfu.congestion.ladder import Layer
from media.sfu.encodings import Encoding
from media.sfu.packet_path import LayerReport, SourceId

_WINDOW_S = 1.0
_SHORTEST_S = 0.75
_ARRIVING_S = 0.5
_FORGETTING_S = 5.0
_OVERHEAD = 1.05
"""What is added to RTP's fixed header and payload: extensions, SRTP's tag, UDP and IP."""

_LOWEST_BPS = 150_000
_LOWEST_HEIGHT = 180
_STEP_BPS = 3
_STEP_HEIGHT = 2
"""What is assumed of layers that never came: each costs three times as much as the next smaller."""


@dataclass(slots=True)
class _Source:
    """One source: its samples of the last second, and its rates while it came, the highest of late.

    A layer that was quiet for a moment is not cheap, so peaks are forgotten slowly.
    """

    samples: deque[tuple[float, tuple[int, ...]]] = field(default_factory=deque)
    height: int = 0
    last_received: float = -inf
    bps: tuple[int, ...] = ()

    @property
    def came(self) -> bool:
        return self.last_received > -inf

    def update(self, report: LayerReport, now: float) -> None:
        self.height = report.height
        self.last_received = report.last_received
        if now - report.last_received > _ARRIVING_S:
            self.samples.clear()
        elif self.samples and report.bytes != self.samples[-1][1]:
            self._measure(report, now)
        self.samples.append((now, report.bytes))

    def _measure(self, report: LayerReport, now: float) -> None:
        while len(self.samples) > 1 and self.samples[1][0] <= now - _WINDOW_S:
            self.samples.popleft()
        began, first = self.samples[0]
        if now - began < _SHORTEST_S:
            return
        used = max(i for i, total in enumerate(report.bytes) if total)
        received = (sum(report.bytes[: i + 1]) - sum(first[: i + 1]) for i in range(used + 1))
        rates = tuple(round(8 * _OVERHEAD * count / (now - began)) for count in received)
        kept = 1 - (now - self.samples[-1][0]) / _FORGETTING_S
        self.bps = tuple(
            max(rate, round(rate + (before - rate) * kept))
            for rate, before in zip_longest(rates, self.bps[: len(rates)], fillvalue=0)
        )


class LayerMeter:
    """Fed with `PacketPath.layers` a few times a second; times are seconds of the path's clock."""

    def __init__(self) -> None:
        self._sources: dict[SourceId, _Source] = {}
        self._now = 0.0

    def update(self, reports: Mapping[SourceId, LayerReport], now: float) -> None:
        """Take new totals; sources that are gone are forgotten."""
        self._now = now
        self._sources = {source: self._sources.get(source) or _Source() for source in reports}
        for source, report in reports.items():
            self._sources[source].update(report, now)

    def layers(self, sources: Sequence[SourceId]) -> tuple[Layer, ...]:
        """Return a track's layers from the smallest up; `sources` are in the order of its offer.

        What is not known yet is assumed, from the other layers where there are any. The smallest ones are
        left out while they never came and a larger one did: of a small camera Chromium does not send them.
        A track with one layer counts as arriving, since there is nothing to show in its place.
        """
        known = [self._sources.get(source, _Source()) for source in sources]
        order = list(range(len(sources)))
        if not _ascending([source.height for source in known]):
            order.reverse()
        came = next((at for at, i in enumerate(order) if known[i].came), 0)
        order = order[came:]
        heights = _assume([known[i].height for i in order], _LOWEST_HEIGHT, _STEP_HEIGHT)
        totals = _assume([max(known[i].bps, default=0) for i in order], _LOWEST_BPS, _STEP_BPS)
        return tuple(
            Layer(
                source=sources[i],
                height=height,
                bps=known[i].bps or (bps,),
                arriving=len(sources) == 1 or self._arrives(known[i]),
            )
            for i, height, bps in zip(order, heights, totals, strict=True)
        )

    def encoded_here(self, source: SourceId, encoding: Encoding) -> Layer:
        """Return one layer of a camera that the server encodes itself."""
        known = self._sources.get(source, _Source())
        return Layer(
            source=source,
            height=known.height or encoding.height,
            bps=encoding.steps_bps,
            arriving=self._arrives(known),
            encoded_here=True,
        )

    def _arrives(self, source: _Source) -> bool:
        return self._now - source.last_received <= _ARRIVING_S


def _ascending(heights: Sequence[int]) -> bool:
    """Whether the first is known to be the smallest; if nothing is known, it is the largest by convention."""
    known = [height for height in heights if height]
    return len(known) > 1 and known[0] < known[-1]


def _assume(values: Sequence[int], lowest: int, step: int) -> list[int]:
    """Fill in the zeros of an ascending list from their neighbours."""
    assumed: list[int] = []
    for index, value in enumerate(values):
        above = next(((v, i) for i, v in enumerate(values) if i > index and v), None)
        if value:
            assumed.append(value)
        elif assumed:
            assumed.append(assumed[-1] * step)
        elif above:
            assumed.append(max(1, above[0] // step ** (above[1] - index)))
        else:
            assumed.append(lowest)
    return assumed

"""What one participant is asked to send: those layers of his camera that somebody needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from media.sfu.layers import LayerMeter
from media.sfu.packet_path import SourceId

_PATIENCE_S = 3.0
"""A layer is paused when nobody needed it for so long, because to resume it costs all a key frame."""


class Uplink:
    """The camera of one participant; `rids` names its layers by source, none without simulcast.

    The smallest layer is always wanted, so that a picture can be shown at once.
    """

    def __init__(self, rids: Mapping[SourceId, str], meter: LayerMeter) -> None:
        self._rids = rids
        self._meter = meter
        self._needed_at: dict[SourceId, float] = {}
        self.wanted: tuple[str, ...] = tuple(rids.values())

    def update(self, needed: Collection[SourceId], now: float) -> bool:
        """Take note of the sources that the others need; return whether `wanted` changed."""
        if not self._rids:
            return False
        sources = tuple(self._rids)
        larger = {layer.source for layer in self._meter.layers(sources)[1:]}
        for source in sources:
            if source in needed or source not in larger:
                self._needed_at[source] = now
        before = self.wanted
        self.wanted = tuple(
            rid
            for source, rid in self._rids.items()
            if now - self._needed_at.setdefault(source, now) < _PATIENCE_S
        )
        return self.wanted != before

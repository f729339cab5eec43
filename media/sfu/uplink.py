"""What one participant is asked to send: of his camera what is needed, of his screen what all can take."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from media.sfu.congestion.allocation import SCREEN_BPS
from media.sfu.layers import LayerMeter
from media.sfu.packet_path import SourceId

_PATIENCE_S = 3.0
"""A layer is paused when nobody needed it for so long, because to resume it costs all a key frame."""


_SCREEN_STEPS_BPS = (300_000, 500_000, 800_000, 1_200_000, 1_800_000, SCREEN_BPS)
"""What a screen may take. Who cannot have the lowest does not see it well, for the sake of the others."""

_SCREEN_RISE_S = 3.0


class Uplink:
    """What one participant sends; `rids` names his camera's layers by source, none without simulcast.

    The smallest layer is always wanted, so that a picture can be shown at once. Everybody receives the one
    encoding of a screen, so the narrowest line of those who look at it sets its rate: at once when it falls,
    after a while when it rises.
    """

    def __init__(self, rids: Mapping[SourceId, str], meter: LayerMeter) -> None:
        self._rids = rids
        self._meter = meter
        self._needed_at: dict[SourceId, float] = {}
        self._screen_fits_at = 0.0
        self.wanted: tuple[str, ...] = tuple(rids.values())
        self.screen_bps = SCREEN_BPS

    def update(self, needed: Collection[SourceId], screen_bps: int, now: float) -> bool:
        """Take note of the sources that the others need, and of what a screen may take for all to see it.

        Return whether `wanted` or `screen_bps` changed.
        """
        screen_changed = self._limit_screen(screen_bps, now)
        return self._choose_layers(needed, now) or screen_changed

    def _limit_screen(self, bps: int, now: float) -> bool:
        fitting = max((step for step in _SCREEN_STEPS_BPS if step <= bps), default=_SCREEN_STEPS_BPS[0])
        if fitting <= self.screen_bps:
            self._screen_fits_at = now
        if fitting == self.screen_bps or (
            fitting > self.screen_bps and now - self._screen_fits_at < _SCREEN_RISE_S
        ):
            return False
        self.screen_bps = fitting
        return True

    def _choose_layers(self, needed: Collection[SourceId], now: float) -> bool:
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

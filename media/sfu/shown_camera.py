"""A camera as the others see it, and the change between the ways in which they do.

When the processing of a camera begins or ends in the middle of a call, what was shown before goes on until
the first picture of the other way comes, so nobody sees a gap. A camera that is to be processed is cut after
`BEGIN_LIMIT_S` in any case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from media.sfu.downlink import Downlink
from media.sfu.messages import Processing
from media.sfu.packet_path import SourceId
from media.sfu.processing import ProcessedCamera

BEGIN_LIMIT_S = 0.7
"""How long a camera is shown as it is, at most, once it is to be processed."""

END_LIMIT_S = 2.0
"""How long a processed picture goes on, at most, once the camera is to be shown as it is."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What is shown until the first picture of the other way comes, or until `ends_at` (s)."""

    former: ProcessedCamera | None
    ends_at: float


class ShownCamera:
    """One participant's camera as the others see it: as it is, or through a processor. Times are seconds."""

    def __init__(self, layers: tuple[SourceId, ...]) -> None:
        self._layers = layers
        self._processed: ProcessedCamera | None = None
        self._change: _Change | None = None

    @property
    def is_processed(self) -> bool:
        """Whether the others see it only as a processor changes it."""
        return self._processed is not None

    @property
    def processing(self) -> Processing | None:
        """How the processing fares; None without."""
        return self._processed.state if self._processed is not None else None

    @property
    def sources(self) -> tuple[SourceId, ...]:
        """What the others are shown."""
        return self._sources_of(self._processed)

    @property
    def former(self) -> tuple[SourceId, ...] | None:
        """What goes on to be shown where the sources have not come yet; None if nothing does."""
        return self._sources_of(self._change.former) if self._change is not None else None

    def show(self, processed: ProcessedCamera | None, now: float) -> None:
        """Show it another way from now on. No other change may be under way."""
        limit_s = END_LIMIT_S if processed is None else BEGIN_LIMIT_S
        self._change = _Change(self._processed, now + limit_s)
        self._processed = processed

    def is_overdue(self, now: float) -> bool:
        """Whether a change has to be over."""
        return self._change is not None and now >= self._change.ends_at

    def settle(self) -> None:
        """End a change: nobody is shown the former way any more."""
        if self._change is not None and self._change.former is not None:
            self._change.former.close()
        self._change = None

    def feed(self, *, on: bool) -> None:
        """Give the processor the camera while it is on and somebody looks."""
        for processed in self._all_processed():
            processed.carry(self._layers if on else ())

    def encode(self, needed: Collection[SourceId], rates: Mapping[SourceId, int], now: float) -> None:
        """Have the processor send what is needed: see `ProcessedCamera.encode`."""
        if self._processed is not None:
            self._processed.encode(needed, rates, now)

    def downlinks(self) -> list[Downlink]:
        """What processors receive of it."""
        return [processed.downlink for processed in self._all_processed()]

    def close(self) -> None:
        """End it."""
        for processed in self._all_processed():
            processed.close()

    def _sources_of(self, processed: ProcessedCamera | None) -> tuple[SourceId, ...]:
        return self._layers if processed is None else processed.sources

    def _all_processed(self) -> Iterator[ProcessedCamera]:
        if self._processed is not None:
            yield self._processed
        if self._change is not None and self._change.former is not None:
            yield self._change.former

"""What the supervisor and a worker tell each other."""

from __future__ import annotations

import msgspec

from media.backgrounds.effects import Effect
from media.backgrounds.quality import Quality
from media.backgrounds.secure_line import LineKeys
from media.backgrounds.streams import Counts, OutgoingStream, StreamSettings


class AddStream(msgspec.Struct, frozen=True, tag=True):
    """Process a stream; its socket, connected to who forwards it, comes with the message."""

    stream: int
    settings: StreamSettings
    outgoing: tuple[OutgoingStream, OutgoingStream]
    """The full layer and the small one."""
    keys: LineKeys


class SetEffect(msgspec.Struct, frozen=True, tag=True):
    """Apply another effect to a stream."""

    stream: int
    effect: Effect


class SetRates(msgspec.Struct, frozen=True, tag=True):
    """Send at most so much of a stream's full and small layer; 0 pauses it."""

    stream: int
    rates_bps: tuple[int, int]


class RemoveStream(msgspec.Struct, frozen=True, tag=True):
    """Forget a stream."""

    stream: int


Command = AddStream | SetEffect | SetRates | RemoveStream


class StreamReport(msgspec.Struct, frozen=True):
    """How a stream fares, with what was counted since its beginning.

    `delay_ms_p95` is of the pictures since the last report, None without any.
    """

    counts: Counts
    delay_ms_p95: float | None
    is_still: bool
    """Whether the placeholder is shown."""


class Report(msgspec.Struct, frozen=True):
    """How a worker fares, once a second; `busy` is the share of time at work, 0 to 1.

    `totals` are those of all streams since the worker's start, of those that are gone too.
    """

    quality: Quality
    busy: float
    totals: Counts
    streams: dict[int, StreamReport]

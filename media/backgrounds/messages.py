"""What the supervisor and a worker tell each other."""

from __future__ import annotations

import msgspec

from media.backgrounds.effects import Effect
from media.backgrounds.encoding import OutgoingStream
from media.backgrounds.pipeline import Counts, StreamSettings
from media.backgrounds.quality import Quality


class AddStream(msgspec.Struct, frozen=True, tag=True):
    """Process a stream; its socket comes with the message."""

    stream: int
    settings: StreamSettings
    outgoing: OutgoingStream


class SetEffect(msgspec.Struct, frozen=True, tag=True):
    """Apply another effect to a stream."""

    stream: int
    effect: Effect


class RemoveStream(msgspec.Struct, frozen=True, tag=True):
    """Forget a stream."""

    stream: int


Command = AddStream | SetEffect | RemoveStream


class StreamReport(msgspec.Struct, frozen=True):
    """How a stream fares; `delay_ms_p95` is of the pictures since the last report, None without any."""

    counts: Counts
    delay_ms_p95: float | None
    dropped: int
    """Datagrams that nobody took in time, since the beginning."""


class Report(msgspec.Struct, frozen=True):
    """How a worker fares, once a second; `busy` is the share of time at work, 0 to 1."""

    quality: Quality
    busy: float
    streams: dict[int, StreamReport]

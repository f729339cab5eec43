"""Gives operators another background in calls: the SFU's cameras go through the background workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from weakref import WeakSet

from media.backgrounds.effects import NO_EFFECT, Effect
from media.backgrounds.quality import Quality
from media.backgrounds.streams import Person, StreamSettings
from media.backgrounds.supervisor import LineSettings, Statistics, Stream, Supervisor
from media.sfu.messages import Identity, Processing, Role
from media.sfu.processing import OpenStream, ProcessorLink, ProcessorStream
from media.sfu.room import Room

_NOTHING_BPS = (0, 0)
"""What is sent at first: the SFU says what its receivers need as soon as there are any."""


@dataclass(slots=True)
class _RoomBackground:
    """What is set for a room, and the streams of its operators."""

    effect: Effect
    streams: WeakSet[Stream] = field(default_factory=WeakSet)


class OperatorBackgrounds:
    """The backgrounds of operators, room by room; visitors are shown as they are."""

    def __init__(self, supervisor: Supervisor, effect: Effect = NO_EFFECT) -> None:
        self._supervisor = supervisor
        self.standard = effect
        """Of rooms for which none was set."""
        self._rooms: dict[str, _RoomBackground] = {}

    def prepare(self) -> None:
        """Start the workers, so that the first call need not wait for them."""
        self._supervisor.start()

    def set_effect(self, room: Room, effect: Effect) -> None:
        """Give the operators in a room another background, at its opening or in the middle of a call."""
        background = self._of(room.room_id)
        if effect == background.effect:
            return
        background.effect = effect
        if effect != NO_EFFECT:
            self.prepare()
            for stream in background.streams:
                stream.set_effect(effect)
        room.process_cameras()

    def effect_of(self, room_id: str) -> Effect:
        """Return what is set for a room."""
        background = self._rooms.get(room_id)
        return background.effect if background is not None else self.standard

    def statistics(self) -> Statistics:
        """Tell how the workers fare."""
        return self._supervisor.statistics()

    def processor_of(self, room_id: str, identity: Identity) -> OpenStream | None:
        """See `CameraProcessors`."""
        if identity.role is not Role.OPERATOR or self.effect_of(room_id) == NO_EFFECT:
            return None
        return partial(self._open, room_id, identity)

    def room_closed(self, room_id: str) -> None:
        """See `CameraProcessors`."""
        self._rooms.pop(room_id, None)

    def _of(self, room_id: str) -> _RoomBackground:
        return self._rooms.setdefault(room_id, _RoomBackground(self.standard))

    def _open(self, room_id: str, identity: Identity, link: ProcessorLink) -> ProcessorStream:
        background = self._of(room_id)
        settings = StreamSettings(
            payload_type=link.payload_type,
            effect=background.effect,
            rates_bps=_NOTHING_BPS,
            person=Person(initials(identity.name)),
            mids=link.mids,
            mid_extension=link.mid_extension,
            orientation_extension=link.orientation_extension,
        )
        line = LineSettings(link.address, lambda keys: link.on_keys(keys.receive, keys.send))
        stream = self._supervisor.open(settings, line)
        background.streams.add(stream)
        return _ProcessorStream(stream)


@dataclass(frozen=True, slots=True)
class _ProcessorStream:
    """A stream as the SFU sees it: see `ProcessorStream`."""

    stream: Stream

    @property
    def address(self) -> tuple[str, int]:
        return self.stream.address

    @property
    def state(self) -> Processing:
        quality, report = self.stream.quality, self.stream.report
        if quality in (None, Quality.STILL) or (report is not None and report.is_still):
            return Processing.STILL
        return Processing.FULL if quality is Quality.FULL else Processing.REDUCED

    def encode_at(self, rates_bps: tuple[int, int]) -> None:
        self.stream.set_rates(rates_bps)

    def close(self) -> None:
        self.stream.close()


def initials(name: str) -> str:
    """The first letters of the first and the last part of a name."""
    parts = name.split()
    return "".join(part[0] for part in dict.fromkeys((parts[0], parts[-1]))).upper() if parts else ""

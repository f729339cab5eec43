"""Gives operators another background in calls: the SFU's cameras go through the background workers."""

from __future__ import annotations

from dataclasses import dataclass

from media.backgrounds.effects import NO_EFFECT, Effect
from media.backgrounds.streams import Person, StreamSettings
from media.backgrounds.supervisor import LineSettings, Stream, Supervisor
from media.sfu.messages import Identity, Role
from media.sfu.processing import CameraProcessor, ProcessorLink


class OperatorBackgrounds:
    """One effect for all operators; visitors are shown as they are."""

    def __init__(self, supervisor: Supervisor, effect: Effect) -> None:
        self._supervisor = supervisor
        self._effect = effect

    def processor_of(self, room_id: str, identity: Identity) -> CameraProcessor | None:
        """See `ProcessorOf`."""
        del room_id
        if identity.role is not Role.OPERATOR or self._effect == NO_EFFECT:
            return None
        return _Background(self._supervisor, self._effect, Person(initials(identity.name)))


@dataclass(frozen=True, slots=True)
class _Background:
    """A `CameraProcessor`."""

    supervisor: Supervisor
    effect: Effect
    person: Person

    def open(self, link: ProcessorLink) -> Stream:
        """See `CameraProcessor`."""
        settings = StreamSettings(
            payload_type=link.payload_type,
            effect=self.effect,
            person=self.person,
            mid=link.mid,
            mid_extension=link.mid_extension,
            orientation_extension=link.orientation_extension,
        )
        line = LineSettings(link.address, lambda keys: link.on_keys(keys.receive, keys.send))
        return self.supervisor.open(settings, line)


def initials(name: str) -> str:
    """The first letters of the first and the last part of a name."""
    parts = name.split()
    return "".join(part[0] for part in dict.fromkeys((parts[0], parts[-1]))).upper() if parts else ""

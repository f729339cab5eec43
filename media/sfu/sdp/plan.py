"""Deciding what each m-line of an offer is for.

The order of the m-lines of one kind and direction gives them their meaning: what the client sends are its
microphone, its camera and its screen; what it receives are places for up to three other participants,
each a pair of audio and camera slot, then the shared screen, and its own camera as the others see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from media.sfu.sdp.offer import Direction, MediaKind, MediaSection, Offer

PLACES = 3
"""How many other participants a client can receive."""


class TrackKind(StrEnum):
    """What a track shows or carries."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    SCREEN = "screen"

    @property
    def media(self) -> MediaKind:
        """The medium of such a track."""
        return MediaKind.AUDIO if self is TrackKind.MICROPHONE else MediaKind.VIDEO


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """An m-line with its use: None when it is answered inactive.

    `place` counts the participants a client receives; the screen's slot and the self slot have none.
    """

    section: MediaSection
    track: TrackKind | None
    place: int | None = None

    @property
    def sends(self) -> bool:
        """Whether the client sends on it."""
        return self.track is not None and self.section.direction is Direction.SENDONLY

    @property
    def rids(self) -> tuple[str, ...]:
        """The encodings that are taken; a screen has one, because text that is read must be sharp for all."""
        return self.section.rids if self.sends and self.track is TrackKind.CAMERA else ()

    @property
    def receives(self) -> bool:
        """Whether it is one of the client's slots."""
        return self.track is not None and self.section.direction is Direction.RECVONLY


_USES: dict[tuple[Direction, MediaKind], tuple[tuple[TrackKind, int | None], ...]] = {
    (Direction.SENDONLY, MediaKind.AUDIO): ((TrackKind.MICROPHONE, None),),
    (Direction.SENDONLY, MediaKind.VIDEO): ((TrackKind.CAMERA, None), (TrackKind.SCREEN, None)),
    (Direction.RECVONLY, MediaKind.AUDIO): tuple((TrackKind.MICROPHONE, place) for place in range(PLACES)),
    (Direction.RECVONLY, MediaKind.VIDEO): (
        *((TrackKind.CAMERA, place) for place in range(PLACES)),
        (TrackKind.SCREEN, None),
        (TrackKind.CAMERA, None),
    ),
}


def plan_sections(offer: Offer, *, audio_only: bool) -> list[PlannedSection]:
    """Give every m-line its use; those beyond the plan, and cameras if `audio_only`, get none."""
    planned: list[PlannedSection] = []
    counts: dict[tuple[Direction, MediaKind], int] = {}
    for section in offer.sections:
        key = (section.direction, section.kind)
        index = counts.get(key, 0)
        counts[key] = index + 1
        uses = _USES.get(key, ())
        track, place = uses[index] if index < len(uses) else (None, None)
        if audio_only and track is TrackKind.CAMERA:
            track = place = None
        planned.append(PlannedSection(section, track, place))
    return planned

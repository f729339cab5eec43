"""What people had turned off when they were last inside a room.

Who muted himself must not come back audible because a page was reloaded, a connection was lost or a client
forgot: what was off when a person left is *held* off when he comes again, until he lifts it himself.
"""

from __future__ import annotations

from media.sfu.messages import MediaState, SlotKind

MAX_PEOPLE = 256
"""The most people a room remembers; beyond, those who left first are forgotten."""

_HELD = frozenset((SlotKind.MICROPHONE, SlotKind.CAMERA))
# A screen is not held: no browser shows one again without asking the person.


class Holds:
    """One room's memory of its people's switches, by identity."""

    def __init__(self) -> None:
        self._off: dict[str, frozenset[SlotKind]] = {}

    def remember(self, identity_id: str, media: MediaState) -> None:
        """Keep what is off as a person leaves."""
        self._off.pop(identity_id, None)
        self._off[identity_id] = frozenset(kind for kind in _HELD if not getattr(media, kind))
        if len(self._off) > MAX_PEOPLE:
            del self._off[next(iter(self._off))]

    def of(self, identity_id: str) -> frozenset[SlotKind]:
        """Return what is held off as a person comes in; nothing for one who was never here."""
        return self._off.get(identity_id, frozenset())

"""Who is connected, and who was a moment ago.

A page that is left for the next one closes its connection and opens another, so nobody is gone at once: one
whose last connection closed has a grace period to come back in.
"""

from collections import Counter

import msgspec

from chatcore.actors import Actor
from chatcore.model import PersonKind

GRACE_MS = {PersonKind.VISITOR: 15_000, PersonKind.OPERATOR: 10_000}


class _Leaver(msgspec.Struct, frozen=True):
    actor: Actor
    gone_at_ms: int


class Attendance:
    """Counts the connections of each person, so that several tabs are one presence."""

    def __init__(self) -> None:
        self._connections: Counter[str] = Counter()
        self._leavers: dict[str, _Leaver] = {}

    def came(self, actor: Actor) -> bool:
        """Count a connection that opened, and say whether it is the person's only one."""
        person_id = actor.person.id
        self._leavers.pop(person_id, None)
        self._connections[person_id] += 1
        return self._connections[person_id] == 1

    def went(self, actor: Actor, now_ms: int) -> bool:
        """Count a connection that closed, and say whether it was the person's last one."""
        person_id = actor.person.id
        self._connections[person_id] -= 1
        if self._connections[person_id] > 0:
            return False
        del self._connections[person_id]
        self._leavers[person_id] = _Leaver(actor, now_ms + GRACE_MS[actor.person.kind])
        return True

    def next_gone(self, now_ms: int) -> Actor | None:
        """Return, once each, the people whose grace period is over."""
        for person_id, leaver in self._leavers.items():
            if leaver.gone_at_ms <= now_ms:
                del self._leavers[person_id]
                return leaver.actor
        return None

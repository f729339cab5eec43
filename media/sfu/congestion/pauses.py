"""Which pictures a receiver is told to be missing because his line has no room for them.

A picture that goes for a moment while the division is made anew is no news. One that was there is missed only
after a while; one that comes back is there at once.
"""

from __future__ import annotations

from collections.abc import Collection

from media.sfu.packet_path import SlotId

PATIENCE_S = 1.0
"""How long a slot goes without a picture before it counts as paused."""


class Pauses:
    """Fed at every decision for one receiver. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._since: dict[SlotId, float] = {}

    def update(self, without_room: Collection[SlotId], now: float) -> frozenset[SlotId]:
        """Take the slots that there is no room for now; return those of them that are paused."""
        self._since = {slot: self._since.get(slot, now) for slot in without_room}
        return frozenset(slot for slot, since in self._since.items() if now - since >= PATIENCE_S)

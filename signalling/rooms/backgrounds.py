"""What the edge needs of the backgrounds in calls."""

from collections.abc import Callable
from typing import Protocol

from chatcore.calls import CallTicket
from media.sfu.room import Room


class CallBackgrounds(Protocol):
    """Give the operators in calls the background of their group."""

    async def prepare_room(self, ticket: CallTicket) -> Callable[[Room], None]:
        """Look up what a call's room needs; what is returned sets the room up before anybody is in it."""
        ...

    def effect_changed(self, account_id: str, group_id: str) -> None:
        """Change the rooms of the group's calls that are open."""
        ...

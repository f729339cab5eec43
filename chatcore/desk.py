"""The desk: everything that the rim needs, over one database."""

from collections.abc import Callable
from typing import Self

import msgspec

from chatcore.calls import Calls
from chatcore.conversations import Conversations
from chatcore.directory import Directory
from chatcore.presence import PresenceBoard
from chatcore.stream import Streams


class StorageConfig(msgspec.Struct, frozen=True):
    """Where the desk keeps its data: an SQLAlchemy URL such as `sqlite+aiosqlite:////var/lib/sportello/desk.db`."""

    url: str


class Desk:
    """The use cases, opened together and closed together."""

    directory: Directory
    conversations: Conversations
    calls: Calls
    streams: Streams
    presence: PresenceBoard

    @classmethod
    async def open(cls, config: StorageConfig, clock: Callable[[], int] | None = None) -> Self:
        """Bring the database up to date and open the desk. `clock` gives milliseconds since the epoch."""
        raise NotImplementedError

    async def close(self) -> None:
        """Finish what was accepted and let go of the database."""
        raise NotImplementedError

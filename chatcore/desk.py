"""The desk: everything that the rim needs, over one database."""

import asyncio
import time
from dataclasses import dataclass
from typing import Self

import msgspec
import sqlalchemy as sa

from chatcore.calls import Calls
from chatcore.conversations import Conversations
from chatcore.decisions import Clock
from chatcore.directory import Directory
from chatcore.passwords import Passwords
from chatcore.presence import PresenceBoard
from chatcore.storage.engine import open_for_reading, open_for_writing
from chatcore.storage.migrate import migrate
from chatcore.storage.readers import Readers
from chatcore.storage.writer import Writer
from chatcore.stream import Streams
from chatcore.tails import Tails


class StorageConfig(msgspec.Struct, frozen=True):
    """Where the desk keeps its data: a SQLAlchemy URL.

    For example `sqlite:////var/lib/sportello/desk.db`; the folder must exist.
    """

    url: str


def wall_clock() -> int:
    """Return the present time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Storage:
    """What use cases work with: the database for reading, the writer, the hashing threads, the time."""

    writing_engine: sa.Engine
    reading: Readers
    writer: Writer
    passwords: Passwords
    clock: Clock


class Desk:
    """The use cases, opened together and closed together."""

    def __init__(self, storage: Storage) -> None:
        tails = Tails()
        storage.writer.listeners.append(tails.publish)
        self.storage = storage
        self.presence = PresenceBoard(storage.reading, storage.clock)
        self.directory = Directory(storage.reading, storage.writer, storage.passwords, storage.clock)
        self.conversations = Conversations(storage.reading, storage.writer, storage.clock)
        self.calls = Calls(storage.reading, storage.writer, storage.clock)
        self.streams = Streams(storage.reading, tails, self.presence)

    @classmethod
    async def open(cls, config: StorageConfig, clock: Clock = wall_clock) -> Self:
        """Bring the database up to date and open the desk."""
        # Not on the event loop: making an engine looks at the file system.
        writing = await asyncio.to_thread(open_for_writing, config.url)
        reading = Readers(await asyncio.to_thread(open_for_reading, config.url))
        await asyncio.to_thread(migrate, writing)
        return cls(Storage(writing, reading, Writer(writing), Passwords(), clock))

    async def close(self) -> None:
        """Finish what was accepted and let go of the database."""
        await self.storage.writer.close()
        await asyncio.to_thread(self.storage.reading.close)
        await asyncio.to_thread(self.storage.writing_engine.dispose)
        self.storage.passwords.close()

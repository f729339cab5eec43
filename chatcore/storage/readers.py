"""Reading beside the writer: each query runs in one transaction, in a thread of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import sqlalchemy as sa

from chatcore.storage.engine import READERS

T = TypeVar("T")


class Readers:
    """Runs queries, a few at a time; the others wait their turn."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(READERS, "reader")

    async def run(self, query: Callable[[sa.Connection], T]) -> T:
        """Return what the query makes of one unmoving state of the database."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, query)

    def close(self) -> None:
        """Finish what runs and let go of the database."""
        self._threads.shutdown()
        self._engine.dispose()

    def _run(self, query: Callable[[sa.Connection], T]) -> T:
        with self._engine.begin() as connection:
            return query(connection)

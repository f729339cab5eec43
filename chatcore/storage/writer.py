"""The single writer: commands run one after another, several to a commit.

A commit on SQLite with synchronous=FULL costs a wait for the disk. While one is under way commands queue
up, and the next transaction runs them all (group commit): the more there is to do, the less each costs.
Each command has its own savepoint, so a failing one takes back only its own changes. Callers are answered,
and listeners told, after the commit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chatcore.access import Audience
from chatcore.errors import DeskError
from chatcore.model import Event
from chatcore.storage.schema import accounts

QUEUE_LENGTH = 1_024
COMMANDS_PER_COMMIT = 64

_log = structlog.get_logger()

T = TypeVar("T")


class LogEntry(msgspec.Struct, frozen=True):
    """A committed event: its position in the account's log, and who saw its conversation before and after."""

    account_id: str
    position: int
    event: Event
    before: Audience | None
    after: Audience


class Transaction:
    """What a command works with."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.entries: list[LogEntry] = []
        self._positions: dict[str, int] = {}

    async def lock(self, account_id: str) -> None:
        """Keep other writers off the account until the commit. Raises `not_found`.

        To be called before anything is read that a decision rests on.
        """
        if account_id in self._positions:
            return
        query = sa.select(accounts.c.last_position).where(accounts.c.account_id == account_id)
        position = await self.connection.scalar(query.with_for_update())
        if position is None:
            raise DeskError("not_found", "no such account")
        self._positions[account_id] = position

    async def take_positions(self, account_id: str, count: int) -> range:
        """Return the next `count` positions of a locked account's log."""
        last = self._positions[account_id]
        self._positions[account_id] = last + count
        await self.connection.execute(
            sa.update(accounts).where(accounts.c.account_id == account_id).values(last_position=last + count)
        )
        return range(last + 1, last + count + 1)


Command = Callable[[Transaction], Awaitable[T]]
Listener = Callable[[Sequence[LogEntry]], None]


class _Job:
    """A queued command, who waits for it, and what came of it."""

    def __init__(self, command: Command[Any]) -> None:
        self.command = command
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.entries: list[LogEntry] = []
        self.result: Any = None
        self.error: Exception | None = None

    def settle(self) -> None:
        """Answer the caller, unless he was cancelled."""
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class Writer:
    """Runs commands. `listeners` hear of each transaction's events after its commit; they must not block."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.listeners: list[Listener] = []
        self._engine = engine
        self._queue: asyncio.Queue[_Job | None] = asyncio.Queue(QUEUE_LENGTH)
        self._closed = False
        self._task = asyncio.create_task(self._run(), name="writer")

    async def submit(self, command: Command[T]) -> T:
        """Run the command and return its result after the commit.

        Raises what the command raises, and `unavailable` when the queue is full or the database fails;
        nothing has happened then, unless the commit itself was cut off.
        """
        if self._closed or self._queue.full():
            raise DeskError("unavailable", "the desk cannot take more work now; try again")
        job = _Job(command)
        self._queue.put_nowait(job)
        answer: T = await job.answer
        return answer

    async def close(self) -> None:
        """Run what was accepted, then stop."""
        self._closed = True
        await self._queue.put(None)
        await self._task

    async def _run(self) -> None:
        while (jobs := await self._next_jobs()) is not None:
            await self._commit(jobs)

    async def _next_jobs(self) -> list[_Job] | None:
        first = await self._queue.get()
        if first is None:
            return None
        jobs = [first]
        while len(jobs) < COMMANDS_PER_COMMIT and not self._queue.empty():
            job = self._queue.get_nowait()
            if job is None:
                self._queue.put_nowait(None)
                break
            jobs.append(job)
        return jobs

    async def _commit(self, jobs: list[_Job]) -> None:
        try:
            async with self._engine.begin() as connection:
                for job in jobs:
                    await self._attempt(connection, job)
        except Exception as error:  # noqa: BLE001 - whatever failed, the next commands must find a writer
            # The type alone: the database's own messages quote what people wrote.
            _log.error("transaction failed", error=type(error).__name__, commands=len(jobs))
            for job in jobs:
                job.error = DeskError("unavailable", "the database failed; try again")
                job.entries = []
        self._publish([entry for job in jobs for entry in job.entries])
        for job in jobs:
            job.settle()

    async def _attempt(self, connection: AsyncConnection, job: _Job) -> None:
        transaction = Transaction(connection)
        try:
            async with connection.begin_nested():
                job.result = await job.command(transaction)
        except OperationalError:
            raise  # The database is at fault, not the command: all fail.
        except Exception as error:  # noqa: BLE001 - handed to the caller, who alone knows what to do
            job.error = error
        else:
            job.entries = transaction.entries

    def _publish(self, entries: list[LogEntry]) -> None:
        if not entries:
            return
        for listener in self.listeners:
            try:
                listener(entries)
            except Exception as error:  # noqa: BLE001 - one listener's fault must not silence the others
                _log.error("listener failed", error=type(error).__name__)

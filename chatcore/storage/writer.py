"""The single writer: commands run one after another, several to a commit.

A commit on SQLite with synchronous=FULL costs a wait for the disk. While one is under way commands queue
up, and the next transaction runs them all (group commit): the more there is to do, the less each costs.
Each command has its own savepoint, so a failing one takes back only its own changes. Callers are answered,
and listeners told, after the commit.

A transaction runs as a whole in the writer's own thread, so commands are plain functions. They must not
touch what belongs to the event loop.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError

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
    """What commands work with; `entries` are the events that they made."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.entries: list[LogEntry] = []
        self._stored_positions: dict[str, int] = {}
        self._positions: dict[str, int] = {}

    def lock(self, account_id: str) -> None:
        """Keep other writers off the account until the commit. Raises `not_found`.

        To be called before anything is read that a decision rests on.
        """
        if account_id in self._positions:
            return
        query = sa.select(accounts.c.last_position).where(accounts.c.account_id == account_id)
        position = self.connection.scalar(query.with_for_update())
        if position is None:
            raise DeskError("not_found", "no such account")
        self._stored_positions[account_id] = self._positions[account_id] = position

    def take_positions(self, account_id: str, count: int) -> range:
        """Return the next `count` positions of a locked account's log."""
        last = self._positions[account_id]
        self._positions[account_id] = last + count
        return range(last + 1, last + count + 1)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back what the block did, also its locks and positions, when it raises."""
        entries, positions = len(self.entries), self._positions.copy()
        try:
            with self.connection.begin_nested():
                yield
        except Exception:
            del self.entries[entries:]
            self._positions = positions
            raise

    def store_positions(self) -> None:
        """Write down the positions that were taken, once for all commands."""
        for account_id, position in self._positions.items():
            if position != self._stored_positions[account_id]:
                mine = accounts.c.account_id == account_id
                self.connection.execute(sa.update(accounts).where(mine).values(last_position=position))


Command = Callable[[Transaction], T]
Listener = Callable[[Sequence[LogEntry]], None]


class _Job:
    """A queued command, who waits for it, and what came of it."""

    def __init__(self, command: Command[Any]) -> None:
        self.command = command
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
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

    def __init__(self, engine: sa.Engine) -> None:
        self.listeners: list[Listener] = []
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "writer")
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
        self._thread.shutdown(wait=False)  # It is idle by now.

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while (jobs := await self._next_jobs()) is not None:
            entries = await loop.run_in_executor(self._thread, self._commit, jobs)
            self._publish(entries)
            for job in jobs:
                job.settle()

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

    def _commit(self, jobs: list[_Job]) -> list[LogEntry]:
        try:
            with self._engine.begin() as connection:
                transaction = Transaction(connection)
                for job in jobs:
                    _attempt(job, transaction)
                transaction.store_positions()
        except Exception as error:  # noqa: BLE001 - whatever failed, the next commands must find a writer
            # The type alone: the database's own messages quote what people wrote.
            _log.error("transaction failed", error=type(error).__name__, commands=len(jobs))
            for job in jobs:
                job.error = DeskError("unavailable", "the database failed; try again")
            return []
        return transaction.entries

    def _publish(self, entries: list[LogEntry]) -> None:
        if not entries:
            return
        for listener in self.listeners:
            try:
                listener(entries)
            except Exception as error:  # noqa: BLE001 - one listener's fault must not silence the others
                _log.error("listener failed", error=type(error).__name__)


def _attempt(job: _Job, transaction: Transaction) -> None:
    try:
        with transaction.savepoint():
            job.result = job.command(transaction)
    except OperationalError:
        raise  # The database is at fault, not the command: all fail.
    except Exception as error:  # noqa: BLE001 - handed to the caller, who alone knows what to do
        job.error = error

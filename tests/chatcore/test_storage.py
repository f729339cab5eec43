import asyncio
import threading
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from chatcore.effects import Effect
from chatcore.errors import DeskError
from chatcore.storage import people
from chatcore.storage.engine import open_for_reading, open_for_writing
from chatcore.storage.migrate import SETTINGS, migrate
from chatcore.storage.readers import Readers
from chatcore.storage.schema import accounts, metadata
from chatcore.storage.writer import QUEUE_LENGTH, Transaction, Writer
from tests.chatcore.world import World, refused


def url(path: Path) -> str:
    return f"sqlite:///{path / 'desk.db'}"


def insert_account(transaction: Transaction, code: str) -> None:
    row = {"account_id": code, "code": code, "company": code, "last_position": 0}
    transaction.connection.execute(sa.insert(accounts).values(row))


class Storage:
    """A fresh database with a writer."""

    def __init__(self, path: Path) -> None:
        self._url = url(path)

    async def __aenter__(self) -> "Storage":
        self.writing = await asyncio.to_thread(open_for_writing, self._url)
        self.reading = Readers(await asyncio.to_thread(open_for_reading, self._url))
        await asyncio.to_thread(migrate, self.writing)
        self.writer = Writer(self.writing)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.writer.close()
        await asyncio.to_thread(self.writing.dispose)
        await asyncio.to_thread(self.reading.close)

    async def codes(self) -> set[str]:
        query = sa.select(accounts.c.code)
        return await self.reading.run(lambda connection: set(connection.scalars(query)))


async def test_the_migrations_lead_to_the_tables_of_the_schema(tmp_path: Path) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with Storage(tmp_path) as storage:
        assert await storage.reading.run(differences) == []


async def test_groups_from_before_effects_have_none(tmp_path: Path) -> None:
    writing = await asyncio.to_thread(open_for_writing, url(tmp_path))

    def begin_as_before() -> None:
        config = Config(SETTINGS)
        with writing.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            connection.exec_driver_sql("INSERT INTO accounts VALUES ('a', 'a', 'A', 0)")
            texts = "'g', 'a', 'g', 'G', '{}', '{}', '{}', NULL, '[]', 0, '{}'"
            connection.exec_driver_sql(f"INSERT INTO groups VALUES ({texts})")

    await asyncio.to_thread(begin_as_before)
    await asyncio.to_thread(writing.dispose)
    async with Storage(tmp_path) as storage:
        [group] = await storage.reading.run(lambda connection: people.groups_of(connection, "a"))
        assert group.effect == Effect()


async def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    async with Storage(tmp_path) as storage:
        await storage.writer.submit(lambda transaction: insert_account(transaction, "kept"))
        await asyncio.to_thread(migrate, storage.writing)
        assert await storage.codes() == {"kept"}


async def test_a_failing_command_takes_back_its_own_changes_only(tmp_path: Path) -> None:
    def fail(transaction: Transaction) -> None:
        insert_account(transaction, "refused")
        raise DeskError("forbidden", "changed my mind")

    async with Storage(tmp_path) as storage:
        outcomes = await asyncio.gather(
            storage.writer.submit(lambda transaction: insert_account(transaction, "first")),
            storage.writer.submit(fail),
            storage.writer.submit(lambda transaction: insert_account(transaction, "first")),
            storage.writer.submit(lambda transaction: insert_account(transaction, "last")),
            return_exceptions=True,
        )
        assert [type(outcome).__name__ for outcome in outcomes] == [
            "NoneType",
            "DeskError",
            "IntegrityError",
            "NoneType",
        ]
        assert await storage.codes() == {"first", "last"}


async def test_commands_that_wait_together_are_committed_together(tmp_path: Path) -> None:
    async with Storage(tmp_path) as storage:
        commits: list[object] = []
        sa.event.listen(storage.writing, "commit", commits.append)
        codes = [f"account-{number}" for number in range(60)]
        commands = [partial(insert_account, code=code) for code in codes]
        await asyncio.gather(*(storage.writer.submit(command) for command in commands))
        assert await storage.codes() == set(codes)
        assert len(commits) == 1


async def test_a_broken_database_fails_all_and_the_writer_goes_on(tmp_path: Path) -> None:
    def cut(_connection: sa.Connection) -> None:
        raise OSError("the disk is gone")

    async with Storage(tmp_path) as storage:
        sa.event.listen(storage.writing, "commit", cut)
        await refused(
            "unavailable", storage.writer.submit(lambda transaction: insert_account(transaction, "lost"))
        )
        sa.event.remove(storage.writing, "commit", cut)
        await storage.writer.submit(lambda transaction: insert_account(transaction, "kept"))
        assert await storage.codes() == {"kept"}


async def test_a_full_queue_refuses_at_once(tmp_path: Path) -> None:
    started, gate = threading.Event(), threading.Event()

    def wait(_transaction: Transaction) -> None:
        started.set()
        gate.wait()

    async with Storage(tmp_path) as storage:
        running = asyncio.ensure_future(storage.writer.submit(wait))
        await asyncio.to_thread(started.wait)
        outcomes = [asyncio.ensure_future(storage.writer.submit(wait)) for _ in range(QUEUE_LENGTH + 1)]
        # The last one finds the queue full; the writer is held, so nobody else can be answered.
        await refused("unavailable", outcomes[-1])
        gate.set()
        await asyncio.gather(running, *outcomes[:-1])


async def test_a_closed_writer_refuses(tmp_path: Path) -> None:
    async with Storage(tmp_path) as storage:
        await storage.writer.close()
        await refused("unavailable", storage.writer.submit(lambda one: insert_account(one, "late")))


async def test_a_caller_that_goes_away_does_not_stop_his_command(world: World) -> None:
    visitor = await world.visitor()
    sending = asyncio.ensure_future(
        world.desk.conversations.send_message(visitor, None, "a-client-id", "Ciao")
    )
    await asyncio.sleep(0)
    sending.cancel()
    again = await world.desk.conversations.send_message(visitor, None, "a-client-id", "Ciao")
    assert len((await world.desk.streams.snapshot(visitor)).conversations) == 1
    assert again.message_id is not None

"""Bringing the database to the present schema: each file in `migrations/versions` is one step, run once."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

_MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(engine: AsyncEngine) -> None:
    """Run the migrations that the database has not seen, all in one transaction."""
    scripts = await asyncio.to_thread(_load_scripts)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, scripts)


def _load_scripts() -> ScriptDirectory:
    scripts = ScriptDirectory(str(_MIGRATIONS))
    scripts.get_heads()  # Reads the files, which must not happen on the event loop.
    return scripts


def _upgrade(connection: sa.Connection, scripts: ScriptDirectory) -> None:
    def steps(present: object, _context: MigrationContext) -> object:
        # Private, yet what Alembic's documentation uses for upgrades without its command line.
        return scripts._upgrade_revs("head", present)  # type: ignore[arg-type]  # noqa: SLF001

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context):
        context.run_migrations()

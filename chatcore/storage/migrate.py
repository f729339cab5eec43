"""Bringing the database to the present schema: each file in `migrations/versions` is one step, run once."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

SETTINGS = Path(__file__).parent / "migrations" / "alembic.ini"
"""Of Alembic."""


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that the database has not seen, all in one transaction."""
    config = Config(SETTINGS)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

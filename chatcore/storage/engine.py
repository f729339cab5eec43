"""Opening the database. All that only SQLite needs is here."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

READERS = 4


def open_for_writing(url: str) -> sa.Engine:
    """Return an engine with one connection, for the writer."""
    if _is_sqlite(url):
        # The write lock is taken at the start: a lock taken later could fail half-way through.
        return _sqlite_engine(url, pool_size=1, begin="BEGIN IMMEDIATE")
    return sa.create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True, hide_parameters=True)


def open_for_reading(url: str) -> sa.Engine:
    """Return an engine whose transactions each see one state of the database, unmoved by writers."""
    if _is_sqlite(url):
        return _sqlite_engine(url, pool_size=READERS, begin="BEGIN")
    return sa.create_engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
    )


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _sqlite_engine(url: str, pool_size: int, begin: str) -> sa.Engine:
    # Errors would otherwise quote what people wrote.
    engine = sa.create_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True)

    def set_up(connection: Any, _record: object) -> None:
        # The driver would begin transactions late, and not at all around savepoints; so it is told to leave
        # them alone, and `begin` starts them.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA busy_timeout = 5000")
        cursor.close()

    def begin_transaction(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    sa.event.listen(engine, "connect", set_up)
    sa.event.listen(engine, "begin", begin_transaction)
    return engine

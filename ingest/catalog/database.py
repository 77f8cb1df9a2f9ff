"""Opens the catalog's database and brings its schema up to date. Knows nothing of the tables' meaning.

SQLite runs in WAL mode; a writing transaction takes the write lock at once (`BEGIN IMMEDIATE`), because a read
that upgrades itself to a write fails with "database is locked" instead of waiting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from ingest.errors import StoreUnavailable

BUSY_MILLISECONDS = 30_000


class Database:
    """One engine with two ways in: `read()` and `write()`."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(url, pool_size=16, max_overflow=32)
        if self.engine.dialect.name == "sqlite":
            _tune_sqlite(self.engine)
        self._writer = self.engine.execution_options(pincite_write=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: one consistent snapshot."""
        with _translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A short writing transaction; commits at the end of the block, rolls back on any exception."""
        with _translated(), self._writer.begin() as connection:
            yield connection

    def migrate(self, version: str = "head") -> None:
        """Bring the schema up to this version, the newest unless told otherwise."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with _translated(), self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, version)

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailable(f"The catalog does not answer ({error.orig}); try again.") from error


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("pincite_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

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
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError

from ingest.catalog.stored_json import read_stored_json
from ingest.errors import CatalogNewer, InsufficientStorage, StoreDamaged, StoreUnavailable

CATALOG_FILE = "catalog.sqlite3"
BUSY_MILLISECONDS = 30_000
DAMAGE = ("malformed", "not a database", "disk I/O error")
NOT_WRITABLE = ("readonly database", "unable to open database file")


class Database:
    """One engine with two ways in: `read()` and `write()`."""

    @classmethod
    def of_folder(cls, home: Path) -> "Database":
        """The catalog of a data folder."""
        return cls(f"sqlite:///{home / CATALOG_FILE}")

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(url, pool_size=16, max_overflow=32, json_deserializer=read_stored_json)
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
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        with self.read() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in known:
            raise CatalogNewer(
                f"The data folder was written by a later version of Pincite: its schema is {current}, this version"
                f" knows schemas up to {max(known)}. Install that version, or restore a backup made before."
            )
        with _translated(), self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, version)

    def copy_to(self, target: Path) -> None:
        """Write a copy of the database as of now, while others go on reading and writing."""
        with _translated(), self.engine.connect() as connection, _opened(target) as copy:
            source: Any = connection.connection.driver_connection
            source.backup(copy)

    def forget_deleted(self) -> None:
        """Let nothing deleted stay readable in the write-ahead log: its pages are written back and the log emptied."""
        with _translated(), self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def faults(self) -> list[str]:
        """What the database's own check finds wrong with it; empty when all is well."""
        with self.read() as connection:
            rows = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
        return [] if rows == ["ok"] else rows

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A plain SQLite connection to a new file, as the backup's target."""
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            yield connection.connection.driver_connection
    finally:
        engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # the caller's own mistake
    except DatabaseError as error:
        said = str(error.orig)
        if "disk is full" in said:
            raise InsufficientStorage("The disk is full; nothing was recorded.") from error
        if any(word in said for word in DAMAGE):
            message = f"The catalog is damaged ({said}). Stop Pincite and restore a backup with `pincite restore`."
            raise StoreDamaged(message) from error
        if any(word in said for word in NOT_WRITABLE):
            message = (
                f"The catalog cannot be written ({said}). The data folder must belong to the user who runs Pincite."
            )
            raise StoreUnavailable(message) from error
        raise StoreUnavailable(f"The catalog does not answer ({said}); try again.") from error


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted is overwritten
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("pincite_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

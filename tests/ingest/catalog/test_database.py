"""The catalog's database as it may be found at a start: newer, damaged, not writable, full of what was deleted."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.catalog import Catalog, Database, UploadDetails
from ingest.errors import CatalogNewer, InsufficientStorage, StoreDamaged
from ingest.types import Scope

ONE = Scope("one")
SECRET = "heliotrope-parsnip"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database.of_folder(tmp_path)
    made.migrate()
    return made


def test_a_newer_schema_is_refused_by_name(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9042'")
    with pytest.raises(CatalogNewer, match=r"its schema is 9042, this version knows schemas up to \d{4}"):
        database.migrate()


def complaint(database: Database) -> str:
    """What opening and checking the catalog says against it."""
    try:
        database.migrate()
        return "; ".join(database.faults())
    except StoreDamaged as error:
        return error.message
    finally:
        database.close()


@pytest.mark.parametrize("harm", [lambda data: b"not a database at all" + data[21:], lambda _data: b"x" * 5000])
def test_what_is_no_database_any_more_is_told_in_one_sentence(
    database: Database, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    database.close()
    file = tmp_path / "catalog.sqlite3"
    file.write_bytes(harm(file.read_bytes()))
    said = complaint(Database.of_folder(tmp_path))
    assert said.startswith("The catalog is damaged") and "pincite restore" in said


def test_a_catalog_cut_short_is_noticed(database: Database, tmp_path: Path) -> None:
    assert complaint(database) == ""
    file = tmp_path / "catalog.sqlite3"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert complaint(Database.of_folder(tmp_path)) != ""


def test_a_full_disk_is_told_and_what_was_there_stays(database: Database) -> None:
    catalog = Catalog(database)
    document = catalog.documents.add(ONE, "c" * 64, "n", "application/pdf", 1)
    with database.engine.connect() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
    with pytest.raises(InsufficientStorage), database.write() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
        connection.exec_driver_sql("CREATE TABLE ballast AS SELECT randomblob(1000000) AS data")
    assert catalog.documents.get(ONE, document.id).name == "n"


def test_nothing_deleted_stays_in_the_files_of_the_database(database: Database, tmp_path: Path) -> None:
    catalog = Catalog(database)
    details = UploadDetails({"note": SECRET}, password=SECRET)
    document = catalog.documents.add(ONE, "c" * 64, f"{SECRET}.pdf", "application/pdf", 1, details)
    assert SECRET in everything_in(tmp_path)
    catalog.documents.bury(ONE, document.id)
    catalog.documents.finish_purge(document.id, {})
    database.forget_deleted()
    assert SECRET not in everything_in(tmp_path)


def everything_in(folder: Path) -> str:
    files = [Path(root) / name for root, _folders, names in os.walk(folder) for name in names]
    return "".join(path.read_bytes().decode("latin-1") for path in files)

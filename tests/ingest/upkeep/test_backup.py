"""A data folder copied while in use and put back: everything in it is found again, and damage is told."""

from pathlib import Path

import pytest
from ingest_samples import House, build_house, encrypted, pdf

from ingest.errors import BadRequest, StoreDamaged
from ingest.types import Document, Status
from ingest.upkeep.backup import Copied, back_up, restore

LETTER = pdf([["The heron delivered seventeen umbrellas to the lighthouse."]])


@pytest.fixture
def saved(house: House, tmp_path: Path) -> tuple[Document, Path]:
    """A document, and a backup of the folder it is in."""
    document = house.ingest(encrypted(LETTER, "sesame"), password="sesame")
    assert back_up(house.parts.database, house.parts.home, tmp_path / "backup") == Copied(2, 0, ())
    return document, tmp_path / "backup"


def test_a_restored_folder_answers_as_the_one_it_was_copied_from(saved: tuple[Document, Path], tmp_path: Path) -> None:
    document, backup = saved
    assert restore(backup, tmp_path / "new").copied == 2
    house = build_house(tmp_path / "new")
    house.work()
    assert house.document(document.id).status is Status.READY
    assert house.found("umbrellas") == house.quoted("umbrellas") == {document.id}
    assert house.parts.pages.png(house.document(document.id), 1, 50).startswith(b"\x89PNG")
    assert house.parts.stores.check(repair=False) == []
    house.parts.close()


def test_a_second_backup_copies_what_is_new_alone(saved: tuple[Document, Path], house: House) -> None:
    house.ingest(LETTER)
    assert back_up(house.parts.database, house.parts.home, saved[1]) == Copied(1, 2, ())


def test_a_file_damaged_in_the_backup_is_told_and_left_out(saved: tuple[Document, Path], tmp_path: Path) -> None:
    document, backup = saved
    (backup / "blobs" / "tenant" / document.content).write_bytes(b"other bytes")
    assert restore(backup, tmp_path / "new") == Copied(1, 0, (document.content,))


def test_a_damaged_catalog_is_refused(saved: tuple[Document, Path], tmp_path: Path) -> None:
    catalog = saved[1] / "catalog.sqlite3"
    catalog.write_bytes(catalog.read_bytes()[: catalog.stat().st_size // 2])
    with pytest.raises(StoreDamaged):
        restore(saved[1], tmp_path / "new")


def test_a_folder_in_use_is_never_written_over(saved: tuple[Document, Path], house: House, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="not empty"):
        restore(saved[1], house.parts.home)
    with pytest.raises(BadRequest, match="holds no backup"):
        restore(tmp_path / "nothing", tmp_path / "new")


def test_a_backup_is_readable_by_its_owner_alone(saved: tuple[Document, Path]) -> None:
    for path in [saved[1], *saved[1].rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path

"""Each store lost, cut short or altered: it is noticed, nothing is answered from it, and it is made again."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ingest_samples import TENANT, House, build_house, encrypted, pdf
from sqlalchemy import delete

from ingest.catalog.tables import pages
from ingest.types import Document, Status

LETTER = pdf([["The heron delivered seventeen umbrellas to the lighthouse."], ["The gull kept the receipt."]])
OTHER = pdf([["A walrus signed the lease of the mill."]])
Harm = Callable[[Path], None]


def lost(folder: Path) -> None:
    shutil.rmtree(folder)


def cut_short(folder: Path) -> None:
    for path in files_of(folder):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def one_bit_flipped(folder: Path) -> None:
    for path in files_of(folder):
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 1
        path.write_bytes(data)


def emptied(folder: Path) -> None:
    for path in files_of(folder):
        path.write_bytes(b"")


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]


class Folder:
    """A data folder that is closed, harmed and opened again, as between two starts."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.house = self._opened()

    def _opened(self) -> House:
        house = build_house(self.home)
        house.parts.index.fingerprint = house.pipeline.encoder().fingerprint
        return house

    def harm(self, what: str, harm: Harm) -> House:
        """The same folder after this has happened to a part of it."""
        self.house.parts.close()
        harm(self.home / what)
        self.house = self._opened()
        return self.house


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path / "home")
    yield made
    made.house.parts.close()


def both_found(house: House, document: Document) -> bool:
    return house.found("umbrellas") == house.quoted("umbrellas") == {document.id} <= house.nearest("umbrellas")


def found_by(house: House) -> set[str]:
    return {finding.store for finding in house.parts.stores.check(repair=False)}


def test_nothing_is_found_where_all_is_well(house: House) -> None:
    house.ingest(LETTER)
    assert house.parts.stores.check(repair=False) == []


def test_a_document_without_a_word_lacks_nothing(house: House) -> None:
    document = house.ingest(pdf([[], []]))
    assert house.document(document.id).status is Status.READY
    assert house.parts.stores.check(repair=True) == []
    house.parts.index.for_tenant("tenant").refresh()
    assert house.document(document.id).status is Status.READY


@pytest.mark.parametrize("harm", [lost, cut_short, one_bit_flipped, emptied])
def test_a_damaged_search_index_is_made_again_and_meanwhile_its_documents_wait(folder: Folder, harm: Harm) -> None:
    document, other = folder.house.ingest(LETTER), folder.house.ingest(OTHER)
    house = folder.harm("index/lexical", harm)
    assert found_by(house) == {"search index"}
    house.parts.index.for_tenant("tenant").refresh()  # what a search does first
    assert [house.document(one.id).status for one in (document, other)] == [Status.QUEUED, Status.QUEUED]
    house.work()
    assert house.document(document.id).status is Status.READY
    assert both_found(house, document) and house.found("walrus") == {other.id}
    assert house.parts.stores.check(repair=False) == []


@pytest.mark.parametrize("harm", [lost, cut_short, one_bit_flipped, emptied])
def test_damaged_vectors_are_made_again_and_meanwhile_words_are_found(folder: Folder, harm: Harm) -> None:
    document = folder.house.ingest(LETTER)
    house = folder.harm("index/vectors", harm)
    assert found_by(house) == {"vectors"}
    assert house.found("umbrellas") == {document.id}
    assert house.document(document.id).status is Status.SEARCHABLE
    house.work()
    assert both_found(house, document) and house.document(document.id).status is Status.READY


def test_an_index_in_good_order_that_lacks_a_content_is_noticed(folder: Folder) -> None:
    document = folder.house.ingest(LETTER)
    folder.house.parts.index.for_tenant("tenant").lexical.delete(document.content)
    house = folder.harm("index", lambda _folder: None)
    assert found_by(house) == {"search index"}
    house.work()
    assert both_found(house, document)


def test_lost_pages_are_read_from_the_file_again(folder: Folder) -> None:
    document = folder.house.ingest(LETTER)
    with folder.house.parts.database.write() as connection:
        connection.execute(delete(pages).where(pages.c.number == 2))
    house = folder.house
    assert {finding.store for finding in house.parts.stores.check(repair=True)} == {"pages"}
    assert house.document(document.id).status is Status.QUEUED
    house.work()
    assert len(house.text(document)) == 2 and both_found(house, document)


@pytest.mark.parametrize("harm", [lost, cut_short, one_bit_flipped, emptied])
def test_damaged_file_bytes_are_told_and_mended_by_sending_the_file_again(folder: Folder, harm: Harm) -> None:
    document = folder.house.ingest(LETTER)
    house = folder.harm("blobs/tenant", harm)
    [finding] = house.parts.stores.check(repair=True)
    assert (finding.store, finding.content, finding.remedy) == ("file", document.content, "upload the file again")
    assert house.found("umbrellas") == {document.id}  # what was read of it is still right
    house.ingest(LETTER, "again.pdf")
    assert house.parts.stores.check(repair=False) == []
    assert house.parts.pages.png(house.document(document.id), 1, 50).startswith(b"\x89PNG")


def test_an_encrypted_document_is_made_searchable_again_without_its_password(folder: Folder) -> None:
    document = folder.house.ingest(encrypted(LETTER, "sesame"), password="sesame")
    house = folder.harm("index/lexical", lost)
    house.work()
    assert house.document(document.id).status is Status.READY
    assert both_found(house, document)


def test_contents_of_an_older_version_are_not_taken_for_damaged(house: House) -> None:
    document = house.ingest(LETTER)
    with house.parts.database.write() as connection:
        counts = "indexed_pages = NULL, indexed_passages = NULL, vectors = NULL"
        connection.exec_driver_sql(f"UPDATE contents SET {counts}")
    assert house.parts.stores.check(repair=False) == []
    assert house.found("umbrellas", TENANT) == {document.id}

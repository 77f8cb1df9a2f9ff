"""The door: what is refused leaves nothing, what is accepted is queued, what is deleted is gone at once."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_samples import TENANT, House, pdf

from ingest.blobs import MIN_FREE_BYTES, Blobs
from ingest.catalog import UploadDetails
from ingest.errors import (
    DocumentNotFound,
    EmptyFile,
    FileTooLarge,
    InsufficientStorage,
    NothingToRetry,
    UnsupportedType,
)
from ingest.intake import MAX_NAME, Intake, tidy_name
from ingest.types import Document, Scope, Status

LETTER = pdf([["The heron delivered seventeen umbrellas."]])


def files_in(house: House) -> list[Path]:
    return [path for name in ("blobs", "incoming") for path in (house.parts.home / name).rglob("*") if path.is_file()]


def accept(house: House, data: bytes, most: int = 10**6) -> Document:
    return house.parts.intake.accept(TENANT, io.BytesIO(data), "a.bin", most)


def test_an_accepted_file_is_stored_and_queued(house: House) -> None:
    document = house.parts.intake.accept(
        TENANT,
        io.BytesIO(LETTER),
        "C:\\papers\\letter.pdf",
        10**6,
        UploadDetails({"year": 2024}, collections=["letters"]),
    )
    assert (document.status, document.name, document.bytes) == (Status.QUEUED, "letter.pdf", len(LETTER))
    assert (document.media_type, document.metadata) == ("application/pdf", {"year": 2024})
    assert document.collections == (house.parts.catalog.collections.get(TENANT, "letters").id,)
    assert b"".join(house.parts.pages.file(document, 0, document.bytes)) == LETTER
    assert len(files_in(house)) == 1


def test_what_is_refused_leaves_nothing(house: House) -> None:
    with pytest.raises(EmptyFile):
        accept(house, b"")
    with pytest.raises(FileTooLarge):
        accept(house, LETTER, most=100)
    with pytest.raises(UnsupportedType):
        accept(house, b"PK\x03\x04" + bytes(50))
    assert files_in(house) == []
    assert house.parts.catalog.documents.select(TENANT) == []


def test_equal_bytes_are_stored_once(house: House) -> None:
    first, second = accept(house, LETTER), accept(house, LETTER)
    assert first.id != second.id
    assert first.content == second.content
    assert len(files_in(house)) == 1


def test_only_failed_and_partial_documents_are_retried(house: House) -> None:
    document = accept(house, LETTER)
    with pytest.raises(NothingToRetry):
        house.parts.intake.retry(TENANT, document.id, None)
    house.parts.catalog.documents.set_status(document.id, Status.FAILED, ("code", "sentence"))
    assert house.parts.intake.retry(TENANT, document.id, None).status is Status.QUEUED
    with pytest.raises(DocumentNotFound):
        house.parts.intake.retry(Scope("other"), document.id, None)


def test_a_deleted_document_is_not_found_from_that_moment(house: House) -> None:
    document = house.ingest(LETTER)
    assert house.found("umbrellas") == {document.id}
    counts = house.parts.intake.delete(TENANT, document.id)
    assert counts == {"documents": 1, "pages": 1, "sections": 0, "chunks": 1, "files": 1}
    assert house.found("umbrellas") == set()
    assert house.nearest("umbrellas") == set()
    with pytest.raises(DocumentNotFound):
        house.parts.catalog.documents.get(TENANT, document.id)
    with pytest.raises(DocumentNotFound):
        house.parts.intake.delete(TENANT, document.id)


def test_deleting_one_of_two_uploads_keeps_what_they_share(house: House) -> None:
    first, second = house.ingest(LETTER), house.ingest(LETTER)
    assert house.parts.intake.delete(TENANT, first.id)["still_shared_by"] == 1
    house.work()
    assert house.found("umbrellas") == {second.id}
    assert b"".join(house.parts.pages.file(second, 0, 5)) == LETTER[:5]


def test_bytes_deleted_and_sent_again_before_the_purge_are_kept(house: House) -> None:
    first = house.ingest(LETTER)
    house.parts.intake.delete(TENANT, first.id)
    second = house.upload(LETTER)
    house.work()
    assert house.document(second.id).status is Status.READY
    assert house.found("umbrellas") == {second.id}


@given(st.text())
def test_any_name_becomes_a_printable_one(name: str) -> None:
    tidy = tidy_name(name)
    assert 0 < len(tidy) <= MAX_NAME
    assert tidy.isprintable()
    assert "/" not in tidy
    assert "\\" not in tidy


@pytest.mark.parametrize(
    ("name", "tidy"), [("../../etc/passwd", "passwd"), ("a\x00b\n.pdf", "ab.pdf"), ("dir/", "unnamed"), ("", "unnamed")]
)
def test_names_lose_folders_and_control_characters(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy


class FullDisk(Blobs):
    """Has hardly any room left."""

    def free_bytes(self) -> int:
        return MIN_FREE_BYTES - 1


def test_a_full_disk_takes_nothing_in_and_still_deletes(house: House) -> None:
    document = house.ingest(LETTER)
    full = FullDisk(house.parts.home / "blobs")
    with pytest.raises(InsufficientStorage, match="less than 100 MB are free"):
        Intake(house.parts.catalog, full, house.parts.home / "incoming").accept(TENANT, io.BytesIO(LETTER), "a", 10**6)
    waiting = house.upload(LETTER)
    house.parts = replace(house.parts, blobs=full)
    house.parts.intake.delete(TENANT, document.id)
    house.work()
    assert house.document(waiting.id).status is Status.QUEUED  # nothing is read that could not be stored
    assert house.parts.catalog.documents.open_purges() == []

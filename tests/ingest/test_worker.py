"""The worker: one per data folder, purges before reading, and vectors kept up to date."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from ingest_samples import TENANT, House, LetterEncoder, encrypted, pdf
from sqlalchemy import select

from ingest.catalog.tables import purges
from ingest.errors import DataFolderBusy, EncoderUnavailable
from ingest.index_types import Vectors
from ingest.indexing.lexical import PAGE, PASSAGE
from ingest.types import Status
from ingest.worker import Worker, writer_lock

LETTER = pdf([["The heron delivered seventeen umbrellas to the lighthouse."]])


class Surprised(LetterEncoder):
    """Fails on umbrellas, in a way nobody foresaw."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        if any("umbrellas" in text for text in texts):
            raise ZeroDivisionError("a surprise")
        return super().encode(texts)


class SecondEncoder(LetterEncoder):
    """Other weights."""

    fingerprint = "other-letters"


def test_only_one_process_writes_to_a_data_folder(house: House) -> None:
    with writer_lock(house.parts), pytest.raises(DataFolderBusy), writer_lock(house.parts):
        pass
    with writer_lock(house.parts):  # and it is free again afterwards
        pass


def test_an_idle_worker_says_so(house: House) -> None:
    assert Worker(house.parts, house.pipeline).step() is False


def test_a_worker_works_until_it_is_told_to_stop(house: House) -> None:
    documents = [house.upload(LETTER), house.upload(b"some words of text", "b.txt")]
    settled = house.parts.catalog.documents.count_by_status
    Worker(house.parts, house.pipeline).run_until(lambda: settled() == {"ready": 2})
    assert {house.document(document.id).status for document in documents} == {Status.READY}


def test_a_purge_empties_every_store(house: House) -> None:
    document = house.ingest(LETTER)
    house.parts.pages.png(document, 1, 50)
    house.parts.intake.delete(TENANT, document.id)
    house.work()
    index = house.parts.index.for_tenant("tenant")
    index.lexical.reload()
    assert (index.lexical.entries(PAGE), index.lexical.entries(PASSAGE)) == (0, 0)
    assert house.parts.catalog.contents.get("tenant", document.content) is None
    left = [path for path in house.parts.home.rglob("*") if document.content in str(path)]
    assert left == []
    with house.parts.database.read() as connection:
        row = connection.execute(select(purges)).one()
    assert row.finished_at is not None
    assert row.log == {"pages": 1, "sections": 0, "chunks": 1, "files": 1, "vector_segments": 1, "images": 1}


def test_a_deleted_document_that_waits_is_never_read(house: House) -> None:
    document = house.upload(LETTER)
    house.parts.intake.delete(TENANT, document.id)
    house.work()
    assert house.parts.catalog.contents.get("tenant", document.content) is None
    assert not house.parts.blobs.path("tenant", document.content).exists()


def test_one_documents_surprise_does_not_stop_the_next(house: House) -> None:
    first, second = house.upload(LETTER), house.upload(b"some words of text", "b.txt")
    house.work(replace(house.pipeline, encoder=Surprised))
    statuses = house.document(first.id), house.document(second.id)
    assert statuses[0].error is not None
    assert statuses[0].error[0] == "internal"
    assert "surprise" not in statuses[0].error[1]
    assert statuses[1].status is Status.READY


def test_a_surprise_after_searchable_leaves_the_document_searchable(house: House) -> None:
    document = house.upload(LETTER)
    Worker(house.parts, replace(house.pipeline, encoder=Surprised)).step()
    assert house.document(document.id).status is Status.PARTIAL
    assert house.found("umbrellas") == {document.id}


def test_everyone_can_be_asked_about_before_anyone_is_embedded(house: House) -> None:
    both = [house.upload(LETTER), house.upload(b"some words of text", "b.txt")]
    encoder = LetterEncoder()
    worker = Worker(house.parts, replace(house.pipeline, encoder=lambda: encoder))
    assert worker.step()
    assert [house.document(document.id).status for document in both] == [Status.SEARCHABLE, Status.QUEUED]
    assert encoder.calls == 0
    assert house.found("umbrellas") == {both[0].id}
    house.work(replace(house.pipeline, encoder=lambda: encoder))
    assert [house.document(document.id).status for document in both] == [Status.READY, Status.READY]


def test_a_document_deleted_just_before_it_fails_does_not_end_the_worker(house: House) -> None:
    document = house.upload(LETTER)

    def delete_and_fail() -> LetterEncoder:
        house.parts.intake.delete(TENANT, document.id)
        raise EncoderUnavailable("There is no graph.")

    house.work(replace(house.pipeline, encoder=delete_and_fail))
    assert house.parts.catalog.documents.select(TENANT) == []
    assert house.parts.catalog.contents.get("tenant", document.content) is None


def test_a_new_worker_goes_on_where_a_dead_one_stopped(house: House) -> None:
    document = house.upload(LETTER)
    house.parts.catalog.documents.claim(600)  # by a worker that was killed
    house.work()
    done = house.document(document.id)
    assert (done.status, done.attempts) == (Status.READY, 0)


def test_vectors_of_another_encoder_are_made_again_when_nothing_waits(house: House) -> None:
    document = house.ingest(LETTER)
    second = SecondEncoder()
    house.parts.index.fingerprint = second.fingerprint
    house.work(replace(house.pipeline, encoder=lambda: second))
    content = house.parts.catalog.contents.get("tenant", document.content)
    assert content is not None
    assert content.encoder == "other-letters"
    assert second.calls == 1


def test_a_worker_process_ends_when_its_server_lets_go(houses: Callable[..., House], tmp_path: Path) -> None:
    house = houses("process")
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest.worker"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PINCITE_HOME": str(house.parts.home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path.cwd())},
    )
    document = house.upload(LETTER)
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if b"took" in line:
                break
        assert house.document(document.id).status is Status.READY
        process.stdin.close()
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_nothing_of_a_deleted_document_stays_in_any_file_of_the_data_folder(house: House) -> None:
    gone = house.ingest(
        encrypted(pdf([["The zebrafinch ordered heliotropes."]]), "sesamum"), "zebrafinch.pdf", "sesamum"
    )
    kept = house.ingest(pdf([["The walrus signed the lease."]]))
    house.parts.pages.png(house.document(gone.id), 1, 50)
    assert traces(house) == {"zebrafinch", "heliotrop"}
    house.parts.intake.delete(TENANT, gone.id)
    house.work()
    assert traces(house) == set()
    assert house.found("walrus") == {kept.id}


def traces(house: House) -> set[str]:
    """Words of the document, of its name, and its password, as far as any file holds them."""
    files = [path for path in house.parts.home.rglob("*") if path.is_file()]
    data = b"".join(path.read_bytes() for path in files)
    return {word for word in ("zebrafinch", "heliotrop", "sesamum") if word.encode() in data}

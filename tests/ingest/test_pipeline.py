"""One document's way from upload to ready, and what happens when something on it goes wrong."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from ingest_samples import (
    TENANT,
    House,
    LetterEncoder,
    assemble_pdf,
    bomb_pdf,
    broken_pdf,
    encrypted,
    mixed_pdf,
    pdf,
)
from PIL import ImageFont
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select

from ingest.catalog import STAGE_NAMES, Contents, Database, StageResult
from ingest.catalog.tables import documents
from ingest.errors import EncoderUnavailable, NotReadableYet
from ingest.index_types import Vectors
from ingest.indexing.entries import vector_entries
from ingest.page_stages import MAX_LINES, MAX_SKIPPED_PAGES
from ingest.pipeline import STAGES
from ingest.types import Document, Page, PageKind, Scope, Status

LETTER = pdf([["The heron delivered seventeen umbrellas to the lighthouse."]])


class KilledOnce(LetterEncoder):
    """Ends the process the first time it is used."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not self.calls:
            self.calls += 1
            raise KeyboardInterrupt
        return super().encode(texts)


class OtherLetters(LetterEncoder):
    """Another encoder of the same width."""

    fingerprint = "other letters"


class CountingContents(Contents):
    """Counts readings of all pages of a content."""

    readings = 0

    def iterate_pages(
        self, tenant: str, content: str, numbers: Sequence[int] | None = None, *, geometry: bool = True
    ) -> Iterator[Page]:
        self.readings += numbers is None
        return super().iterate_pages(tenant, content, numbers, geometry=geometry)


NOTHING = StageResult()


class KilledAtStage(Contents):
    """Ends the process in the moment before this stage is recorded."""

    def __init__(self, database: Database, stage: str) -> None:
        super().__init__(database)
        self._stage = stage

    def finish_stage(self, tenant: str, content: str, stage: str, result: StageResult = NOTHING) -> None:
        if stage == self._stage:
            raise KeyboardInterrupt
        super().finish_stage(tenant, content, stage, result)


def unavailable() -> LetterEncoder:
    raise EncoderUnavailable("There is no graph.")


def stage(house: House, document: Document) -> str:
    content = house.parts.catalog.contents.get(document.tenant, document.content)
    assert content is not None
    return content.stage


def stored_password(house: House, document: Document) -> str | None:
    with house.parts.database.read() as connection:
        return connection.scalar(select(documents.c.password).where(documents.c.id == document.id))


def test_an_uploaded_document_is_queued_then_ready(house: House) -> None:
    document = house.upload(LETTER)
    assert document.status is Status.QUEUED
    assert document.pages is None
    house.work()
    ready = house.document(document.id)
    assert ready.status is Status.READY
    assert (ready.pages, ready.error, ready.tokenizer) == (1, None, house.parts.tokens.name)
    assert ready.tokens == house.parts.tokens.count(house.text(ready)[0])


def test_a_ready_document_is_found_by_words_and_by_vectors(shared: House, filing: Document) -> None:
    assert shared.found("teapots") == shared.quoted("teapots") == {filing.id}
    assert filing.id in shared.nearest("cost of raw materials")


def test_the_nearest_vector_is_of_the_page_that_answers(shared: House, filing: Document) -> None:
    vector = shared.pipeline.encoder().encode(["Where are the company's buildings?"])[0]
    index = shared.parts.index.for_tenant("tenant")
    index.refresh()
    hits = index.search_vectors(vector, 1, [filing.content])
    chunks = shared.parts.catalog.contents.chunks(filing.tenant, filing.content, 4)
    assert hits[0].page == 4 and hits[0].id in {chunk.id for chunk in chunks}


def test_of_a_long_document_the_words_of_each_page_are_encoded(shared: House, filing: Document) -> None:
    pages = list(shared.parts.catalog.contents.iterate_pages(filing.tenant, filing.content))
    rows = list(vector_entries(filing.content, pages, ()))
    assert [(number, id) for id, number, _text in rows] == [
        (page.number, f"{filing.content[:16]}:{page.number}:{part}")
        for page in pages
        for part in range(sum(number == page.number for _id, number, _text in rows))
    ]
    assert {number for _id, number, _text in rows} == {page.number for page in pages if page.text.strip()}


def test_pages_carry_their_printed_labels_and_document_offsets(shared: House, filing: Document) -> None:
    stored = list(shared.parts.catalog.contents.iterate_pages(filing.tenant, filing.content))
    assert [page.label for page in stored] == [None, "1", "2", "3", "4"]
    joined = "\f".join(page.text for page in stored)
    assert all(joined[page.document_start :].startswith(page.text) for page in stored)


def test_the_cover_says_what_the_document_is(filing: Document) -> None:
    assert filing.detected.form == "10-K"
    assert filing.detected.company == "Brightwater Kettles, Inc"
    assert filing.detected.period == "FY2023"


def test_sections_and_breadcrumbs_are_stored(shared: House, filing: Document) -> None:
    outline = shared.parts.catalog.contents.outline(filing.tenant, filing.content)
    assert [section.number for section in outline] == ["1", "1A", "2", "3"]
    chunks = shared.parts.catalog.contents.chunks(filing.tenant, filing.content)
    assert [chunk.breadcrumb for chunk in chunks if chunk.page == 3][-1] == ("Item 1A. Risk Factors",)


def test_the_same_bytes_again_are_ready_without_being_read_again(house: House) -> None:
    first = house.ingest(LETTER)
    contents = house.parts.catalog.contents
    version, encoder = contents.index_version(), house.pipeline.encoder()
    assert isinstance(encoder, LetterEncoder)
    calls = encoder.calls
    second = house.ingest(LETTER, "another name.pdf")
    assert second.status is Status.READY
    assert second.id != first.id
    assert second.content == first.content
    assert contents.index_version() == version  # no stage was finished again
    assert encoder.calls == calls


def test_the_same_bytes_twice_in_the_queue_are_both_ready(house: House) -> None:
    both = [house.upload(LETTER), house.upload(LETTER)]
    house.work()
    assert [house.document(document.id).status for document in both] == [Status.READY, Status.READY]


def test_a_worker_killed_while_embedding_goes_on_from_the_index(house: House) -> None:
    document = house.upload(LETTER)
    encoder = KilledOnce()
    pipeline = replace(house.pipeline, encoder=lambda: encoder)
    with pytest.raises(KeyboardInterrupt):
        house.work(pipeline)
    assert stage(house, document) == "passages"
    assert house.document(document.id).status is Status.SEARCHABLE
    assert house.found("umbrellas") == {document.id}
    version = house.parts.catalog.contents.index_version()
    house.work(pipeline)
    done = house.document(document.id)
    assert (done.status, done.attempts) == (Status.READY, 0)
    assert house.quoted("umbrellas") == {document.id}
    assert house.parts.catalog.contents.index_version() == version + 1  # embedded, and nothing else again


def test_a_worker_killed_while_reading_leaves_nothing_half_done(house: House) -> None:
    document = house.upload(LETTER)
    catalog = house.parts.catalog
    assert catalog.documents.claim(600) is not None
    catalog.contents.begin("tenant", document.content, "application/pdf", "none")  # and then it was killed
    house.work()
    assert house.document(document.id).status is Status.READY
    assert len(house.text(document)) == 1


def test_a_page_that_cannot_be_read_makes_the_document_partial(house: House) -> None:
    document = house.ingest(broken_pdf())
    assert document.status is Status.PARTIAL
    assert document.error is not None
    assert document.error[0] == "pages_failed"
    assert "2" in document.error[1]
    assert document.pages == 3
    assert house.found("marmalade") == {document.id}
    report = house.parts.catalog.contents.page_report("tenant", document.content)
    assert [bool(page["error"]) for page in report] == [False, True, False]


def test_a_page_that_takes_too_long_is_skipped_and_the_others_are_read(houses: Callable[..., House]) -> None:
    house = houses(reader_page_seconds=1)
    document = house.ingest(bomb_pdf())
    assert (document.status, document.pages, document.attempts) == (Status.PARTIAL, 3, 0)
    assert document.error is not None and document.error[0] == "pages_failed" and document.error[1].endswith(": 2.")
    assert house.found("marmalade") == house.found("pelicans") == {document.id}
    report = house.parts.catalog.contents.page_report("tenant", document.content)
    assert "too complex" in report[1]["error"] and report[0]["error"] is report[2]["error"] is None


def test_a_file_of_nothing_but_such_pages_is_given_up_at_once(houses: Callable[..., House]) -> None:
    house = houses(reader_page_seconds=1)
    writer = PdfWriter()
    for _time in range(MAX_SKIPPED_PAGES + 2):
        writer.add_page(PdfReader(io.BytesIO(bomb_pdf())).pages[1])
    buffer = io.BytesIO()
    writer.write(buffer)
    document = house.ingest(buffer.getvalue())
    assert document.error is not None
    assert (document.status, document.error[0], document.attempts) == (Status.FAILED, "too_complex", 0)


def test_of_a_page_with_too_many_lines_the_text_is_read_and_the_rest_is_told(house: House) -> None:
    count = MAX_LINES + 1
    text = "".join(f"1 0 0 1 10 {10 * row} Tm (item {row}) Tj " for row in range(count))
    content = f"BT /F1 8 Tf {text} ET".encode()
    document = house.ingest(
        assemble_pdf(
            {
                1: b"<< /Type /Catalog /Pages 2 0 R >>",
                2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 %d] /Contents 4 0 R"
                b" /Resources << /Font << /F1 5 0 R >> >> >>" % (10 * count),
                4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
                5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            }
        )
    )
    assert document.status is Status.PARTIAL
    [page] = house.parts.catalog.contents.iterate_pages("tenant", document.content)
    assert f"{count} lines, more than {MAX_LINES}" in str(page.error) and f"item {MAX_LINES}" in page.text


def test_a_partial_document_can_be_retried(house: House) -> None:
    document = house.ingest(broken_pdf())
    house.parts.intake.retry(TENANT, document.id, None)
    assert house.document(document.id).status is Status.QUEUED
    house.work()
    assert house.document(document.id).status is Status.PARTIAL
    assert house.found("marmalade") == {document.id}


def test_the_stages_stand_in_the_order_the_catalog_records() -> None:
    assert ("none", *(stage.name for stage in STAGES)) == STAGE_NAMES


def test_a_run_reads_the_pages_back_once(house: House) -> None:
    house.upload(LETTER)
    counting = CountingContents(house.parts.database)
    house.parts.catalog.contents = counting
    house.work()
    assert counting.readings == 1


def test_a_worker_killed_between_recognition_and_its_end_still_puts_the_words_into_the_index(house: House) -> None:
    document = house.upload(mixed_pdf("A native page about the usual matters.", ["Walnut orchard"]))
    house.parts.catalog.contents = KilledAtStage(house.parts.database, "recognised")
    with pytest.raises(KeyboardInterrupt):
        house.work()
    house.parts.catalog.contents = Contents(house.parts.database)
    house.work()
    assert house.document(document.id).status is Status.READY
    assert house.found("orchard") == house.quoted("orchard") == {document.id}


def test_vectors_of_another_encoder_are_made_again_when_nothing_else_waits(house: House) -> None:
    document = house.ingest(LETTER)
    house.parts.index.fingerprint = OtherLetters.fingerprint
    house.work(replace(house.pipeline, encoder=OtherLetters))
    content = house.parts.catalog.contents.get(document.tenant, document.content)
    assert content is not None and (content.stage, content.encoder) == ("embedded", "other letters")


def test_a_reader_that_keeps_crashing_fails_the_document_after_its_attempts(houses: Callable[..., House]) -> None:
    house = houses(reader_memory_mb=16, max_attempts=2)  # too little even for Python to start
    document = house.ingest(LETTER)
    assert document.status is Status.FAILED
    assert document.error is not None
    assert (document.error[0], document.attempts) == ("reader_crashed", 2)


def test_a_reader_without_time_fails_the_document_at_once(houses: Callable[..., House]) -> None:
    house = houses(reader_seconds=1, reader_page_seconds=60)
    document = house.ingest(bomb_pdf())
    assert document.error is not None
    assert (document.status, document.error[0]) == (Status.FAILED, "reader_timed_out")


def test_a_document_of_too_many_pages_fails_and_says_the_limit(houses: Callable[..., House]) -> None:
    house = houses(max_pages=1)
    document = house.ingest(pdf([["one"], ["two"]]))
    assert document.error is not None
    assert (document.status, document.error[0]) == (Status.FAILED, "too_many_pages")
    assert "limit is 1" in document.error[1]


def test_a_damaged_file_fails_alone(house: House) -> None:
    bad = house.upload(b"%PDF-1.7\n" + bytes(range(256)) * 20, "bad.pdf")
    good = house.upload(LETTER, "good.pdf")
    house.work()
    assert house.document(bad.id).error == ("file_damaged", house.document(bad.id).error[1])  # type: ignore[index]
    assert house.document(good.id).status is Status.READY
    with pytest.raises(NotReadableYet):
        house.parts.pages.page(house.document(bad.id), 1)


def test_an_encoder_that_is_missing_leaves_a_searchable_document_partial(house: House) -> None:
    document = house.upload(LETTER)
    house.work(replace(house.pipeline, encoder=unavailable))
    assert house.found("umbrellas") == {document.id}
    assert house.document(document.id).status is Status.PARTIAL


def test_an_encrypted_document_asks_for_its_password(house: House) -> None:
    document = house.ingest(encrypted(LETTER, "sesame"))
    assert document.error is not None
    assert (document.status, document.error[0]) == (Status.FAILED, "password_required")


def test_a_wrong_password_is_named_and_a_retry_with_the_right_one_reads_the_document(house: House) -> None:
    document = house.ingest(encrypted(LETTER, "sesame"), password="open")
    assert document.error is not None
    assert (document.status, document.error[0]) == (Status.FAILED, "password_wrong")
    house.parts.intake.retry(TENANT, document.id, "sesame")
    house.work()
    assert house.document(document.id).status is Status.READY
    assert house.found("umbrellas") == {document.id}


def test_page_pictures_and_rectangles_of_an_encrypted_document_need_no_password_later(house: House) -> None:
    document = house.ingest(encrypted(LETTER, "sesame"), password="sesame")
    assert document.status is Status.READY
    assert stored_password(house, document) is None
    assert house.parts.pages.png(document, 1, 50).startswith(b"\x89PNG")
    start = house.text(document)[0].index("umbrellas")
    [boxes] = house.parts.pages.rectangles(document, [(1, start, start + 9)])
    assert len(boxes) == 1


def test_deleting_an_encrypted_document_removes_its_decrypted_copy(house: House) -> None:
    document = house.ingest(encrypted(LETTER, "sesame"), password="sesame")
    assert house.parts.blobs.path("tenant", document.content, unlocked=True).is_file()
    house.parts.intake.delete(TENANT, document.id)
    house.work()
    assert not house.parts.blobs.path("tenant", document.content, unlocked=True).exists()


def test_a_scanned_page_joins_the_native_one(shared: House, mixed: Document) -> None:
    assert mixed.status is Status.READY
    native, scanned = shared.parts.catalog.contents.iterate_pages(mixed.tenant, mixed.content)
    assert (native.kind, scanned.kind) == (PageKind.TEXT, PageKind.SCAN)
    assert "herons" in native.text
    assert "orchard" in scanned.text
    assert shared.found("orchard") == shared.quoted("orchard") == {mixed.id}
    assert shared.found("ferries") == {mixed.id}


def test_rectangles_of_a_scanned_word_lie_where_it_is_seen(shared: House, mixed: Document) -> None:
    scanned = shared.text(mixed)[1]
    start = scanned.index("orchard")
    [[box]] = shared.parts.pages.rectangles(mixed, [(2, start, start + len("orchard"))])
    # the picture stands 20 from the left and 31 from the top, 252 points wide for its 700 pixels
    font, scale = ImageFont.load_default(44), 252 / 700
    left = 20 + scale * (30 + font.getlength("Walnut "))
    right = left + scale * font.getlength("orchard")
    assert abs(box.x0 - left) < 6
    assert abs(box.x1 - right) < 6
    assert 31 + 30 * scale - 6 < box.y0 < box.y1 < 31 + 80 * scale + 6


def test_a_scan_that_bears_a_short_stamp_is_still_recognised(house: House) -> None:
    document = house.ingest(mixed_pdf("A native page about the usual matters.", ["Walnut orchard"], stamp="Exhibit B"))
    assert "orchard" in house.text(document)[1]


def test_labels_of_the_pdf_survive_the_recognition_of_scans(house: House) -> None:
    document = house.ingest(mixed_pdf("A native page about the usual matters.", ["Walnut orchard"], labelled=True))
    report = house.parts.catalog.contents.page_report("tenant", document.content)
    assert {row["number"]: row["label"] for row in report} == {1: "X-7", 2: "X-8"}


def test_progress_counts_pages_and_ends_at_the_total(house: House) -> None:
    document = house.ingest(pdf([[f"Page {number} has words."] for number in range(1, 31)]))
    assert (document.progress.stage, document.progress.done, document.progress.total) == ("done", 30, 30)


def test_a_document_deleted_while_it_is_read_is_dropped_quietly(house: House) -> None:
    document = house.upload(LETTER)
    job = house.parts.catalog.documents.claim(600)
    assert job is not None
    house.parts.intake.delete(TENANT, document.id)
    house.pipeline.run(job)
    house.work()
    assert house.parts.catalog.documents.select(TENANT) == []
    assert house.parts.catalog.contents.get("tenant", document.content) is None


def test_a_text_and_a_markdown_file_are_ready_like_a_pdf(house: House) -> None:
    text = house.ingest(b"The platypus signed the lease.\n", "note.txt")
    markdown = house.ingest(b"# Heading\n\nThe walrus paid the rent.\n", "note.md")
    assert (text.status, text.media_type) == (Status.READY, "text/plain")
    assert (markdown.status, markdown.media_type) == (Status.READY, "text/markdown")
    assert house.found("platypus") == {text.id}
    assert house.found("walrus") == {markdown.id}


def test_tenants_with_the_same_bytes_do_not_share_anything(house: House) -> None:
    mine = house.ingest(LETTER)
    theirs = house.parts.intake.accept(Scope("other"), io.BytesIO(LETTER), "x.pdf", 10**6)
    house.work()
    house.parts.intake.delete(TENANT, mine.id)
    house.work()
    assert house.found("umbrellas", Scope("other")) == house.quoted("umbrellas", Scope("other")) == {theirs.id}
    assert house.found("umbrellas") == house.quoted("umbrellas") == set()

"""The catalog: who sees what, who works on what, and a schema that is what the tables say."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalog import Catalog, Database, StageResult, UploadDetails
from ingest.catalog.tables import metadata
from ingest.errors import CollectionNotFound, DocumentNotFound, NotFound, PageNotFound, StoreUnavailable
from ingest.reading.file_structure import Bookmark, FileStructure
from ingest.reading.line_codec import pack_lines, unpack_lines
from ingest.types import (
    Chunk,
    Detected,
    Document,
    Line,
    Mark,
    Page,
    PageKind,
    Progress,
    Scope,
    Section,
    Status,
)

ONE, OTHER = Scope("one"), Scope("other")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'catalog.sqlite3'}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def catalog(database: Database) -> Catalog:
    return Catalog(database)


def add(catalog: Catalog, scope: Scope = ONE, content: str = "c" * 64, collections: tuple[str, ...] = ()) -> Document:
    return catalog.documents.add(
        scope, content, "name.pdf", "application/pdf", 10, UploadDetails(collections=collections)
    )


def add_content(catalog: Catalog, tenant: str = "one", content: str = "c" * 64, pages: int = 2) -> None:
    catalog.contents.begin(tenant, content, "application/pdf", "tokens")
    catalog.contents.add_pages(tenant, content, [stored_page(number) for number in range(1, pages + 1)])
    catalog.contents.finish_stage(tenant, content, "read", StageResult(pages=pages))


def stored_page(number: int, text: str = "words") -> Page:
    line = Line(0, 5, 1.0, 2.0, 3.0, 4.0, 9.5, True, (Mark(0, 5, 1.0, 3.0),))
    return Page(number, None, PageKind.TEXT, f"{text} {number}", 612, 792, 0, 2, None, (line,))


def test_migrations_give_the_schema_of_the_tables(database: Database) -> None:
    """Tables of service stand in the same database and history; they are service's to compare."""
    options = {
        "compare_type": True,
        "include_object": lambda _object, name, kind, *_: kind != "table" or name in metadata.tables,
    }
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_labels_and_bookmarks_of_an_older_catalog_move_out_of_what_was_detected(tmp_path: Path) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    old.migrate("0005")
    stored = {"form": "10-K", "labels": {"2": "iv"}, "bookmarks": [["Terms", 1, 2]]}
    with old.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO contents (tenant, sha256, stage, media_type, pages, tokens, tokenizer, detected,"
            " failed_pages, unlocked) VALUES ('one', 'c', 'embedded', 'application/pdf', 2, 9, 't', ?, '[]', 0)",
            (json.dumps(stored),),
        )
    old.migrate()
    content = Catalog(old).contents.get("one", "c")
    old.close()
    assert content is not None and content.detected == Detected(form="10-K")
    assert content.structure == FileStructure(None, {2: "iv"}, (Bookmark("Terms", 1, 2),))


def test_migrating_twice_changes_nothing(database: Database, catalog: Catalog) -> None:
    document = add(catalog)
    database.migrate()
    assert catalog.documents.get(ONE, document.id) == document


def test_a_database_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'x.sqlite3'}")
    with pytest.raises(StoreUnavailable):
        Catalog(database).documents.select(ONE)
    database.close()


# ── scopes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tenants_never_see_each_others_documents(catalog: Catalog) -> None:
    mine, theirs = add(catalog, ONE), add(catalog, OTHER)
    assert [document.id for document in catalog.documents.select(ONE)] == [mine.id]
    assert [document.id for document in catalog.documents.page(OTHER, 10, None)[0]] == [theirs.id]
    for attempt in (Scope("one", (theirs.id,)), Scope("one", (mine.id, theirs.id))):
        with pytest.raises(DocumentNotFound):
            catalog.documents.select(attempt)
    with pytest.raises(DocumentNotFound):
        catalog.documents.get(ONE, theirs.id)
    with pytest.raises(DocumentNotFound):
        catalog.documents.change(ONE, theirs.id, "mine now", None)
    with pytest.raises(DocumentNotFound):
        catalog.documents.bury(ONE, theirs.id)
    with pytest.raises(DocumentNotFound):
        catalog.documents.queue_again(ONE, theirs.id, None)
    assert catalog.documents.get(OTHER, theirs.id).name == "name.pdf"


def test_a_scope_of_documents_and_collection_is_their_intersection(catalog: Catalog) -> None:
    leases = catalog.collections.add(ONE, "leases").id
    inside, outside = add(catalog, collections=(leases,)), add(catalog)
    assert catalog.documents.select(Scope("one", None, leases)) == [inside]
    assert catalog.documents.select(Scope("one", (inside.id, outside.id), leases)) == [inside]
    assert catalog.documents.select(Scope("one", (outside.id,), leases)) == []
    assert inside.collections == (leases,)


def test_an_empty_choice_of_documents_is_nothing_not_everything(catalog: Catalog) -> None:
    add(catalog)
    assert catalog.documents.select(Scope("one", ())) == []
    assert catalog.documents.page(Scope("one", ()), 10, None) == ([], None)


def test_unknown_ids_in_a_scope_raise_not_found(catalog: Catalog) -> None:
    known = add(catalog)
    leases = catalog.collections.add(ONE, "leases").id
    with pytest.raises(DocumentNotFound, match="doc_nowhere"):
        catalog.documents.select(Scope("one", (known.id, "doc_nowhere")))
    with pytest.raises(DocumentNotFound):
        catalog.documents.select(Scope("one", (known.id, "doc_nowhere"), leases))
    with pytest.raises(CollectionNotFound, match="col_nowhere"):
        catalog.documents.select(Scope("one", None, "col_nowhere"))
    with pytest.raises(CollectionNotFound):
        catalog.documents.select(Scope("other", None, leases))


def test_a_document_outside_the_collection_of_the_scope_is_not_found(catalog: Catalog) -> None:
    leases = catalog.collections.add(ONE, "leases").id
    outside = add(catalog)
    with pytest.raises(DocumentNotFound):
        catalog.documents.get(Scope("one", None, leases), outside.id)


def test_a_document_outside_the_documents_of_the_scope_is_not_found(catalog: Catalog) -> None:
    allowed, other = add(catalog), add(catalog)
    with pytest.raises(DocumentNotFound):
        catalog.documents.get(Scope("one", (allowed.id,)), other.id)


def test_pages_of_documents_come_newest_first_and_cover_all(catalog: Catalog) -> None:
    added = []
    for _ in range(7):
        added.append(add(catalog).id)
        time.sleep(0.002)  # ids sort by the millisecond
    seen, cursor = [], None
    while True:
        shown, cursor = catalog.documents.page(ONE, 3, cursor)
        seen += [document.id for document in shown]
        if cursor is None:
            break
    assert seen == added[::-1]


def test_name_and_metadata_can_be_changed(catalog: Catalog) -> None:
    document = add(catalog)
    changed = catalog.documents.change(ONE, document.id, "lease.pdf", {"year": 2024})
    assert (changed.name, changed.metadata) == ("lease.pdf", {"year": 2024})
    assert catalog.documents.change(ONE, document.id, None, None) == changed


# ── the queue ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_document_is_claimed_once(catalog: Catalog) -> None:
    added = {add(catalog).id for _ in range(12)}
    with ThreadPoolExecutor(6) as pool:
        jobs = list(pool.map(lambda _: catalog.documents.claim(60), range(18)))
    claimed = [job.document.id for job in jobs if job is not None]
    assert len(claimed) == 12
    assert set(claimed) == added


def test_a_claimed_document_is_being_read_and_carries_its_password(catalog: Catalog) -> None:
    catalog.documents.add(ONE, "c" * 64, "n", "application/pdf", 1, UploadDetails(password="sesame"))
    job = catalog.documents.claim(60)
    assert job is not None
    assert (job.document.status, job.password) == (Status.READING, "sesame")


def test_the_oldest_waits_shortest_and_searchable_documents_come_last(catalog: Catalog) -> None:
    first = add(catalog)
    time.sleep(0.002)
    second = add(catalog)
    catalog.documents.set_status(first.id, Status.SEARCHABLE)
    claimed = [catalog.documents.claim(60), catalog.documents.claim(60)]
    assert [job.document.id for job in claimed if job] == [second.id, first.id]
    assert claimed[1] is not None
    assert claimed[1].document.status is Status.SEARCHABLE


def test_a_lease_that_ran_out_gives_the_document_back_at_no_charge(catalog: Catalog) -> None:
    document = add(catalog)
    assert catalog.documents.claim(0.05) is not None
    assert catalog.documents.claim(60) is None
    time.sleep(0.06)
    job = catalog.documents.claim(60)
    assert job is not None
    assert (job.document.id, job.document.attempts) == (document.id, 0)


def test_progress_renews_the_lease(catalog: Catalog) -> None:
    document = add(catalog)
    catalog.documents.claim(0.01)
    catalog.documents.set_progress(document.id, Progress("reading", 3, 9), 60)
    time.sleep(0.02)
    assert catalog.documents.claim(60) is None
    assert catalog.documents.get(ONE, document.id).progress == Progress("reading", 3, 9)


def test_a_new_worker_takes_back_every_lease(catalog: Catalog) -> None:
    add(catalog)
    catalog.documents.claim(600)
    assert catalog.documents.release_all() == 1
    assert catalog.documents.claim(600) is not None


def test_a_counted_attempt_frees_the_lease(catalog: Catalog) -> None:
    document = add(catalog)
    catalog.documents.claim(600)
    assert catalog.documents.count_attempt(document.id) == 1
    assert catalog.documents.claim(600) is not None
    assert catalog.documents.count_attempt(document.id) == 2


@pytest.mark.parametrize("status", [Status.READY, Status.PARTIAL, Status.FAILED])
def test_settled_documents_are_not_claimed(catalog: Catalog, status: Status) -> None:
    document = add(catalog)
    catalog.documents.set_status(document.id, status, ("code", "A sentence."))
    assert catalog.documents.claim(60) is None
    assert catalog.documents.get(ONE, document.id).error == ("code", "A sentence.")


def test_a_document_queued_again_starts_afresh(catalog: Catalog) -> None:
    document = add(catalog)
    catalog.documents.count_attempt(document.id)
    catalog.documents.set_status(document.id, Status.FAILED, ("code", "A sentence."))
    again = catalog.documents.queue_again(ONE, document.id, "sesame")
    assert (again.status, again.attempts, again.error) == (Status.QUEUED, 0, None)
    job = catalog.documents.claim(60)
    assert job is not None
    assert job.password == "sesame"


def test_states_are_counted_over_all_tenants_without_the_buried(catalog: Catalog) -> None:
    add(catalog, ONE)
    add(catalog, OTHER)
    catalog.documents.bury(ONE, add(catalog, ONE).id)
    assert catalog.documents.count_by_status() == {"queued": 2}


# ── deletion ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_buried_document_is_gone_from_every_read(catalog: Catalog) -> None:
    document = add(catalog)
    catalog.documents.bury(ONE, document.id)
    assert catalog.documents.select(ONE) == []
    assert catalog.documents.page(ONE, 10, None) == ([], None)
    assert catalog.documents.claim(60) is None
    assert not catalog.documents.is_alive(document.id)
    for read in (catalog.documents.get, catalog.documents.bury):
        with pytest.raises(DocumentNotFound):
            read(ONE, document.id)
    [purge] = catalog.documents.open_purges()
    assert (purge.document, purge.tenant, purge.content) == (document.id, "one", document.content)
    catalog.documents.finish_purge(document.id, {"pages": 0})
    assert catalog.documents.open_purges() == []


def test_rows_in_use_by_another_document_stay(catalog: Catalog) -> None:
    first, second = add(catalog), add(catalog)
    add_content(catalog)
    catalog.documents.bury(ONE, first.id)
    assert catalog.remove_unused("one", first.content, lambda: 1) == {}
    assert catalog.contents.count("one", first.content)["pages"] == 2
    catalog.documents.bury(ONE, second.id)
    version = catalog.contents.index_version()
    counts = catalog.remove_unused("one", first.content, lambda: 1)
    assert counts == {"pages": 2, "sections": 0, "chunks": 0, "files": 1}
    assert catalog.contents.get("one", first.content) is None
    assert catalog.contents.index_version() == version + 1


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_comes_back_as_it_was_stored(catalog: Catalog) -> None:
    add_content(catalog)
    assert catalog.contents.page("one", "c" * 64, 2) == stored_page(2)
    with pytest.raises(PageNotFound):
        catalog.contents.page("one", "c" * 64, 3)
    with pytest.raises(PageNotFound):
        catalog.contents.page("other", "c" * 64, 1)


def test_many_pages_come_in_order_and_by_number(catalog: Catalog) -> None:
    add_content(catalog, pages=120)
    every = [page.number for page in catalog.contents.iterate_pages("one", "c" * 64)]
    assert every == list(range(1, 121))
    named = catalog.contents.iterate_pages("one", "c" * 64, [119, 3, 60, 3, 500])
    assert [page.number for page in named] == [3, 60, 119]
    assert list(catalog.contents.iterate_pages("one", "c" * 64, [])) == []


def test_a_page_read_again_replaces_the_first(catalog: Catalog) -> None:
    add_content(catalog)
    catalog.contents.add_pages("one", "c" * 64, [stored_page(2, "better")])
    assert [page.text for page in catalog.contents.iterate_pages("one", "c" * 64)] == ["words 1", "better 2"]


def test_labels_and_offsets_are_set_per_page(catalog: Catalog) -> None:
    add_content(catalog)
    catalog.contents.set_labels("one", "c" * 64, [(1, "iv", 0), (2, None, 8)])
    report = catalog.contents.page_report("one", "c" * 64)
    assert {row["number"]: row["label"] for row in report} == {1: "iv", 2: None}
    assert catalog.contents.page("one", "c" * 64, 2).document_start == 8


def test_outline_and_chunks_are_replaced_whole_and_apart(catalog: Catalog) -> None:
    add_content(catalog)
    section = Section(0, None, 1, "item", "Item 1. Business", "1", 1, 0, 2, 7)
    chunk = Chunk("id1", 0, 1, 0, 5, ("Item 1. Business",), "caption", True, 2)
    for _ in range(2):
        catalog.contents.replace_outline("one", "c" * 64, [section])
        catalog.contents.replace_chunks("one", "c" * 64, [chunk])
    assert catalog.contents.outline("one", "c" * 64) == [section]
    assert catalog.contents.chunks("one", "c" * 64) == [chunk]
    assert catalog.contents.chunks_by_id("one", ["id1", "unknown"]) == {"id1": chunk}
    assert catalog.contents.chunks_by_id("other", ["id1"]) == {}
    catalog.contents.replace_chunks("one", "c" * 64, [])
    assert catalog.contents.chunks("one", "c" * 64) == []
    assert catalog.contents.outline("one", "c" * 64) == [section]
    catalog.contents.replace_outline("one", "c" * 64, [])
    assert catalog.contents.outline("one", "c" * 64) == []


def test_beginning_again_drops_what_was_there(catalog: Catalog) -> None:
    add_content(catalog)
    catalog.contents.begin("one", "c" * 64, "application/pdf", "tokens")
    assert catalog.contents.count("one", "c" * 64) == {"pages": 0, "sections": 0, "chunks": 0}


def test_only_published_stages_raise_the_index_version(catalog: Catalog) -> None:
    add_content(catalog)
    assert catalog.contents.index_version() == 0
    catalog.contents.finish_stage("one", "c" * 64, "structured")
    catalog.contents.finish_stage("one", "c" * 64, "indexed")
    assert catalog.contents.index_version() == 1
    catalog.contents.finish_stage("one", "c" * 64, "embedded", StageResult(encoder="e1"))
    assert catalog.contents.index_version() == 2
    assert catalog.contents.manifests("one")["c" * 64].encoder == "e1"
    stale = catalog.contents.stale("e2")
    assert stale is not None
    assert stale.sha256 == "c" * 64
    assert catalog.contents.stale("e1") is None


finite = st.floats(0, 5000).map(lambda value: round(value, 1))
marks = st.builds(Mark, st.integers(0, 99), st.integers(0, 99), finite, finite)
lines = st.builds(
    Line,
    *[st.integers(0, 9999)] * 2,
    *[finite] * 4,
    size=finite,
    bold=st.booleans(),
    marks=st.lists(marks, max_size=4).map(tuple),
    confidence=st.integers(0, 1000).map(lambda value: value / 1000),
)


@given(st.lists(lines, max_size=6).map(tuple))
def test_lines_survive_packing(rows: tuple[Line, ...]) -> None:
    assert unpack_lines(pack_lines(rows)) == rows


def test_not_found_is_one_family() -> None:
    assert issubclass(DocumentNotFound, NotFound)
    assert issubclass(CollectionNotFound, NotFound)

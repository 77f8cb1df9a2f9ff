"""What is said of a data folder: the worker's life, waiting documents, room, and what is being made again."""

from dataclasses import replace

from ingest_samples import TENANT, House, pdf

from ingest.upkeep.condition import MAX_SILENCE, MIN_FREE_BYTES, Condition

LETTER = pdf([["The heron delivered seventeen umbrellas to the lighthouse."]])
WELL = Condition(worker_seconds=0.4, waiting=0, waiting_seconds=0.0, free_bytes=MIN_FREE_BYTES, rebuilding=0)


def test_nothing_is_missing_where_all_is_well() -> None:
    assert WELL.missing() == []


def test_each_thing_that_is_missing_is_said() -> None:
    assert (
        "silent since 61 s; 3 documents wait" in replace(WELL, worker_seconds=MAX_SILENCE + 1, waiting=3).missing()[0]
    )
    assert "has not run yet" in replace(WELL, worker_seconds=None).missing()[0]
    assert "199 MB are free" in replace(WELL, free_bytes=MIN_FREE_BYTES - 1).missing()[0]
    assert "2 documents are made searchable again" in replace(WELL, rebuilding=2).missing()[0]


def test_a_document_waits_until_the_worker_has_taken_it(house: House) -> None:
    house.upload(LETTER)
    before = house.parts.watch.now()
    assert (before.worker_seconds, before.waiting) == (None, 1) and before.waiting_seconds >= 0
    house.work()
    after = house.parts.watch.now()
    assert after.worker_seconds is not None and after.worker_seconds < 30
    assert (after.waiting, after.waiting_seconds, after.rebuilding) == (0, 0.0, 0)


def test_a_document_whose_index_is_damaged_is_counted_until_it_is_made_again(house: House) -> None:
    document = house.ingest(LETTER)
    house.parts.index.for_tenant("tenant").lexical.delete(document.content)
    house.parts.stores.check(repair=True)
    assert house.parts.watch.now().rebuilding == 1
    house.work()
    assert house.parts.watch.now().rebuilding == 0
    assert house.found("umbrellas") == {document.id}


def test_a_retry_a_user_asks_for_is_no_damage(house: House) -> None:
    document = house.ingest(b"%PDF-1.7\n" + bytes(range(256)) * 20, "bad.pdf")
    house.parts.intake.retry(TENANT, document.id, None)
    found = house.parts.watch.now()
    assert (found.waiting, found.rebuilding) == (1, 0)

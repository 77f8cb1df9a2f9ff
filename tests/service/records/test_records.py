"""Stored answers: given back as they went out, to their tenant only, and not for ever."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ingest.errors import AnswerNotFound
from ingest.types import Scope
from service.records import Records
from service.records.tables import metadata
from service.wiring import Service

LOCAL = Scope("local")


def body(document: str) -> dict[str, Any]:
    return {"answer": "Ünïcode ✓", "citations": [{"document_id": document}], "n": None}


def test_migrations_give_the_schema_of_services_tables(fresh: Service) -> None:
    options = {
        "compare_type": True,
        "include_object": lambda _object, name, kind, *_: kind != "table" or name in metadata.tables,
    }
    with fresh.ingest.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_an_answer_is_given_back_as_it_went_out(fresh: Service) -> None:
    fresh.records.keep(LOCAL, "ans_1", body("doc_1"))
    assert fresh.records.get(LOCAL, "ans_1") == body("doc_1")


def test_another_tenant_does_not_see_it(fresh: Service) -> None:
    fresh.records.keep(LOCAL, "ans_1", body("doc_1"))
    with pytest.raises(AnswerNotFound):
        fresh.records.get(Scope("stranger"), "ans_1")


def test_answers_past_their_time_are_dropped(fresh: Service) -> None:
    hasty = Records(fresh.ingest.database, keep_days=-1)
    hasty.keep(LOCAL, "ans_old", body("doc_1"))
    hasty.keep(LOCAL, "ans_new", body("doc_1"))
    with pytest.raises(AnswerNotFound):
        hasty.get(LOCAL, "ans_old")


def test_answers_that_quote_a_deleted_document_are_forgotten(fresh: Service) -> None:
    fresh.records.keep(LOCAL, "ans_1", body("doc_1"))
    fresh.records.keep(LOCAL, "ans_2", body("doc_2"))
    fresh.records.keep(Scope("stranger"), "ans_3", body("doc_1"))
    assert fresh.records.forget(LOCAL, "doc_1") == 1
    with pytest.raises(AnswerNotFound):
        fresh.records.get(LOCAL, "ans_1")
    assert fresh.records.get(LOCAL, "ans_2") == body("doc_2")
    assert fresh.records.get(Scope("stranger"), "ans_3") == body("doc_1")


def test_an_object_replaces_an_older_one_of_its_kind(fresh: Service) -> None:
    fresh.records.objects.put(LOCAL, "note", "a", {"n": 1})
    fresh.records.objects.put(LOCAL, "note", "a", {"n": 2})
    fresh.records.objects.put(LOCAL, "other", "a", {"n": 3})
    assert fresh.records.objects.get(LOCAL, "note", "a") == {"n": 2}
    assert fresh.records.objects.all(LOCAL, "note") == {"a": {"n": 2}}
    assert fresh.records.objects.get(Scope("stranger"), "note", "a") is None
    assert fresh.records.objects.drop(LOCAL, "note", "a") and not fresh.records.objects.drop(LOCAL, "note", "a")
    assert fresh.records.objects.get(LOCAL, "other", "a") == {"n": 3}


def test_objects_that_expire_go_with_their_time_or_their_document(fresh: Service) -> None:
    hasty = Records(fresh.ingest.database, keep_days=-1)
    hasty.objects.put(LOCAL, "response", "old", body("doc_9"), expires=True)
    fresh.records.objects.put(LOCAL, "response", "r1", body("doc_1"), expires=True)
    fresh.records.objects.put(LOCAL, "response", "r2", body("doc_2"), expires=True)
    fresh.records.objects.put(LOCAL, "file_batch", "b1", body("doc_1"))
    fresh.records.objects.put(LOCAL, "file", "doc_1", {"purpose": "evals"})
    assert set(fresh.records.objects.all(LOCAL, "response")) == {"r1", "r2"}
    fresh.records.forget(LOCAL, "doc_1")
    assert set(fresh.records.objects.all(LOCAL, "response")) == {"r2"}
    assert fresh.records.objects.all(LOCAL, "file") == {} and set(fresh.records.objects.all(LOCAL, "file_batch")) == {
        "b1"
    }


def test_a_dropped_answer_is_gone(fresh: Service) -> None:
    fresh.records.keep(LOCAL, "ans_1", body("doc_1"))
    fresh.records.drop(Scope("stranger"), "ans_1")
    assert fresh.records.get(LOCAL, "ans_1") == body("doc_1")
    fresh.records.drop(LOCAL, "ans_1")
    with pytest.raises(AnswerNotFound):
        fresh.records.get(LOCAL, "ans_1")

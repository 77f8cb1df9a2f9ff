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

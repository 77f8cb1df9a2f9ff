"""Answers in the form of a caller's schema, over real HTTP on both sides: every value proved, or null with the reason."""

import json
from typing import Any

import pytest
from model_server import REVENUE, Body, Talk
from scripted_llm import Reply

from ingest.types import Document

QUESTION = "What was total revenue in 2024?"
LOOKS = (("search_documents", {"query": "capital expenditures", "doc": None, "limit": 2}),)
SCHEMA: Body = {
    "type": "object",
    "properties": {"revenue": {"type": "number"}, "auditor": {"type": "string"}, "ghost": {"type": "string"}},
    "required": ["revenue", "auditor", "ghost"],
}


def leaf(value: Any, page: int = 61, quote: str = REVENUE, reason: str | None = None) -> Body:
    cited = [] if value is None else [{"doc": "D1", "page": page, "quote": quote}]
    return {"value": value, "citations": cited, "reason": reason}


@pytest.fixture
def scope(report_10k: Document) -> dict[str, Any]:
    """The 10-K alone."""
    return {"document_ids": [report_10k.id]}


def test_a_schema_comes_back_as_a_plain_object_and_proved_values(talk: Talk, scope: dict[str, Any]) -> None:
    given = {
        "revenue": leaf(2230),
        "auditor": leaf(None, reason="not given"),
        "ghost": leaf("Boo", 61, "a ghost says so"),
    }
    talk.says([Reply("Looking.", calls=LOOKS), Reply(json.dumps(given))])
    events = talk.stream(QUESTION, schema=SCHEMA, **scope)
    body = events[-1][1]
    assert body["object"] == {"revenue": 2230, "auditor": None, "ghost": None}
    assert body["citations"][body["values"]["/revenue"]["citations"][0]]["cited_text"] == REVENUE
    assert body["values"]["/auditor"] == {"value": None, "reason": "not given"}
    assert "does not stand" in body["values"]["/ghost"]["reason"] and body["unsupported"] == 1
    sent = talk.model.bodies[0]["response_format"]
    assert sent["type"] == "json_schema" and sent["json_schema"]["strict"] is True
    assert not [data for kind, data in events if kind == "delta"]


def test_an_object_that_is_none_gives_a_warning_and_no_object(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply("Sorry, no JSON today.")])
    body = talk.ask(QUESTION, schema=SCHEMA, **scope)
    assert body["object"] is None and body["answered"] is False and body["warnings"]


def test_an_object_without_any_value_asks_for_more_pages(talk: Talk, scope: dict[str, Any]) -> None:
    nothing = {key: leaf(None, reason="not given") for key in SCHEMA["properties"]}
    talk.says([Reply(json.dumps(nothing)), Reply(json.dumps({**nothing, "revenue": leaf(2230)}))])
    body = talk.ask(QUESTION, schema=SCHEMA, **scope)
    assert body["route"]["escalated_from"] == "retrieval" and body["object"]["revenue"] == 2230
    assert body["insufficient"] is False


DRAFT = {"revenue": leaf(2320), "auditor": leaf(None, reason="not given"), "ghost": leaf("Boo", 61, "a ghost says so")}
CORRECTED = {**DRAFT, "revenue": leaf(2230), "ghost": leaf(None, reason="there is none")}


def test_the_self_check_reads_the_object_against_its_proofs(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(json.dumps(DRAFT)), Reply(json.dumps(CORRECTED))])
    events = talk.stream(QUESTION, schema=SCHEMA, verify=True, **scope)
    body = events[-1][1]
    assert body["object"]["revenue"] == 2230 and body["unsupported"] == 0
    assert body["values"]["/ghost"] == {"value": None, "reason": "there is none"}
    drafted, check = talk.model.bodies[1]["messages"][-2:]
    assert json.loads(drafted["content"]) == DRAFT
    assert "The value at /revenue is unsupported: The number does not stand" in check["content"]
    assert "The value at /ghost is unsupported: The quote given" in check["content"]
    assert "/auditor" not in check["content"]  # nobody is urged to make a value up
    assert talk.model.bodies[1]["response_format"] == talk.model.bodies[0]["response_format"]
    assert body["usage"]["calls"] == 2


def test_a_check_that_loses_the_form_leaves_the_draft(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(json.dumps(CORRECTED)), Reply("All of it is right.")])
    body = talk.ask(QUESTION, schema=SCHEMA, verify=True, **scope)
    assert body["object"]["revenue"] == 2230 and "the draft stands" in body["warnings"][0]["message"]


def test_a_check_can_mend_what_was_no_object(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply("Revenue was 2,230."), Reply(json.dumps(CORRECTED))])
    body = talk.ask(QUESTION, schema=SCHEMA, verify=True, **scope)
    assert body["object"]["revenue"] == 2230
    assert "not JSON" in talk.model.bodies[1]["messages"][-1]["content"]


def test_a_check_of_an_object_may_call_tools(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(json.dumps(DRAFT)), Reply("Let me look.", calls=LOOKS), Reply(json.dumps(CORRECTED))])
    body = talk.ask(QUESTION, schema=SCHEMA, verify=True, mode="retrieval", **scope)
    assert body["object"]["revenue"] == 2230 and body["usage"]["calls"] == 3

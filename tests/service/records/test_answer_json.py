"""An answer as it is stored and sent: every field of the contract, and none that says nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ingest.types import Rectangle, Span
from service.contract.answer import (
    Answer,
    Calculation,
    Citation,
    Considered,
    Content,
    Figure,
    Finish,
    Operand,
    PageHit,
    Part,
    Plan,
    RouteTaken,
    Searched,
    Statement,
    Structured,
    ToolCall,
    Usage,
    Value,
    Verification,
    Warning,
)
from service.contract.question import Mode
from service.http.answer_schemas import AnswerModel
from service.records.answer_json import answer_json, citation_json, plan_json, usage_json

CITED = Citation(
    "doc_1", "a.pdf", "Revenue 5", None, 4, "iv", "Item 7", Span(2, 11), (Rectangle(4, 1, 2, 3, 4),), Verification.EXACT
)
FIGURE = Figure("Revenue", None, "2024", "5", "USD", None, "doc_1", 0, "Income")
BARE = Content(
    "Revenue, 2024: 5.", answered=True, statements=(Statement("Revenue, 2024: 5.", (0,)),), citations=(CITED,)
)
ROUTE = RouteTaken(
    Mode.RETRIEVAL, "a figure", (Considered(Mode.FULL, 9, 0.1, 0.2, 1.26, False, "too long"),), "m", True
)
ANSWER = Answer("ans_1", "What?", BARE, ROUTE, Usage(1, 2, 3, 0.1234567891234, 1, False, 1.5))


def test_a_bare_answer_leaves_out_what_it_does_not_have() -> None:
    row = answer_json(ANSWER)
    assert AnswerModel.model_validate(row)
    absent = {"figure", "parts", "object", "values", "tool_calls", "insufficient", "thread", "resolved_question"}
    assert absent.isdisjoint(row) and "confidence" not in row["statements"][0]
    assert (row["figures"], row["warnings"], row["finish"]) == ([], [], "complete")
    assert row["route"]["considered"][0] == {
        "mode": "full", "tokens": 9, "cost_usd": 0.1, "worst_usd": 0.2, "seconds": 1.3, "fits": False,
        "why_not": "too long",
    }  # fmt: skip
    assert row["usage"]["cost_usd"] == 0.123456789


def test_a_full_answer_has_every_field_of_the_contract() -> None:
    content = replace(
        BARE,
        calculations=(Calculation("Half", "a / 2", (Operand("a", "5", "USD", 1, 0),), Decimal("2.50"), "USD", 1),),
        figures=(FIGURE, replace(FIGURE, segment="North")),
        parts=(Part("What?", True, (0,)), Part("Why?", False, (), "no sentence fits")),
        warnings=(Warning("hidden_text", "Look.", 4), Warning("lexical_only", "Words.")),
        finish=Finish.LENGTH,
        insufficient=False,
        structured=Structured({"a": 1}, {"/a": Value(1, (0,)), "/b": Value(None, reason="not stated")}),
        tool_calls=(ToolCall("c", "rate", "{}"),),
    )
    searched = Searched(1, 9, (PageHit("doc_1", "a.pdf", 4, 0.123456),), True)
    row = answer_json(
        replace(ANSWER, content=content, searched=searched, thread="thr_1", resolved_question="What, then?")
    )
    assert AnswerModel.model_validate(row)
    assert row["figure"] == {"value": "5", "unit": "USD", "scale": None, "period": "2024", "statement": "Income"}
    assert "segment" not in row["figures"][0] and row["figures"][1]["segment"] == "North"
    assert row["parts"][1] == {"question": "Why?", "answered": False, "statements": [], "reason": "no sentence fits"}
    assert row["warnings"] == [
        {"code": "hidden_text", "message": "Look.", "page": 4},
        {"code": "lexical_only", "message": "Words."},
    ]
    assert row["values"] == {"/a": {"value": 1, "citations": [0]}, "/b": {"value": None, "reason": "not stated"}}
    assert (row["insufficient"], row["finish"], row["thread"]) == (False, "length", "thr_1")
    assert row["calculations"][0]["result"] == "2.50" and row["tool_calls"] == [vars(ToolCall("c", "rate", "{}"))]
    assert row["searched"]["nearest"][0]["score"] == 0.1235


def test_a_quote_over_a_page_end_has_spans_with_their_pages() -> None:
    row = citation_json(replace(CITED, continued=((5, Span(0, 3)),), quote="Revenue five"))
    assert "span" not in row and row["end_page_number"] == 6 and row["quote"] == "Revenue five"
    assert row["spans"] == [{"page": 4, "start": 2, "end": 11}, {"page": 5, "start": 0, "end": 3}]


@pytest.mark.parametrize(
    ("usage", "keys"), [(Usage(), set()), (Usage(estimated=False, seconds=0.0), {"estimated", "seconds"})]
)
def test_what_is_not_known_of_a_cost_is_left_out(usage: Usage, keys: set[str]) -> None:
    assert set(usage_json(usage)) & {"estimated", "seconds"} == keys


def test_a_plan_tells_route_and_budget() -> None:
    row = plan_json(Plan(ROUTE, 0.5, 2, ("doc_9",)))
    assert (row["budget_usd"], row["documents"], row["not_yet_searchable"]) == (0.5, 2, ["doc_9"])
    assert row["route"]["model"] == "m" and "escalated_from" not in row["route"]

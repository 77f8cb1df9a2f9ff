"""What an answer may cost and what happens when the model fails, over real HTTP on both sides."""

import time
from typing import Any

import pytest
from model_server import REVENUE, Body, Talk, cite, events
from scripted_llm import Received, Reply

from ingest.types import Document
from service.llm.models import cost, load_models

QUESTION = "What was total revenue in 2024?"
GOOD = f"Total revenue was $2,230 million in 2024. {cite(61, REVENUE)}"
LACKING = "The pages do not say. <insufficient/>"
SEARCH = (("search_documents", {"query": "capital expenditures", "doc": None, "limit": 8}),)
MINI = load_models().get("gpt-5.2-mini")
AT_ONCE = (("retry-after", "0"),)
FAILS = Reply(kind="status", status=500, headers=AT_ONCE)
SCHEMA = {"type": "object", "properties": {"revenue": {"type": "number"}}, "required": ["revenue"]}
RATE = {"type": "function", "function": {"name": "rate", "description": "R " * 90, "parameters": {"type": "object"}}}


@pytest.fixture
def scope(report_10k: Document) -> dict[str, Any]:
    """The 10-K alone, and little room for output."""
    return {"document_ids": [report_10k.id], "max_tokens": 400}


def worst(one: Received) -> float:
    """The most a request may be charged."""
    limit = one.body.get("max_completion_tokens") or one.body["max_tokens"]
    return cost(MINI, one.input_tokens, 0, limit)


def charged(one: Received) -> float:
    """What a request that came to its end is charged."""
    return cost(MINI, one.input_tokens, one.reply.cached, one.output_tokens)


def by_mode(route: Body) -> dict[str, Body]:
    return {each["mode"]: each for each in route["considered"]}


def working(body: Body) -> Reply:
    """A model that always searches, as long as it may, and then finds nothing."""
    return Reply(calls=SEARCH) if body.get("tools") else Reply(LACKING)


def clumsy(body: Body) -> Reply:
    """A model whose connection always breaks at the first question."""
    return Reply("", kind="half") if len(body["messages"]) % 4 == 2 else working(body)


@pytest.mark.parametrize("share", [0.5, 1.0, 1.7, 3.0, 6.0, 12.0])
@pytest.mark.parametrize("script", [working, clumsy, lambda _body: Reply(GOOD), lambda _body: Reply(LACKING)])
def test_no_ceiling_is_ever_passed(talk: Talk, scope: dict[str, Any], share: float, script: Any) -> None:
    talk.says([Reply("Nothing.")])
    ceiling = round(by_mode(talk.plan(QUESTION, **scope))["retrieval"]["worst_usd"] * share, 9)
    talk.says(script)
    reply = talk.http.post("/v1/answers", json={"question": QUESTION, "budget_usd": ceiling, "verify": True, **scope})
    spent = 0.0
    for one in talk.model.received:
        assert spent + worst(one) <= ceiling  # at the moment it was sent, with all of max_tokens at full price
        spent += charged(one) if one.finished else worst(one)
    if reply.status_code == 200 and reply.json()["finish"] == "fallback":
        assert spent <= reply.json()["usage"]["cost_usd"] <= ceiling  # what broke off is billed as if it had run on
    elif reply.status_code == 200:
        assert reply.json()["usage"]["cost_usd"] == pytest.approx(spent, abs=1e-4 * spent + 1e-9)
    else:
        assert (reply.status_code, reply.json()["code"]) in ((402, "budget_exceeded"), (503, "llm_unavailable"))
    assert bool(talk.model.received) == (share >= 1)


def test_what_is_too_dear_is_refused_before_anything_is_sent(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    status, problem = talk.refused(QUESTION, mode="full", budget_usd=0.01, **scope)
    assert (status, problem["code"]) == (402, "budget_exceeded") and "it may cost $0.0" in problem["detail"]
    body = talk.ask(QUESTION, budget_usd=0.0001, **scope)
    assert body["route"]["mode"] == "extractive" and "more than the $0.0001 allowed" in body["route"]["reason"]
    assert body["answered"] and body["usage"]["cost_usd"] == 0 and talk.model.received == []


def test_evidence_is_not_widened_with_money_that_is_spent(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(LACKING)])
    ceiling = by_mode(talk.plan(QUESTION, **scope))["sections"]["worst_usd"]
    route = talk.plan(QUESTION, budget_usd=ceiling, **scope)
    assert route["mode"] == "retrieval" and by_mode(route)["sections"]["fits"]
    body = talk.ask(QUESTION, budget_usd=ceiling, **scope)
    assert len(talk.model.received) == 1 and body["insufficient"] and "escalated_from" not in body["route"]


def test_a_check_that_would_cost_too_much_is_left_out_and_said(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    ceiling = by_mode(talk.plan(QUESTION, **scope))["retrieval"]["worst_usd"]
    with talk.http.stream(
        "POST",
        "/v1/answers",
        json={"question": QUESTION, "verify": True, "stream": True, "budget_usd": ceiling, **scope},
    ) as reply:
        seen = list(events(reply.iter_lines()))
    body = seen[-1][1]
    assert len(talk.model.received) == 1 and "self-check was left out" in body["warnings"][0]["message"]
    assert "".join(data["text"] for kind, data in seen if kind == "delta").strip() == body["answer"]
    assert [data for kind, data in seen if kind == "citation"] == body["citations"] != []


@pytest.mark.parametrize("mode", ["retrieval", "sections", "full"])
@pytest.mark.parametrize("more", [{}, {"schema": SCHEMA}, {"tools": [RATE]}, {"tools": [RATE], "schema": SCHEMA}])
def test_the_plan_counts_what_goes_over_the_wire(
    talk: Talk, scope: dict[str, Any], mode: str, more: dict[str, Any]
) -> None:
    talk.says([Reply("{}")])
    planned = by_mode(talk.plan(QUESTION, mode=mode, **more, **scope))[mode]
    assert talk.model.received == []  # a plan spends nothing
    body = talk.ask(QUESTION, mode=mode, **more, **scope)
    (received,) = talk.model.received
    assert planned["tokens"] == pytest.approx(received.input_tokens, rel=0.02)
    assert body["usage"]["input_tokens"] == received.input_tokens


FAULTS = [
    (Reply(kind="status", status=429, code="rate_limit_exceeded", headers=AT_ONCE), 503, "llm_unavailable", 4),
    (FAILS, 503, "llm_unavailable", 4),
    (Reply(kind="status", status=401, code="invalid_api_key"), 502, "llm_refused", 1),
    (Reply(kind="status", status=400, code="context_length_exceeded"), 502, "llm_refused", 1),
    (Reply("<html>no</html>", kind="garbage"), 502, "llm_garbled", 4),
    (Reply("Total revenue was", kind="half"), 502, "llm_broken_off", 1),
    (Reply("Total revenue was", kind="unfinished"), 502, "llm_broken_off", 1),
    (Reply("Total revenue was", kind="error"), 502, "llm_broken_off", 1),
]


@pytest.mark.parametrize(("reply", "status", "code", "tries"), FAULTS)
def test_what_the_endpoint_does_wrong_has_a_code_of_its_own(
    talk: Talk, scope: dict[str, Any], reply: Reply, status: int, code: str, tries: int
) -> None:
    talk.says([reply])
    before = talk.spent_today()
    got, problem = talk.refused(QUESTION, mode="retrieval", **scope)
    assert (got, problem["code"], len(talk.model.received)) == (status, code, tries)
    after = talk.spent_today()
    free = reply.kind == "status"
    assert (after["cost_usd"] == before["cost_usd"]) is free  # what may have run is billed, what was refused is not
    talk.says([reply])
    streamed = talk.stream(QUESTION, mode="retrieval", **scope)
    assert streamed[0][0] == "route" and streamed[-1][0] == "error" and streamed[-1][1]["code"] == code


@pytest.mark.parametrize(
    "reply",
    [
        FAILS,
        Reply("<html>no</html>", kind="garbage"),
        Reply("Total revenue was", kind="half"),
        Reply("Whales rule", kind="error"),
    ],
)
def test_in_mode_auto_a_model_that_fails_is_answered_for_by_quotes_and_says_so(
    talk: Talk, scope: dict[str, Any], reply: Reply
) -> None:
    talk.says([reply])
    body = talk.ask(QUESTION, **scope)
    assert (body["finish"], body["warnings"][0]["code"]) == ("fallback", "fallback_extractive")
    assert body["answered"] and body["route"]["mode"] == "extractive" and body["citations"]
    assert "Whales" not in body["answer"] and all(row["supported"] for row in body["statements"])
    talk.says([reply])
    streamed = talk.stream(QUESTION, **scope)
    assert streamed[-1][0] == "done" and streamed[-1][1]["finish"] == "fallback"


def test_in_mode_auto_a_model_that_says_nothing_in_time_is_answered_for(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(kind="silent")])
    body = talk.ask(QUESTION, **{**scope, "max_tokens": 50, "max_latency_s": 1.0})
    assert (body["finish"], body["answered"]) == ("fallback", True)


@pytest.mark.parametrize(
    ("reply", "finish", "says"),
    [
        (Reply("", reason="length"), "length", "token limit"),
        (Reply("", reason="content_filter"), "content_filter", "filter"),
        (Reply(" "), "empty", "empty"),
    ],
)
def test_a_reply_without_text_says_how_it_ended_and_not_that_the_pages_hold_no_answer(
    talk: Talk, scope: dict[str, Any], reply: Reply, finish: str, says: str
) -> None:
    talk.says([reply])
    body = talk.ask(QUESTION, mode="retrieval", **scope)
    assert (body["finish"], body["answered"]) == (finish, False)
    assert says in body["answer"] and "do not hold" not in body["answer"]


def test_a_strict_answer_of_which_nothing_is_supported_says_so(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply("The whales are happy.")])
    body = talk.ask(QUESTION, mode="retrieval", strict=True, **scope)
    assert (body["answered"], body["unsupported"]) == (False, 1)
    assert body["answer"] == "No sentence of the model's reply is supported by the pages it quotes."


def test_a_fault_that_passes_goes_unnoticed(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([FAILS, Reply(GOOD)])
    body = talk.ask(QUESTION, **scope)
    assert body["answered"] and body["usage"]["calls"] == 2


def test_a_model_that_says_nothing_is_given_up(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(kind="silent")])
    status, problem = talk.refused(QUESTION, **{**scope, "mode": "retrieval", "max_tokens": 50, "max_latency_s": 1.0})
    assert (status, problem["code"]) == (504, "llm_timed_out")


def test_a_client_that_goes_away_takes_the_model_s_stream_along(talk: Talk, scope: dict[str, Any]) -> None:
    deadline = time.monotonic() + 10
    while talk.model.open and time.monotonic() < deadline:  # a stream of an earlier test may still be ending
        time.sleep(0.05)
    talk.says([Reply("word " * 400, between=0.05)])
    left, before = talk.model.left_early, talk.spent_today()
    asked = {"question": QUESTION, "stream": True, **scope}
    with talk.http.stream("POST", "/v1/answers", json=asked) as reply:
        for kind, _data in events(reply.iter_lines()):
            if kind == "delta":
                break
    deadline = time.monotonic() + 10
    while (talk.model.left_early == left or talk.spent_today() == before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert talk.model.left_early == left + 1 and talk.model.open == 0
    assert talk.spent_today()["cost_usd"] > before["cost_usd"]  # the ledger has what it may have cost

"""Answers with a model, over real HTTP on both sides: what is proved goes out, what is not is marked or left out."""

import json
from typing import Any

import pytest
from model_server import REVENUE, SPENT, Body, Talk, cite, documents_of, pages_of, prompt_text
from scripted_llm import Reply

from ingest.types import Document
from service.prompting.tools import SPECIFICATIONS

QUESTION = "What was total revenue in 2024?"
GOOD = f"Total revenue was $2,230 million in 2024. {cite(61, REVENUE)}"
INVENTED = f"It sells whales worth $99 billion. {cite(61, 'whales galore and many more of them')}"
MOVED = f"Capital expenditures were $92 million. {cite(61, SPENT)}"
OPERANDS = [
    {"name": name, "value": value, "unit": "USD", "scale": "millions", "doc": "D1", "page": page, "quote": quote}
    for name, value, page, quote in (("revenue", "2,230", 61, REVENUE), ("spent", "(92)", 65, SPENT))
]
CALCULATE = {
    "name": "capital intensity",
    "expression": "percent(abs(spent), revenue)",
    "operands": OPERANDS,
    "digits": 1,
}
CALLS = (
    ("search_documents", {"query": "capital expenditures", "doc": None, "limit": 2}),
    ("read_pages", {"doc": "D1", "first": 65, "last": 65}),
    ("calculate", CALCULATE),
)
RATE = {"type": "function", "function": {"name": "rate", "description": "A rate.", "parameters": {"type": "object"}}}


@pytest.fixture
def scope(report_10k: Document) -> dict[str, Any]:
    """The 10-K alone."""
    return {"document_ids": [report_10k.id]}


def deltas(events: list[tuple[str, Body]]) -> str:
    """The streamed text of the last attempt."""
    begun = max(place for place, (kind, _data) in enumerate(events) if kind == "evidence")
    return "".join(data["text"] for kind, data in events[begun:] if kind == "delta")


def test_an_answer_ships_its_checked_quote_with_both_page_numbers(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(GOOD, cached=1_000)])
    body = talk.ask(QUESTION, **scope)
    assert body["answer"] == "Total revenue was $2,230 million in 2024." and body["answered"] is True
    (citation,) = body["citations"]
    assert (citation["cited_text"], citation["verification"]) == (REVENUE, "exact")
    assert (citation["start_page_number"], citation["page_label"]) == (61, "F-5")
    assert body["statements"][0]["supported"] and body["unsupported"] == 0
    (received,) = talk.model.received
    assert (body["usage"]["input_tokens"], body["usage"]["cached_tokens"]) == (received.input_tokens, 1_000)
    assert body["usage"]["calls"] == 1 and body["usage"]["estimated"] is False
    assert body["route"]["mode"] == "retrieval" and 61 in pages_of(received.body)


def test_a_quote_that_stands_nowhere_never_ships_and_its_sentence_is_counted(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(f"{GOOD} {INVENTED}")])
    body = talk.ask(QUESTION, **scope)
    assert [row["cited_text"] for row in body["citations"]] == [REVENUE]
    assert [row["supported"] for row in body["statements"]] == [True, False]
    assert body["unsupported"] == 1 and "quote_failed" in body["statements"][1]["flags"]
    assert "whales" in body["answer"]


def test_a_quote_with_the_wrong_page_is_moved_to_where_it_stands(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(MOVED)])
    (citation,) = talk.ask("What were capital expenditures in 2024?", **scope)["citations"]
    assert citation["start_page_number"] != 61 and citation["verification"] == "moved"


def test_strict_sends_out_no_unproved_sentence_streamed_or_not(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(f"{INVENTED} {GOOD}")])
    events = talk.stream(QUESTION, strict=True, **scope)
    assert "whales" not in json.dumps(events)
    assert deltas(events).strip() == events[-1][1]["answer"] == "Total revenue was $2,230 million in 2024."
    assert events[-1][1]["unsupported"] == 1


def test_the_stream_and_the_whole_reply_agree(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(f"{GOOD} {INVENTED}\n\n{MOVED}")])
    events = talk.stream(QUESTION, **scope)
    whole = talk.ask(QUESTION, **scope)
    done = events[-1][1]
    assert [kind for kind, _data in events[:3]] == ["route", "evidence", "usage"] and events[-1][0] == "done"
    assert deltas(events).split() == done["answer"].split() == whole["answer"].split()
    assert [data for kind, data in events if kind == "citation"] == done["citations"] == whole["citations"]
    changing = ("id", "usage")
    assert {k: v for k, v in done.items() if k not in changing} == {k: v for k, v in whole.items() if k not in changing}


def test_only_the_corrected_text_goes_out_when_the_answer_is_checked(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(f"{GOOD} {INVENTED}"), Reply(GOOD)])
    events = talk.stream(QUESTION, verify=True, **scope)
    assert "whales" not in json.dumps(events) and deltas(events).strip() == events[-1][1]["answer"]
    check = talk.model.bodies[1]["messages"]
    assert check[-2] == {"role": "assistant", "content": f"{GOOD} {INVENTED}"}
    assert "whales galore" in check[-1]["content"]  # the server says which quote failed
    assert events[-1][1]["usage"]["calls"] == 2 and events[-1][1]["unsupported"] == 0


def test_tools_run_side_by_side_and_a_result_may_be_stated(talk: Talk, scope: dict[str, Any]) -> None:
    said = Reply("Capital intensity was 4.1%.")
    talk.says([Reply("Let me look.", calls=CALLS), said])
    body = talk.ask("How capital intensive is the business?", mode="retrieval", **scope)
    first, second = talk.model.bodies
    assert {tool["function"]["name"] for tool in first["tools"]} == set(SPECIFICATIONS)
    asked, *results = second["messages"][2:]
    assert [call["function"]["name"] for call in asked["tool_calls"]] == [name for name, _arguments in CALLS]
    assert [row["tool_call_id"] for row in results] == [call["id"] for call in asked["tool_calls"]]
    assert SPENT in results[0]["content"] and '<page number="65"' in results[1]["content"]
    assert results[2]["content"] == "capital intensity = 4.1 %"
    (calculation,) = body["calculations"]
    assert (calculation["result"], calculation["unit"]) == ("4.1", "%")
    cited = [body["citations"][operand["citation"]]["cited_text"] for operand in calculation["operands"]]
    assert cited == [REVENUE, SPENT]
    last = body["statements"][-1]
    assert last["text"] == "Capital intensity was 4.1%." and last["supported"]
    assert last["citations"] == [operand["citation"] for operand in calculation["operands"]]
    assert body["usage"]["calls"] == 2


def test_rounds_of_tools_are_bounded_and_the_last_offers_none(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says(lambda body: Reply(calls=CALLS[:1]) if body.get("tools") else Reply(GOOD))
    body = talk.ask(QUESTION, **scope)
    assert len(talk.model.bodies) == 7 and "tools" not in talk.model.bodies[-1]
    assert body["answered"] is True


def test_a_tool_called_wrongly_tells_the_model_and_nobody_else(talk: Talk, scope: dict[str, Any]) -> None:
    wrong = ("read_pages", {"doc": "D9", "first": 1, "last": 1})
    talk.says([Reply(calls=(wrong, ("calculate", {"name": "x"}))), Reply(GOOD)])
    assert talk.ask(QUESTION, **scope)["answered"] is True
    results = [row["content"] for row in talk.model.bodies[1]["messages"][3:]]
    assert results[0].startswith("Error: There is no document 'D9'.") and results[1].startswith("Error: ")


def test_a_call_of_the_callers_own_tool_ends_the_answer(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(calls=(("rate", {"of": "EUR"}),))])
    body = talk.ask(QUESTION, tools=[RATE], tool_choice="auto", **scope)
    (call,) = body["tool_calls"]
    assert (call["name"], json.loads(call["arguments"])) == ("rate", {"of": "EUR"})
    assert RATE in talk.model.bodies[0]["tools"] and talk.model.bodies[0]["tool_choice"] == "auto"
    assert len(talk.model.bodies) == 1


def test_evidence_called_insufficient_is_widened_once(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply("The pages do not say. <insufficient/>"), Reply(GOOD)])
    events = talk.stream(QUESTION, **scope)
    routes = [data for kind, data in events if kind == "route"]
    assert [route["mode"] for route in routes] == ["retrieval", "sections"]
    assert routes[1]["escalated_from"] == "retrieval" and "insufficient" in routes[1]["reason"]
    done = events[-1][1]
    assert done["route"] == routes[1] and done["answered"] and not done["insufficient"]
    assert deltas(events).strip() == done["answer"]
    first, second = (pages_of(body) for body in talk.model.bodies)
    assert len(second) > len(first)


def test_evidence_is_never_widened_twice_nor_in_a_mode_asked_for(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply("The pages do not say. <insufficient/>")])
    body = talk.ask(QUESTION, **scope)
    assert len(talk.model.received) == 2 and body["insufficient"] is True and body["answered"] is False
    talk.says([Reply("The pages do not say. <insufficient/>")])
    assert talk.ask(QUESTION, mode="retrieval", **scope)["insufficient"] is True
    assert len(talk.model.received) == 1


def test_documents_stand_first_and_byte_for_byte_alike(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    for question, more in ((QUESTION, {}), ("Who is the auditor?", {"persona": "legal", "instructions": "Be brief."})):
        talk.ask(question, mode="full", **more, **scope)
    first, second = talk.model.bodies
    assert documents_of(first) == documents_of(second) and first["messages"][0] == second["messages"][0]
    assert len(pages_of(first)) == 83 and prompt_text(first).startswith("<document ")
    plan = talk.plan("Summarize the business.", **scope)
    full = next(each for each in plan["considered"] if each["mode"] == "full")
    assert full["cost_usd"] < full["tokens"] * 0.5 / 1e6  # sent a moment ago, so likely in the provider's cache


def test_a_second_question_of_a_thread_carries_what_was_said(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    thread = talk.http.post("/v1/threads", json=scope).json()["id"]
    before = talk.spent_today()
    talk.ask(QUESTION, thread=thread)
    body = talk.ask("And in 2023?", thread=thread)
    assert body["thread"] == thread and body["resolved_question"] == "What was total revenue in 2023?"
    roles = [(row["role"], row["content"]) for row in talk.model.bodies[1]["messages"][1:]]
    assert [role for role, _content in roles] == ["user", "assistant", "user"]
    assert roles[0][1].endswith(QUESTION) and roles[1][1] == "Total revenue was $2,230 million in 2024."
    assert roles[2][1].endswith("And in 2023?")
    assert len(talk.http.get(f"/v1/threads/{thread}").json()["turns"]) == 2
    after = talk.spent_today()
    assert after["answers"] - before["answers"] == 2
    assert after["input_tokens"] - before["input_tokens"] == sum(one.input_tokens for one in talk.model.received)


def test_parameters_reach_the_model_as_given(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    given = {"temperature": 0.2, "top_p": 0.9, "seed": 7, "frequency_penalty": 0.1, "presence_penalty": -0.1}
    talk.ask(QUESTION, **given, max_tokens=321, model="gpt-5-mini", **scope)
    (sent,) = talk.model.bodies
    assert {key: sent[key] for key in given} == given
    assert (sent["model"], sent.get("max_completion_tokens") or sent["max_tokens"]) == ("gpt-5-mini", 321)


def test_a_reply_that_was_cut_says_so(talk: Talk, scope: dict[str, Any]) -> None:
    for reason, words in (("length", "stopped at max_tokens"), ("content_filter", "filter")):
        talk.says([Reply(GOOD, reason=reason)])
        assert words in talk.ask(QUESTION, **scope)["warnings"][0]["message"]

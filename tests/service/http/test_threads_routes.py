"""Threads over HTTP: follow-up questions find their figure, and a conversation lasts as long as its thread."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from service_samples import pdf, work

from ingest.types import Document
from service.answering.conversation import MAX_TURNS, continued
from service.contract.caller import scope_for
from service.wiring import Service

CAPITAL = "What were total capital expenditures in 2024?"
MEMO = pdf(["Memorandum", "The walrus audited the marmalade reserves of Petrograd and found them in order."])


@pytest.fixture
def thread(client: TestClient, report_10k: Document) -> Iterator[str]:
    """A thread over the sample 10-K."""
    created = client.post("/v1/threads", json={"document_ids": [report_10k.id]})
    assert created.status_code == 201
    yield created.json()["id"]
    client.delete(f"/v1/threads/{created.json()['id']}")


def ask(client: TestClient, question: str, **rest: Any) -> dict[str, Any]:
    reply = client.post("/v1/answers", json={"question": question, **rest})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def test_and_in_2023_gives_last_years_figure_with_its_citation(client: TestClient, thread: str) -> None:
    first = ask(client, CAPITAL, thread=thread)
    then = ask(client, "And in 2023?", thread=thread)
    assert "resolved_question" not in first and first["thread"] == thread
    assert then["question"] == "And in 2023?"
    assert then["resolved_question"] == "What were total capital expenditures in 2023?"
    alone = ask(client, then["resolved_question"], document_ids=[first["citations"][0]["document_id"]])
    assert then["figure"] == alone["figure"] and then["citations"] == alone["citations"]
    assert then["figure"]["value"] != first["figure"]["value"]
    cited = then["citations"][0]
    page = client.get(f"/v1/documents/{cited['document_id']}/pages/{cited['start_page_number']}").json()
    assert page["text"][cited["span"]["start"] : cited["span"]["end"]] == cited["cited_text"]
    assert then["figure"]["value"].lstrip("-") in cited["cited_text"].replace(",", "")


def test_a_conversation_of_follow_ups_keeps_to_the_thread(
    client: TestClient, thread: str, report_10k: Document
) -> None:
    questions = [CAPITAL, "What about net income?", "and the year before?"]
    answers = [ask(client, question, thread=thread) for question in questions]
    assert answers[2]["resolved_question"] == "What was net income in 2023?"
    assert all(answer["answered"] for answer in answers)
    assert {cited["document_id"] for answer in answers for cited in answer["citations"]} == {report_10k.id}
    shown = client.get(f"/v1/threads/{thread}").json()
    assert shown["turns"] == answers == [client.get(f"/v1/answers/{body['id']}").json() for body in answers]
    assert (shown["name"], shown["answers"], shown["document_ids"]) == (CAPITAL, 3, [report_10k.id])


def test_a_streamed_answer_is_part_of_its_thread(client: TestClient, thread: str) -> None:
    ask(client, CAPITAL, thread=thread)
    reply = client.post("/v1/answers", json={"question": "And in 2022?", "thread": thread, "stream": True})
    assert "total capital expenditures in 2022" in reply.text and f'"thread": "{thread}"' in reply.text
    assert client.get(f"/v1/threads/{thread}").json()["answers"] == 2


def test_documents_named_in_the_question_go_before_the_threads(
    client: TestClient, thread: str, agreement: Document
) -> None:
    body = ask(client, "How much notice must the Buyer give to terminate?", thread=thread, document_ids=[agreement.id])
    assert {cited["document_id"] for cited in body["citations"]} == {agreement.id}


def test_twenty_questions_at_once_are_all_kept_in_the_order_of_their_answers(client: TestClient, thread: str) -> None:
    questions = [f"What was total revenue in {2022 + number % 3}? ({number})" for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda question: ask(client, question, thread=thread), questions))
    shown = client.get(f"/v1/threads/{thread}").json()
    assert sorted(turn["id"] for turn in shown["turns"]) == sorted(answer["id"] for answer in answers)
    assert sorted(turn["question"] for turn in shown["turns"]) == sorted(questions)
    assert shown["answers"] == 20


def test_history_is_bounded_and_newest_last(service: Service, thread: str) -> None:
    threads = service.records.threads
    for number in range(MAX_TURNS + 3):
        body = {"question": f"Question {number}?", "answer": "So."}
        service.records.keep(scope_for(), f"{thread}_{number}", body, thread)
    own, history = continued(service.records.threads, thread, scope_for())
    assert own == threads.get(scope_for(), thread).scope and len(history) == MAX_TURNS
    assert history[-1].question == f"Question {MAX_TURNS + 2}?" and history[0].question == "Question 3?"


def test_a_thread_is_renamed_listed_and_deleted(client: TestClient, thread: str) -> None:
    body = ask(client, CAPITAL, thread=thread)
    assert client.patch(f"/v1/threads/{thread}", json={"name": "Capital"}).json()["name"] == "Capital"
    listed = client.get("/v1/threads", params={"limit": 1}).json()
    assert [row["id"] for row in listed["threads"]] == [thread] and "turns" not in listed["threads"][0]
    receipt = client.delete(f"/v1/threads/{thread}").json()
    assert receipt == {"id": thread, "deleted": {"threads": 1, "answers": 1}}
    assert client.get(f"/v1/answers/{body['id']}").json()["code"] == "answer_not_found"


def test_lists_go_on_at_their_cursor(client: TestClient) -> None:
    made = [client.post("/v1/threads", json={"name": f"List {number}"}).json()["id"] for number in range(3)]
    seen: list[str] = []
    cursor = None
    while len(seen) < 3:
        parameters = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/threads", params=parameters).json()
        seen += [row["id"] for row in page["threads"]]
        cursor = page["next_cursor"]
    assert seen[:3] == made[::-1]
    for thread in made:
        client.delete(f"/v1/threads/{thread}")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/v1/answers")])
def test_an_unknown_thread_is_not_found(client: TestClient, method: str, path: str) -> None:
    body = {"PATCH": {"name": "x"}, "POST": {"question": "What?", "thread": "thr_none"}}.get(method)
    reply = client.request(method, path or "/v1/threads/thr_none", json=body)
    assert (reply.status_code, reply.json()["code"]) == (404, "thread_not_found")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"collection": "none"}, "collection_not_found"),
        ({"document_ids": ["doc_none"]}, "document_not_found"),
        ({"name": ""}, "bad_request"),
        ({"title": "x"}, "bad_request"),
    ],
)
def test_a_thread_over_what_is_not_there_is_refused(client: TestClient, body: dict[str, Any], code: str) -> None:
    assert client.post("/v1/threads", json=body).json()["code"] == code


def test_a_collection_may_be_named_and_is_kept_by_id(fresh: Service, fresh_client: TestClient) -> None:
    letters = fresh_client.post("/v1/collections", json={"name": "letters"}).json()["id"]
    made = fresh_client.post("/v1/threads", json={"collection": "letters", "name": "About letters"}).json()
    assert (made["collection"], made["name"], made["document_ids"], made["answers"]) == (
        letters,
        "About letters",
        None,
        0,
    )


def test_a_deleted_document_leaves_no_quote_in_a_thread_and_the_thread_goes_on(
    fresh: Service, fresh_client: TestClient
) -> None:
    document = fresh_client.post("/v1/documents", files={"file": ("memo.pdf", MEMO)}).json()["id"]
    work(fresh)
    thread = fresh_client.post("/v1/threads", json={"document_ids": [document]}).json()["id"]
    question = "Who audited the marmalade reserves?"
    assert ask(fresh_client, question, thread=thread)["answered"]
    assert fresh_client.delete(f"/v1/documents/{document}").json()["deleted"]["answers"] == 1
    shown = fresh_client.get(f"/v1/threads/{thread}").json()
    assert (shown["turns"], shown["document_ids"], shown["answers"]) == ([], [], 0)
    again = ask(fresh_client, question, thread=thread)
    assert not again["answered"] and again["searched"]["documents"] == 0


def test_usage_counts_the_answers_of_today(fresh_client: TestClient) -> None:
    for _ in range(2):
        ask(fresh_client, "What was revenue in 2024?")
    refused = fresh_client.post("/v1/answers", json={"question": "What?", "mode": "full"})
    found = fresh_client.get("/v1/usage").json()
    assert refused.status_code == 409 and found["key"] == "local"
    assert [(day["answers"], day["routes"]) for day in found["days"]] == [(2, {"extractive": 2})]
    assert found["total"]["answers"] == 2 and found["total"]["cost_usd"] == 0
    assert (found["budget_usd"], found["spent_today_usd"]) == (None, 0)


@pytest.mark.parametrize("days", [0, 367, "x"])
def test_a_window_out_of_range_is_a_bad_request(client: TestClient, days: Any) -> None:
    assert client.get("/v1/usage", params={"days": days}).json()["code"] == "bad_request"

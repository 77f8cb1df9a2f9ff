"""States a small sample does not reach by itself: the server's replies are recorded here, in the documented format."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from browsing import Visit
from playwright.sync_api import Route, expect
from service_samples import Server

CITATION = {
    "document_id": "doc_a",
    "document_name": "a.pdf",
    "cited_text": "Operating income 1,200",
    "start_page_number": 60,
    "end_page_number": 61,
    "page_label": "58",
    "section": "Item 8",
    "span": {"start": 0, "end": 22},
    "rectangles": [],
    "verification": "exact",
}
MOVED = {
    **CITATION,
    "cited_text": "Net sales 4,800",
    "start_page_number": 61,
    "page_label": None,
    "verification": "moved",
}
ROUTE = {
    "mode": "retrieval",
    "reason": "the documents do not fit the window",
    "model": "some-model",
    "tokenizer": "o200k_base",
    "considered": [
        {"mode": "full", "tokens": 310000, "cost_usd": 0.775, "fits": False},
        {"mode": "retrieval", "tokens": 12400, "cost_usd": 0.0312, "fits": True},
    ],
}
BODY = {
    "id": "ans_1",
    "question": "What was the margin?",
    "answer": "The margin was 25 %. Demand was strong.",
    "answered": True,
    "statements": [
        {"text": "The margin was 25 %.", "citations": [0, 1], "supported": True, "flags": ["quote_found"]},
        {"text": "Demand was strong.", "citations": [], "supported": False, "flags": ["number_not_quoted"]},
    ],
    "citations": [CITATION, MOVED],
    "calculations": [
        {
            "name": "Operating margin",
            "expression": "operating_income / net_sales",
            "operands": [
                {"name": "operating income", "value": "1200", "unit": "USD", "scale": 1000000, "citation": 0},
                {"name": "net sales", "value": "4800", "unit": "USD", "scale": 1000000, "citation": 1},
            ],
            "result": "25",
            "unit": "%",
        }
    ],
    "values": {"/margin": {"value": 25, "citations": [0]}, "/outlook": {"value": None, "reason": "not stated"}},
    "unsupported": 1,
    "warnings": [{"code": "moved", "message": "One citation stood on another page than the model named."}],
    "route": ROUTE,
    "searched": {"documents": 1, "pages": 80, "nearest": [], "lexical_only": True},
    "not_yet_searchable": ["doc_b"],
    "usage": {
        "input_tokens": 12400,
        "cached_tokens": 8000,
        "output_tokens": 210,
        "cost_usd": 0.0213,
        "seconds": 3.2,
        "calls": 2,
        "estimated": False,
    },
}
EVENTS = [
    ("route", ROUTE),
    ("evidence", {"pages": [{"document_id": "doc_a", "page": 60}]}),
    ("delta", {"text": "The margin was 25 %. "}),
    ("citation", CITATION),
    ("delta", {"text": "Demand was strong."}),
    ("usage", BODY["usage"]),
    ("done", BODY),
]


def sse(events: Sequence[tuple[str, Any]]) -> str:
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)


def replying(visit: Visit, path: str, status: int, body: Any, kind: str = "application/json") -> None:
    def reply(route: Route) -> None:
        route.fulfill(status=status, content_type=kind, body=body if isinstance(body, str) else json.dumps(body))

    visit.page.route(f"**/{path}", reply)


def problem(status: int, code: str, detail: str) -> dict[str, Any]:
    return {"status": status, "code": code, "detail": detail, "retry": False, "title": code, "type": "urn:x"}


def models(visit: Visit) -> None:
    row = {
        "name": "some-model",
        "window": 400000,
        "max_out": 32000,
        "input": 2.5,
        "cached_input": 0.25,
        "output": 10.0,
        "vision": True,
        "known": True,
    }
    replying(visit, "v1/models", 200, {"default": "some-model", "models": [row, {**row, "name": "small-model"}]})
    visit.page.reload()
    expect(visit.page.locator("#model-state")).to_have_text("some-model")


def answered(visit: Visit, events: Sequence[tuple[str, Any]]) -> Any:
    replying(visit, "v1/answers", 200, sse(events), "text/event-stream")
    visit.page.route("**/v1/threads", lambda route: route.fulfill(status=201, json={"id": "thr_1"}))
    return visit.ask("What was the margin?")


def test_without_a_model_the_page_says_that_it_quotes(visit: Visit) -> None:
    expect(visit.page.locator("#model-state")).to_have_text("No language model: answers quote the documents")
    expect(visit.page.locator("#welcome")).to_contain_text("No language model is configured")
    expect(visit.page.locator("#mode-field")).to_be_hidden()


def test_a_model_answer_shows_checks_unsupported_statements_and_calculations(visit: Visit) -> None:
    models(visit)
    answer = answered(visit, EVENTS)
    chips = answer.locator(".answer-text .chip")
    assert [chip.inner_text().replace("\n", " ") for chip in chips.all()] == ["p. 58 (PDF 60)", "PDF p. 61"]
    assert "moved" in (chips.nth(1).get_attribute("aria-label") or "")
    unsupported = answer.locator(".statement.unsupported")
    expect(unsupported).to_contain_text("Unsupported: no checked quote says this")
    expect(unsupported).to_contain_text("A number here stands in no quote")
    expect(answer.locator(".flag.quote_found")).to_have_text("Quote found by Pincite; the model gave none")
    calculation = answer.locator(".calculation")
    expect(calculation.locator("table")).to_be_hidden()
    calculation.locator("summary").click()
    expect(calculation).to_contain_text("operating_income / net_sales")
    expect(calculation.locator("tbody tr").nth(0)).to_contain_text("USD in millions")
    assert calculation.locator("tbody .chip").count() == 2
    expect(answer.locator(".values")).to_contain_text("not stated")
    assert answer.locator(".notice").all_inner_texts() == [
        "One citation stood on another page than the model named.",
        "Left out, because still being read: doc_b.",
        "Found by words alone: the search by meaning is still being prepared.",
    ]
    route = answer.locator(".route")
    expect(route.locator("summary")).to_have_text(
        "retrieval · some-model · 12,610 tokens (8,000 cached) · $0.021 · 3.2 s"
    )
    route.locator("summary").click()
    expect(route).to_contain_text("does not fit")


def test_an_answer_that_breaks_off_keeps_what_came_and_can_be_asked_again(visit: Visit) -> None:
    answer = answered(visit, EVENTS[:4])
    expect(answer).to_contain_text("The margin was 25 %.")
    assert answer.locator(".chip").count() == 1
    expect(answer.get_by_role("alert")).to_contain_text("broke off")
    answer = answered(
        visit,
        [*EVENTS[:3], ("error", {"code": "internal", "detail": "Something unexpected happened.", "retry": False})],
    )
    expect(answer.get_by_role("alert")).to_contain_text("Something unexpected happened.")
    assert answer.get_by_role("button", name="Ask again").count() == 1


def test_a_refused_budget_shows_the_estimate_and_leads_to_the_ceiling(visit: Visit) -> None:
    models(visit)
    visit.expected += ["v1/answers"]
    detail = "This question may cost up to $0.42, more than the ceiling of $0.10."
    replying(visit, "v1/answers", 402, problem(402, "budget_exceeded", detail))
    visit.page.route("**/v1/threads", lambda route: route.fulfill(status=201, json={"id": "thr_1"}))
    answer = visit.ask("What was the margin?")
    expect(answer.get_by_role("alert")).to_contain_text("up to $0.42")
    answer.get_by_role("button", name="Raise the ceiling").click()
    expect(visit.page.locator("#budget")).to_be_focused()


def test_the_route_and_its_price_show_before_asking(visit: Visit) -> None:
    models(visit)
    asked: list[dict[str, Any]] = []

    def plan(route: Route) -> None:
        asked.append(route.request.post_data_json or {})
        route.fulfill(json={"route": ROUTE, "budget_usd": None, "documents": 2, "not_yet_searchable": []})

    visit.page.route("**/v1/answers/plan", plan)
    visit.page.locator("#mode").select_option("retrieval")
    visit.page.locator("#model").select_option("small-model")
    visit.page.locator("#question").press_sequentially("What was the margin?", delay=5)
    expect(visit.page.locator("#preview summary")).to_have_text(
        "retrieval · some-model · about 12,400 tokens · about $0.031"
    )
    assert asked[-1] == {"question": "What was the margin?", "mode": "retrieval", "model": "small-model"}
    assert len(asked) <= 3, "typing is waited for"


def test_documents_still_being_read_are_named_where_one_asks(visit: Visit, room: Server) -> None:
    rows = room.client.get("/v1/documents").json()["documents"]
    rows[0] |= {"status": "reading", "pages": None, "progress": {"stage": "reading", "done": 20, "total": 80}}
    rows[1] |= {"status": "searchable", "progress": {"stage": "embedding", "done": 5, "total": 50}}
    visit.page.route(
        "**/v1/events", lambda route: route.fulfill(status=200, content_type="text/event-stream", body=": quiet\n\n")
    )
    visit.page.route("**/v1/documents?**", lambda route: route.fulfill(json={"documents": rows, "next_cursor": None}))
    visit.page.reload()
    notes = visit.page.locator("#ask-notes")
    expect(notes).to_contain_text("1 document still being read; an answer now leaves it out.")
    expect(notes).to_contain_text(
        "1 document can be asked already; until reading ends, pages are found by words alone."
    )
    expect(visit.row(rows[0]["name"])).to_contain_text("Reading 25 %")


def test_a_partial_document_names_the_pages_that_failed(visit: Visit, room: Server) -> None:
    rows = room.client.get("/v1/documents").json()["documents"]
    detail = room.client.get(f"/v1/documents/{rows[0]['id']}").json()
    detail |= {"status": "partial", "error": {"code": "pages_failed", "message": "2 pages could not be read."}}
    for number in (3, 5):
        detail["page_report"][number - 1]["error"] = "The reader gave up on this page."
    visit.page.route(f"**/v1/documents/{detail['id']}", lambda route: route.fulfill(json=detail))
    visit.open(detail["name"])
    notes = visit.page.locator("#page-notes")
    expect(notes).to_contain_text(f"2 of {detail['pages']} pages could not be read")
    notes.get_by_role("button", name="PDF 3").or_(notes.get_by_role("button", name="PDF p. 3")).first.click()
    expect(visit.page.locator('.page[data-page="3"] .page-error')).to_contain_text("The reader gave up on this page.")


def test_conversations_are_kept_listed_opened_and_removed(visiting: Callable[..., Visit], room: Server) -> None:
    visit = visiting(room)
    kept = {
        "id": "thr_1",
        "name": "Margins",
        "collection": None,
        "document_ids": None,
        "created_at": 1.0,
        "updated_at": 2.0,
        "answers": 1,
    }
    visit.page.route("**/v1/threads?**", lambda route: route.fulfill(json={"threads": [kept], "next_cursor": None}))
    visit.page.route(
        "**/v1/threads/thr_1",
        lambda route: route.fulfill(
            json={**kept, "turns": [BODY]}
            if route.request.method == "GET"
            else {"id": "thr_1", "deleted": {"threads": 1}}
        ),
    )
    visit.page.reload()
    visit.page.get_by_role("button", name="Earlier").click()
    visit.page.get_by_role("button", name="Margins").click()
    expect(visit.page.locator(".answer .question")).to_have_text("What was the margin?")
    sent: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        sent.append(route.request.post_data_json or {})
        route.fulfill(status=200, content_type="text/event-stream", body=sse(EVENTS))

    visit.page.route("**/v1/answers", answer)
    visit.ask("And the year before?")
    assert sent[0]["thread"] == "thr_1"
    visit.page.get_by_role("button", name="Earlier").click()
    visit.page.get_by_role("button", name="Delete").click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(visit.page.locator(".answer")).to_have_count(0)

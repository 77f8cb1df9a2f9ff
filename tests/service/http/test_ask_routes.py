"""Questions over HTTP: the gold facts are found, every citation is the page's own text, and nothing is made up."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from service_samples import Samples, pdf, work

from examples.make_samples import AGREEMENT, ANNUAL_REPORT
from ingest.types import Document
from service.wiring import Service

Fact = dict[str, Any]
MIN_SHARE = 0.7
UNANSWERABLE = "What is the capital of the planet Zorgon in Foobarland Incorporated?"
QUOTING_KINDS = ("clause", "definition", "fact")


@pytest.fixture(scope="module")
def answered(client: TestClient, samples: Samples) -> list[tuple[Fact, dict[str, Any]]]:
    """Every gold fact of the two filings with the answer to its question, asked over both."""
    facts = [fact for fact in samples.facts if fact["document"] in (ANNUAL_REPORT, AGREEMENT)]
    asked = [(fact, client.post("/v1/answers", json={"question": fact["question"]})) for fact in facts]
    assert all(reply.status_code == 200 for _fact, reply in asked)
    return [(fact, reply.json()) for fact, reply in asked]


def places(answer: dict[str, Any]) -> list[tuple[str, int]]:
    return [(citation["document_name"], citation["start_page_number"]) for citation in answer["citations"]]


def assert_share(found: list[tuple[Fact, dict[str, Any]]], right: Callable[[Fact, dict[str, Any]], bool]) -> None:
    misses = [
        f"{fact['question']} (gold p. {fact['page']}): {places(answer)} {answer['answer'][:80]}"
        for fact, answer in found
        if not right(fact, answer)
    ]
    share = 1 - len(misses) / len(found)
    print(f"{share:.2f} of {len(found)} found; missed:", *misses, sep="\n  ")
    assert share >= MIN_SHARE, "\n".join(misses)


def test_figures_are_cited_first_from_their_page(answered: list[tuple[Fact, dict[str, Any]]]) -> None:
    figures = [(fact, answer) for fact, answer in answered if fact["kind"] == "figure"]
    assert len(figures) >= 12
    assert_share(figures, lambda fact, answer: (fact["document"], fact["page"]) in places(answer)[:1])


def test_clauses_definitions_and_facts_are_cited_from_their_page(answered: list[tuple[Fact, dict[str, Any]]]) -> None:
    quoted = [(fact, answer) for fact, answer in answered if fact["kind"] in QUOTING_KINDS]
    assert len(quoted) >= 15
    assert_share(quoted, lambda fact, answer: (fact["document"], fact["page"]) in places(answer))


def test_every_citation_is_the_pages_own_text(client: TestClient, answered: list[tuple[Fact, dict[str, Any]]]) -> None:
    citations = [citation for _fact, answer in answered for citation in answer["citations"]]
    assert len(citations) >= len(answered) * MIN_SHARE
    for citation in citations:
        number = citation["start_page_number"]
        page = client.get(f"/v1/documents/{citation['document_id']}/pages/{number}").json()
        start, end = citation["span"]["start"], citation["span"]["end"]
        assert citation["cited_text"] == page["text"][start:end] != ""
        assert citation["end_page_number"] == number + 1
        assert citation["page_label"] == page["label"]
        assert citation["verification"] == "exact"
        assert citation["rectangles"] and {box["page"] for box in citation["rectangles"]} == {number}
        for box in citation["rectangles"]:
            assert 0 <= box["x0"] < box["x1"] <= page["width"] and 0 <= box["y0"] < box["y1"] <= page["height"]


def test_citations_carry_the_printed_label(answered: list[tuple[Fact, dict[str, Any]]]) -> None:
    seen = 0
    for fact, answer in answered:
        for citation in answer["citations"]:
            if (citation["document_name"], citation["start_page_number"]) == (fact["document"], fact["page"]):
                assert citation["page_label"] == fact["label"], fact["question"]
                seen += 1
    assert seen >= len(answered) * MIN_SHARE


def test_every_statement_points_at_its_citations(answered: list[tuple[Fact, dict[str, Any]]]) -> None:
    for _fact, answer in answered:
        assert answer["answered"] is bool(answer["statements"])
        pointed = [index for statement in answer["statements"] for index in statement["citations"]]
        pointed += [near["citation"] for near in answer.get("nearest", ())]
        assert sorted(set(pointed)) == list(range(len(answer["citations"])))
        assert all(statement["supported"] and statement["citations"] for statement in answer["statements"])
        assert answer["route"]["mode"] == "extractive" and answer["route"]["reason"]


def test_a_figure_is_the_number_in_its_quote(answered: list[tuple[Fact, dict[str, Any]]]) -> None:
    figures = [answer for _fact, answer in answered if "figure" in answer]
    assert len(figures) >= 7
    for answer in figures:
        digits = answer["citations"][0]["cited_text"].replace(",", "").replace("(", "-")
        value = answer["figure"]["value"]
        if value is not None:
            assert value.lstrip("-") in digits
        assert set(answer["figure"]) == {"value", "unit", "scale", "period", "statement"}


def test_a_stored_answer_is_given_again_unchanged(client: TestClient) -> None:
    body = client.post("/v1/answers", json={"question": "What were total assets at December 31, 2024?"}).json()
    assert client.get(f"/v1/answers/{body['id']}").json() == body


def test_what_the_documents_do_not_know_is_not_answered(client: TestClient) -> None:
    body = client.post("/v1/answers", json={"question": UNANSWERABLE}).json()
    assert body["answered"] is False
    assert (body["statements"], body["citations"]) == ([], [])
    assert body["answer"].startswith("Not found in 2 document(s)")
    assert body["searched"]["documents"] == 2 and body["searched"]["pages"] > 100
    assert 1 <= len(body["searched"]["nearest"]) <= 5
    assert all(hit["page"] >= 1 and hit["document_id"] for hit in body["searched"]["nearest"])


@pytest.mark.parametrize("mode", ["auto", "extractive"])
def test_both_modes_quote_while_there_is_no_model(client: TestClient, mode: str) -> None:
    body = client.post("/v1/answers", json={"question": "What were total assets in 2024?", "mode": mode}).json()
    assert body["answered"] and body["route"]["mode"] == "extractive"
    assert body["usage"]["input_tokens"] == 0


def test_a_scope_of_one_document_answers_from_it_alone(client: TestClient, agreement: Document) -> None:
    asked = {"question": "How much notice must the Buyer give to terminate?", "document_ids": [agreement.id]}
    body = client.post("/v1/answers", json=asked).json()
    assert body["searched"]["documents"] == 1
    assert {citation["document_id"] for citation in body["citations"]} == {agreement.id}


def search(client: TestClient, query: str, **rest: Any) -> list[dict[str, Any]]:
    reply = client.post("/v1/search", json={"query": query, **rest})
    assert reply.status_code == 200, reply.text
    hits: list[dict[str, Any]] = reply.json()["hits"]
    return hits


def compare(kind: str, key: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "value": value}


def test_hits_come_best_first_with_a_snippet_that_stands_on_the_page(client: TestClient) -> None:
    hits = search(client, "revolving credit facility letters of credit", limit=5)
    assert len(hits) == 5
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for hit in hits:
        page = client.get(f"/v1/documents/{hit['document_id']}/pages/{hit['page']}").json()
        span = hit["span"]
        assert hit["snippet"] == " ".join(page["text"][span["start"] : span["end"]].split())
        assert hit["page_label"] == page["label"]


def test_a_filter_on_a_section_keeps_its_pages_only(client: TestClient, report_10k: Document) -> None:
    outline = client.get(f"/v1/documents/{report_10k.id}").json()["sections"]
    risk = next(section for section in outline if section["title"].startswith("Item 1A"))
    hits = search(client, "cybersecurity intrusion", filter=compare("eq", "section", "Item 1A"), limit=50)
    assert hits and {hit["document_id"] for hit in hits} == {report_10k.id}
    assert all(risk["start_page"] <= hit["page"] <= risk["end_page"] for hit in hits)


def test_filters_combine(client: TestClient, report_10k: Document) -> None:
    late, form = compare("gte", "page", 60), compare("eq", "form", "10-K")
    both = search(client, "revenue", filter={"type": "and", "filters": [late, form]}, limit=50)
    assert both and all(hit["page"] >= 60 and hit["document_id"] == report_10k.id for hit in both)
    either = {"type": "or", "filters": [compare("eq", "page", 61), compare("in", "page", [69, 70])]}
    assert {hit["page"] for hit in search(client, "revenue", filter=either, limit=50)} <= {61, 69, 70}


def test_an_answer_keeps_to_its_filter(client: TestClient) -> None:
    asked = {"question": "What was total revenue in 2024?", "filter": compare("eq", "page", 61)}
    body = client.post("/v1/answers", json=asked).json()
    assert [citation["start_page_number"] for citation in body["citations"]] == [61]
    asked["filter"] = compare("eq", "page", 9999)
    assert client.post("/v1/answers", json=asked).json()["answered"] is False


@pytest.mark.parametrize("filter", [{"type": "like"}, {"type": "eq", "key": "page"}, {"type": "and", "filters": 3}, []])
@pytest.mark.parametrize("path", ["/v1/search", "/v1/answers"])
def test_a_malformed_filter_is_a_bad_request(client: TestClient, path: str, filter: Any) -> None:
    asked = {"filter": filter, "query" if path.endswith("search") else "question": "revenue"}
    reply = client.post(path, json=asked)
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_request")


def test_an_explanation_says_what_each_signal_gave(client: TestClient) -> None:
    asked = {"query": "What was total revenue in 2024?", "explain": True, "limit": 3}
    body = client.post("/v1/search", json=asked).json()
    assert body["understood"]["line_items"] == ["revenue"] and body["understood"]["years"] == [2024]
    assert all({"lexical", "vectors"} & set(hit["signals"]) for hit in body["hits"])
    plain = client.post("/v1/search", json={"query": "total revenue"}).json()
    assert plain["understood"] is None and plain["hits"][0]["signals"] is None
    assert plain["lexical_only"] is False


def test_passages_are_smaller_than_their_pages(client: TestClient) -> None:
    for hit in search(client, "termination for convenience", unit="passage", limit=4):
        page = client.get(f"/v1/documents/{hit['document_id']}/pages/{hit['page']}").json()
        assert 0 < hit["span"]["end"] - hit["span"]["start"] <= len(page["text"])


def events_of(text: str) -> list[tuple[str, Any]]:
    fields = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")]
    return [(entry["event"], json.loads(entry["data"])) for entry in fields]


def test_a_streamed_answer_holds_what_the_whole_one_holds(client: TestClient, samples: Samples) -> None:
    question = next(fact["question"] for fact in samples.facts if fact["kind"] == "figure")
    whole = client.post("/v1/answers", json={"question": question}).json()
    reply = client.post("/v1/answers", json={"question": question, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = events_of(reply.text)
    kinds = [kind for kind, _data in events]
    assert kinds[:2] == ["route", "evidence"] and kinds[-2:] == ["usage", "done"]
    done = events[-1][1]
    assert [data for kind, data in events if kind == "citation"] == done["citations"]
    assert "".join(data["text"] for kind, data in events if kind == "delta").split() == done["answer"].split()
    assert {key: done[key] for key in ("answer", "statements", "citations", "searched")} == {
        key: whole[key] for key in ("answer", "statements", "citations", "searched")
    }
    assert client.get(f"/v1/answers/{done['id']}").json() == done


def test_what_fails_before_the_stream_begins_is_an_ordinary_error(client: TestClient) -> None:
    reply = client.post("/v1/answers", json={"question": "What?", "stream": True, "mode": "full"})
    assert reply.status_code == 409 and reply.json()["code"] == "llm_not_configured"


def test_of_one_file_uploaded_twice_the_copy_whose_metadata_passes_is_found(
    fresh: Service, fresh_client: TestClient
) -> None:
    data = pdf(["Supply agreement", "The Buyer may terminate this agreement on ninety days of written notice."])
    ids = {}
    for matter in ("A", "B"):
        form = {"metadata": json.dumps({"matter": matter})}
        sent = fresh_client.post("/v1/documents", files={"file": ("supply.pdf", data)}, data=form)
        ids[matter] = sent.json()["id"]
    work(fresh)
    for matter, document_id in ids.items():
        chosen = compare("eq", "matter", matter)
        hits = search(fresh_client, "terminate on written notice", filter=chosen)
        assert {hit["document_id"] for hit in hits} == {document_id}
        asked = {"question": "How may the Buyer terminate?", "filter": chosen}
        body = fresh_client.post("/v1/answers", json=asked).json()
        assert {citation["document_id"] for citation in body["citations"]} == {document_id}
    assert len(search(fresh_client, "terminate on written notice")) == 1, "one content is found once"
    nothing = fresh_client.post("/v1/answers", json={"question": "?", "filter": compare("eq", "matter", "C")}).json()
    assert (nothing["answered"], nothing["answer"]) == (False, "No searchable document in scope passes the filter.")

"""Exact text search: every place where the words stand, however the page sets them."""

import pytest
from fastapi.testclient import TestClient

from ingest.catalog import PageText
from ingest.types import Document
from service.retrieval.find import find_in, pattern_for

PAGES = [
    PageText(1, None, "The goodwill of\r\nAcme. “Goodwill” is tested."),
    PageText(2, "ii", "Nothing here."),
    PageText(3, "1", "The good\u00ad\r\nwill of the eﬃcient oﬃce – and 😀 goodwill."),
]


def places(query: str, limit: int = 100) -> list[tuple[int, str]]:
    found = find_in(PAGES, query, limit).found
    return [(match.page.number, match.page.text[match.span.start : match.span.end]) for match in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("goodwill", [(1, "goodwill"), (1, "Goodwill"), (3, "good\u00ad\r\nwill"), (3, "goodwill")]),
        ("GOODWILL  of acme", [(1, "goodwill of\r\nAcme")]),
        ("efficient office - and", [(3, "eﬃcient oﬃce – and")]),
        ('"goodwill"', [(1, "“Goodwill”")]),
        ("a.b", []),
        ("(", []),
        ("   ", []),
    ],
)
def test_words_are_found_as_the_page_sets_them(query: str, expected: list[tuple[int, str]]) -> None:
    assert places(query) == expected


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("machinery at", "machin\ufffeery at"),  # PDFium keeps the hyphen and drops the line break
        ("forty-five days", "forty\ufffefive days"),
        ("forty-five days", "forty-\r\nfive days"),
        ("Zurich branch", "Zürich branch"),
        ("Zürich branch", "Zurich branch"),
        ("Müller", "Mu\u0308ller"),
        ("租约期", "本租约期为九年"),
    ],
)
def test_hyphens_at_line_ends_and_accents_do_not_matter(query: str, text: str) -> None:
    assert len(find_in([PageText(1, None, text)], query, 9).found) == 1


def test_a_page_is_never_split_between_two_replies() -> None:
    first = find_in(PAGES, "goodwill", 1)
    assert (len(first.found), first.last_page) == (2, 1)
    rest = find_in([page for page in PAGES if page.number > 1], "goodwill", 10)
    assert (len(rest.found), rest.last_page) == (2, None)


def test_a_query_without_characters_matches_nothing() -> None:
    assert pattern_for(" \n") is None


def test_places_go_out_with_context_and_rectangles(client: TestClient, report_10k: Document) -> None:
    base = f"/v1/documents/{report_10k.id}"
    body = client.get(f"{base}/find", params={"query": "capital expenditures", "rectangles": True}).json()
    assert len(body["matches"]) > 3 and body["next_after"] is None
    assert [row["page"] for row in body["matches"]] == sorted(row["page"] for row in body["matches"])
    for row in body["matches"][:3]:
        text = client.get(f"{base}/pages/{row['page']}").json()["text"]
        assert text[row["span"]["start"] : row["span"]["end"]] == row["text"]
        assert row["text"].lower().split() == ["capital", "expenditures"]
        assert all(box["page"] == row["page"] for box in row["rectangles"]) and row["rectangles"]


def test_replies_are_paged_by_page(client: TestClient, report_10k: Document) -> None:
    path = f"/v1/documents/{report_10k.id}/find"
    whole = client.get(path, params={"query": "cash", "limit": 1000}).json()["matches"]
    gathered, after = [], 0
    while after is not None:
        reply = client.get(path, params={"query": "cash", "limit": 7, "after": after}).json()
        gathered += reply["matches"]
        after = reply["next_after"]
    assert gathered == whole and "rectangles" not in whole[0]


def test_nothing_is_found_in_a_document_that_is_not_there(client: TestClient) -> None:
    assert client.get("/v1/documents/doc_none/find", params={"query": "x"}).json()["code"] == "document_not_found"

"""Filters let through exactly the pages they name, and malformed ones are refused."""

from dataclasses import replace
from typing import Any

import pytest

from ingest.errors import BadRequest
from ingest.types import Document
from service.retrieval.filters import EVERY_PAGE, FilterOverDocuments, ListedPages, WithinContent, check
from service.wiring import Service

Filter = dict[str, Any]


def passed(service: Service, documents: list[Document], chosen: Filter) -> set[tuple[str, int]]:
    """(name, page) of every page a filter allows."""
    outline = service.ingest.catalog.contents.outline
    found = FilterOverDocuments(chosen, documents, lambda document: outline(document.tenant, document.content))
    return {
        (document.name, page)
        for document in documents
        for page in range(1, (document.pages or 0) + 1)
        if found.allows(document.content, page)
    }


def compare(kind: str, key: str, value: Any) -> Filter:
    return {"type": kind, "key": key, "value": value}


@pytest.mark.parametrize(
    ("chosen", "pages"),
    [
        (compare("eq", "page", 3), {3}),
        (compare("gte", "page", 82), {82, 83, 84, 85, 86, 87, 88, 89, 90}),
        (compare("gt", "page", 82), {83, 84, 85, 86, 87, 88, 89, 90}),
        (compare("lte", "page", 2), {1, 2}),
        (compare("lt", "page", 2), {1}),
        (compare("in", "page", [4, 9]), {4, 9}),
        (compare("in", "page", 4), {4}),
        ({"type": "and", "filters": [compare("gt", "page", 4), compare("lt", "page", 7)]}, {5, 6}),
        ({"type": "or", "filters": [compare("eq", "page", 4), compare("eq", "page", 7)]}, {4, 7}),
        ({"type": "and", "filters": [compare("lte", "page", 3), compare("ne", "page", 2)]}, {1, 3}),
        (compare("gt", "page", "three"), set()),
        (compare("eq", "author", "nobody"), set()),
    ],
)
def test_pages_are_chosen_by_number(service: Service, report_10k: Document, chosen: Filter, pages: set[int]) -> None:
    last = report_10k.pages or 0
    assert passed(service, [report_10k], chosen) == {(report_10k.name, page) for page in pages if page <= last}


def test_a_section_is_named_by_its_number_or_kind(service: Service, report_10k: Document) -> None:
    outline = service.ingest.catalog.contents.outline("local", report_10k.content)
    risk = next(section for section in outline if section.title.startswith("Item 1A"))
    chosen = {page for _name, page in passed(service, [report_10k], compare("eq", "section", "item 1a"))}
    assert risk.start_page in chosen and risk.end_page - 1 in chosen
    assert risk.start_page - 1 not in chosen
    assert passed(service, [report_10k], compare("eq", "section", "balance sheet"))


def test_one_note_is_not_another_that_begins_with_its_number(service: Service, report_10k: Document) -> None:
    first = passed(service, [report_10k], compare("eq", "section", "Note 1"))
    twelfth = passed(service, [report_10k], compare("eq", "section", "Note 12"))
    assert first and twelfth and first != twelfth
    assert min(page for _name, page in twelfth) > min(page for _name, page in first)


def test_form_and_company_come_from_the_cover(service: Service, report_10k: Document, agreement: Document) -> None:
    both = [report_10k, agreement]
    for chosen in (compare("eq", "form", "10-k"), compare("eq", "company", "Quillmere Flow")):
        assert {name for name, _page in passed(service, both, chosen)} == {report_10k.name}


def test_metadata_of_the_uploader_wins_over_what_was_detected(service: Service, report_10k: Document) -> None:
    report_10k.metadata["form"] = "10-K/A"
    try:
        assert passed(service, [report_10k], compare("eq", "form", "10-K")) == set()
        assert passed(service, [report_10k], compare("eq", "form", "10-K/A"))
    finally:
        del report_10k.metadata["form"]


@pytest.mark.parametrize(
    "malformed",
    [
        {},
        {"type": "like", "key": "page", "value": 1},
        {"type": ["eq"], "key": "page", "value": 1},
        {"type": "eq", "key": "page"},
        {"type": "eq", "value": 1},
        {"type": "eq", "key": 7, "value": 1},
        {"type": "and"},
        {"type": "and", "filters": {"type": "eq"}},
        {"type": "or", "filters": ["page"]},
        {"type": "or", "filters": [{"type": "eq"}]},
    ],
)
def test_a_malformed_filter_is_refused(malformed: Filter) -> None:
    with pytest.raises(BadRequest):
        check(malformed)


def test_a_bottomless_filter_is_refused() -> None:
    nested: Filter = compare("eq", "page", 1)
    for _ in range(20):
        nested = {"type": "and", "filters": [nested]}
    with pytest.raises(BadRequest):
        check(nested)


def test_listed_pages_and_those_of_one_content_are_allowed_and_no_others() -> None:
    listed = ListedPages(frozenset({("a", 1), ("b", 2)}))
    within = WithinContent("a", listed)
    places = [("a", 1), ("a", 2), ("b", 2)]
    assert [listed.allows(*place) for place in places] == [True, False, True]
    assert [within.allows(*place) for place in places] == [True, False, False]
    assert all(EVERY_PAGE.allows(*place) for place in places)


def test_the_copy_whose_metadata_passes_is_the_one_that_is_found(report_10k: Document) -> None:
    older = replace(report_10k, metadata={"matter": "A"})
    newer = replace(report_10k, id="doc_z", metadata={"matter": "B"})
    found = FilterOverDocuments(compare("eq", "matter", "B"), [older, newer], lambda _document: ())
    assert [document.id for document in found.documents] == ["doc_z"]
    assert found.allows(report_10k.content, 1)


@pytest.mark.parametrize("value", [None, {}, {"a": 1}, ["a"], [["a"]]])
@pytest.mark.parametrize("kind", ["eq", "gt", "in"])
def test_a_value_of_no_comparable_kind_is_refused(kind: str, value: object) -> None:
    if kind == "in" and value == ["a"]:
        return
    with pytest.raises(BadRequest, match="value"):
        check({"type": kind, "key": "year", "value": value})

"""BM25 over pages and chunks: what is found, in what order, and what is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.index_types import IndexEntry
from ingest.indexing.lexical import PAGE, PASSAGE, LexicalIndex


def entry(content: str, page: int, body: str, heading: str = "", breadcrumb: str = "") -> IndexEntry:
    return IndexEntry(f"{content}:{page}", content, page, heading, breadcrumb, body)


LEASES = [
    entry("lease", 1, "The tenant pays rent on the first day.", heading="Lease of a mill"),
    entry("lease", 2, "Rent rises by three percent; rent is paid in copper.", breadcrumb="Article 2. Rent"),
    entry(
        "lease", 3, "The tenants may terminate upon sixty days' written notice.", breadcrumb="Article 9. Termination"
    ),
]
REPORT = [
    entry("report", 1, "Net sales were 1,234,567 in the 10-K for 2023."),
    entry("report", 2, "Operating Café naïve."),
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    opened = LexicalIndex(tmp_path / "tenant")
    opened.add(PAGE, "lease", LEASES)
    opened.add(PASSAGE, "lease", LEASES[:1])
    opened.add(PAGE, "report", REPORT)
    opened.reload()
    yield opened
    opened.destroy()


def pages(index: LexicalIndex, *terms: str, contents: list[str] | None = None) -> list[tuple[str, int]]:
    hits = index.search(PAGE, [(term, 1.0) for term in terms], 10, contents)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [(hit.content, hit.page) for hit in hits]


def test_the_page_that_speaks_of_it_most_comes_first(index: LexicalIndex) -> None:
    assert pages(index, "rent") == [("lease", 2), ("lease", 1)]


def test_words_are_found_in_any_form_case_and_accent(index: LexicalIndex) -> None:
    assert pages(index, "TENANT") == pages(index, "tenants")
    assert pages(index, "cafe") == pages(index, "CAFÉ") == [("report", 2)]
    assert pages(index, "operate") == [("report", 2)]


def test_amounts_are_found_with_and_without_separators(index: LexicalIndex) -> None:
    assert pages(index, "1,234,567") == pages(index, "1234567") == [("report", 1)]
    assert pages(index, "10-K") == [("report", 1)]


def test_several_words_are_a_phrase(index: LexicalIndex) -> None:
    assert pages(index, "written notice") == [("lease", 3)]
    assert pages(index, "notice rent") == []


def test_headings_and_sections_are_searched_too(index: LexicalIndex) -> None:
    assert pages(index, "mill") == [("lease", 1)]
    assert pages(index, "termination") == [("lease", 3)]


def test_a_weight_turns_the_order(index: LexicalIndex) -> None:
    def order(rent: float, notice: float) -> int:
        return index.search(PAGE, [("rent", rent), ("notice", notice)], 1, None)[0].page

    assert (order(5, 0.1), order(0.1, 5)) == (2, 3)


def test_a_filter_leaves_out_other_contents_and_no_content_is_nothing(index: LexicalIndex) -> None:
    assert pages(index, "rent", "sales", contents=["report"]) == [("report", 1)]
    assert pages(index, "rent", contents=[]) == []
    assert pages(index, "rent", contents=["unknown"]) == []


def test_a_filter_does_not_change_the_scores(index: LexicalIndex) -> None:
    free = index.search(PAGE, [("rent", 1.0)], 10, None)
    assert index.search(PAGE, [("rent", 1.0)], 10, ["lease"]) == free


def test_pages_and_passages_are_apart(index: LexicalIndex) -> None:
    assert [hit.page for hit in index.search(PASSAGE, [("rent", 1.0)], 10, None)] == [1]
    assert (index.entries(PAGE), index.entries(PASSAGE)) == (5, 1)


def test_stop_words_and_punctuation_find_nothing_and_break_nothing(index: LexicalIndex) -> None:
    for term in ("the", "", "  ", '"(*:^~', "AND OR NOT", "body:rent\\"):
        pages(index, term)
    assert pages(index, "the") == []
    assert index.search(PAGE, [], 10, None) == []


def test_adding_again_leaves_no_double_entry(index: LexicalIndex) -> None:
    index.add(PAGE, "lease", LEASES)
    index.add(PASSAGE, "lease", LEASES[:1])
    index.reload()
    assert (index.entries(PAGE), index.entries(PASSAGE)) == (5, 1)
    assert pages(index, "rent") == [("lease", 2), ("lease", 1)]


def test_a_unit_is_replaced_without_touching_the_other(index: LexicalIndex) -> None:
    index.add(PASSAGE, "lease", LEASES[1:])
    index.reload()
    assert (index.entries(PAGE), index.entries(PASSAGE)) == (5, 2)
    index.add(PAGE, "lease", LEASES[:1])
    index.reload()
    assert (index.entries(PAGE), index.entries(PASSAGE)) == (3, 2)
    index.add(PAGE, "lease", [])
    index.reload()
    assert pages(index, "rent") == []


def test_a_deleted_content_is_gone_after_reload_and_only_that(index: LexicalIndex) -> None:
    index.delete("lease")
    index.reload()
    assert pages(index, "rent") == []
    assert index.entries(PASSAGE) == 0
    assert pages(index, "sales") == [("report", 1)]


def test_another_reader_sees_commits_when_it_reloads(index: LexicalIndex, tmp_path: Path) -> None:
    reader = LexicalIndex(tmp_path / "tenant")
    assert pages(reader, "walrus") == []
    index.add(PAGE, "new", [entry("new", 1, "A walrus.")])
    assert pages(reader, "walrus") == []
    reader.reload()
    assert pages(reader, "walrus") == [("new", 1)]


def test_a_destroyed_index_is_empty(index: LexicalIndex, tmp_path: Path) -> None:
    index.destroy()
    assert not (tmp_path / "tenant").exists()
    assert pages(index, "rent") == []

"""Printed page numbers: believed where neighbours continue them, otherwise None rather than wrong."""

from hypothesis import given
from hypothesis import strategies as st
from ingest_samples import raw_page

from ingest.structure.labels import infer_labels, to_roman
from ingest.types import RawPage

BODY = "Some words of the report\nthat say nothing of pages,\nbut go on for\na few more\nlines to keep\nthe edges apart"


def numbered(labels: list[str | None], template: str = "{}", top: bool = False) -> list[RawPage]:
    """Pages with these labels printed at the foot, or at the head."""
    pages = []
    for number, label in enumerate(labels, 1):
        printed = template.format(label) if label is not None else "(left blank on purpose)"
        pages.append(raw_page(number, f"{printed}\n{BODY}\n" if top else f"{BODY}\n{printed}\n"))
    return pages


def inferred(pages: list[RawPage], dictionary: dict[int, str] | None = None) -> list[str | None]:
    labels = infer_labels(pages, dictionary or {})
    return [labels[page.number] for page in pages]


def test_roman_front_matter_is_followed_by_decimals_that_start_at_one() -> None:
    labels: list[str | None] = [None, "i", "ii", "iii", "iv", *map(str, range(1, 12))]
    assert inferred(numbered(labels)) == labels


def test_financial_pages_keep_their_prefix() -> None:
    labels: list[str | None] = [*map(str, range(40, 48)), *(f"F-{n}" for n in range(1, 14))]
    assert inferred(numbered(labels)) == labels


def test_exhibits_start_again_at_one() -> None:
    labels: list[str | None] = [*map(str, range(1, 9)), *map(str, range(1, 7)), *map(str, range(1, 5))]
    assert inferred(numbered(labels)) == labels


def test_numbers_are_read_in_the_forms_they_are_printed_in() -> None:
    labels: list[str | None] = [str(number) for number in range(3, 12)]
    for template in ("- {} -", "Page {}", "Page {} of 90", "| {} |", "Brightwater Kettles, Inc. | {}", "[{}]"):
        assert inferred(numbered(labels, template)) == labels, template
    for template in ("{} | Brightwater Kettles 2023 Form 10-K", "Page {}"):
        assert inferred(numbered(labels, template, top=True)) == labels, template


def test_a_page_without_a_number_has_no_label_though_its_neighbours_have() -> None:
    labels = ["1", "2", "3", None, "5", "6", "7"]
    assert inferred(numbered(labels)) == labels


def test_years_at_the_foot_are_no_labels() -> None:
    pages = numbered([str(year) for year in range(2015, 2024)])
    assert inferred(pages) == [None] * 9


def test_a_table_that_ends_a_page_gives_no_label() -> None:
    totals = ["412", "17", "88", "903", "120", "64", "5", "231"]
    assert inferred(numbered(list(totals), "Total employees {}")) == [None] * 8


def test_the_same_number_on_every_page_is_no_label() -> None:
    assert inferred(numbered(["10"] * 8)) == [None] * 8


def test_a_table_number_beside_a_real_one_does_not_win() -> None:
    pages = [raw_page(n, f"{BODY}\nTotal {900 - 37 * n}\n{n + 20}\n") for n in range(1, 9)]
    assert inferred(pages) == [str(n + 20) for n in range(1, 9)]


def test_two_pages_are_too_few_to_believe() -> None:
    assert inferred(numbered(["1", "2"])) == [None, None]


def test_the_files_own_labels_are_used_where_nothing_is_printed() -> None:
    pages = numbered([None, None, "1", "2", "3", "4"])
    dictionary = dict(enumerate(["i", "ii", "1", "2", "3", "4"], 1))
    assert inferred(pages, dictionary) == ["i", "ii", "1", "2", "3", "4"]


def test_print_wins_over_a_dictionary_that_contradicts_it() -> None:
    pages = numbered([None, "1", "2", "3", "4"])
    assert inferred(pages, dict(enumerate("12345", 1))) == [None, "1", "2", "3", "4"]


def test_a_number_glued_to_the_last_words_of_its_page_is_read() -> None:
    numbers = [str(number) for number in range(3, 12)]
    long = "a last sentence that fills its line to the right margin and beyond, " * 3
    for end in ("in the year-on\ufffe{}", "See the notes on pages 54 – 113 .{}", long + "or {}"):
        pages = numbered([*numbers])
        pages[4] = raw_page(5, f"{BODY}\n{end.format('7')}\n")
        assert inferred(pages) == numbers, end


def amid(number: str, foot: str) -> str:
    """A page whose foot stands in the midst of its text, as it does on pages with a drawing."""
    return f"{BODY}\n{foot.format(number)}\n{BODY}\n"


def test_a_foot_amid_the_text_is_found_where_neighbours_have_the_same_foot() -> None:
    numbers = [str(number) for number in range(20, 29)]
    for foot in ("{} Brightwater Kettles", "Kettles 2023 Report\n{}", "{}\nKettles 2023 Report"):
        pages = numbered([*numbers], foot)
        pages[4] = raw_page(5, amid("24", foot))
        assert inferred(pages) == numbers, foot


def test_the_number_expected_is_no_label_where_it_stands_in_a_table() -> None:
    numbers = [str(number) for number in range(20, 29)]
    pages = numbered([*numbers], "{} Brightwater Kettles")
    pages[4] = raw_page(5, amid("24", "Shops in Idaho 3 {}"))
    assert inferred(pages) == [*numbers[:4], None, *numbers[5:]]


def test_no_pages_have_no_labels() -> None:
    assert infer_labels([], {}) == {}


@given(st.lists(st.text(st.sampled_from("ivx0123456789 -F\nPage of|"), max_size=60), max_size=12))
def test_any_pages_get_a_label_each_or_none(texts: list[str]) -> None:
    pages = [raw_page(number, text) for number, text in enumerate(texts, 1)]
    assert infer_labels(pages, {}).keys() == {page.number for page in pages}


def test_roman_numerals_are_written_as_printers_do() -> None:
    assert [to_roman(n) for n in (1, 4, 9, 14, 40, 90, 99)] == ["i", "iv", "ix", "xiv", "xl", "xc", "xcix"]
    assert to_roman(0) == ""

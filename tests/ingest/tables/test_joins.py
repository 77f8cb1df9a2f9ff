"""Parts of a table on the page after its header: joined where it goes on, left alone where another begins."""

from collections.abc import Sequence

import pytest
from ingest_samples import page

from ingest.table_types import Table
from ingest.tables.joins import tables_of
from ingest.types import Page

HEAD = "Brightwater Kettles, Inc. and Subsidiaries"
YEARS = "                                      2023        2022"
FIRST = (
    HEAD,
    "Debt of the company (in thousands)",
    YEARS,
    "Loans of banks                       $1,234      $1,100",
    "Bonds                                   200         210",
)
SECOND = (
    "Leases                                  300         310",
    "Total debt                           $1,734      $1,620",
)


def read(*pages: Sequence[str], number: int | None = None) -> list[Table]:
    """The tables of the last page, or of the one numbered, with a number at every page's foot."""
    texts = ["\n".join([*lines, f"{20 + index}"]) + "\n" for index, lines in enumerate(pages)]
    stored: dict[int, Page] = {index: page(index, text) for index, text in enumerate(texts, 1)}
    return tables_of(number or len(pages), stored.__getitem__)


def periods(table: Table) -> list[str | None]:
    return [column.period for column in table.columns]


def test_rows_on_the_next_page_stand_under_the_columns_of_the_page_before() -> None:
    [table] = read(FIRST, (HEAD, *SECOND))
    assert periods(table) == ["2023", "2022"]
    assert (table.page, table.continued_from, table.unit, table.scale) == (2, 1, "USD", 1000)
    assert "Debt of the company" in table.caption
    assert [[cell.column for cell in row.cells] for row in table.rows] == [[0, 1], [0, 1]]


def test_rows_are_still_quoted_from_their_own_page() -> None:
    text = "\n".join([HEAD, *SECOND, "21"]) + "\n"
    [table] = read(FIRST, (HEAD, *SECOND))
    assert text[table.rows[1].start : table.rows[1].end].startswith("Total debt")
    assert text[table.start : table.end].endswith("$1,620")


def test_the_page_with_the_header_continues_nothing() -> None:
    [table] = read(FIRST, (HEAD, *SECOND), number=1)
    assert table.continued_from is None


@pytest.mark.parametrize("mark", ["(continued)", "(Continued)", "— continued", "(cont'd)"])
def test_a_repeated_header_with_its_mark_is_recognised(mark: str) -> None:
    second = (HEAD, f"Debt of the company {mark}", YEARS, *SECOND)
    first = (HEAD, "Debt of the company", "(in thousands)", *FIRST[2:])
    [table] = read(first, second)
    assert (table.continued_from, table.scale, periods(table)) == (1, 1000, ["2023", "2022"])


def test_a_table_over_three_pages_keeps_its_header_to_the_end() -> None:
    middle = (HEAD, SECOND[0], "Other loans                              40          41")
    [table] = read(FIRST, middle, (HEAD, *SECOND))
    assert (periods(table), table.scale, table.continued_from) == (["2023", "2022"], 1000, 2)


def test_the_heading_printed_on_the_page_before_stands_over_the_rows() -> None:
    first = (*FIRST, "Long-term debt:")
    [table] = read(first, (HEAD, *SECOND))
    assert [row.heading for row in table.rows] == ["Long-term debt", "Long-term debt"]


def test_a_heading_of_rows_may_open_the_next_page() -> None:
    [table] = read(FIRST, (HEAD, "Long-term debt:", *SECOND))
    assert table.continued_from == 1


@pytest.mark.parametrize(
    "opening",
    [
        ("Leases of the company", YEARS),
        ("Consolidated Statements of Comprehensive Income", YEARS),
        ("Note 12. Leases",),
        ("The following amounts were paid for leases in the two years:",),
        ("                                  Europe        Asia",),
    ],
)
def test_a_table_with_a_name_or_columns_of_its_own_is_another(opening: tuple[str, ...]) -> None:
    [table] = read(FIRST, (HEAD, *opening, *SECOND))
    assert table.continued_from is None


@pytest.mark.parametrize(
    "ending",
    [
        ("The loans are due in five years and bear interest at market rates.",),
        ("(1) Without loans of related parties",),
        ("* Restated",),
    ],
)
def test_words_under_a_table_close_it(ending: tuple[str, ...]) -> None:
    [table] = read((*FIRST, *ending), (HEAD, *SECOND))
    assert (table.continued_from, table.scale) == (None, 1_000)  # what the page before says last of scale holds on


def test_columns_in_other_places_are_another_table() -> None:
    moved = tuple(line.replace("  ", "", 5) for line in SECOND)
    [table] = read(FIRST, (HEAD, *moved))
    assert table.continued_from is None


def test_only_the_first_table_of_a_page_can_continue() -> None:
    other = (
        "Rent paid",
        YEARS,
        "Shops                                   100         110",
        "Mills       20          21",
    )
    first, second = read(FIRST, (HEAD, *SECOND, *other))
    assert (first.continued_from, second.continued_from) == (1, None)


def test_a_page_without_tables_before_it_gives_nothing() -> None:
    [table] = read((HEAD, "A page of words."), (HEAD, *SECOND))
    assert table.continued_from is None
    assert read((HEAD, "A page of words.")) == []

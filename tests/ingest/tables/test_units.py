"""Cells know what they are in: money at the scale that is said, shares and amounts per share apart from it."""

import pytest
from service_samples import page

from ingest.table_types import Cell, Table
from ingest.tables.joins import tables_of
from ingest.tables.rows import read_tables
from ingest.types import Page


def tables(*lines: str) -> list[Table]:
    stored = page("\n".join(lines) + "\n")
    return read_tables(1, stored.text, stored.lines)


def over_pages(*pages: tuple[str, ...]) -> list[Table]:
    """The tables of the last of these pages."""
    stored: list[Page] = [page("\n".join(lines) + "\n", number) for number, lines in enumerate(pages, 1)]
    return tables_of(len(stored), lambda number: stored[number - 1])


def row(label: str, *values: str) -> str:
    return label.ljust(52) + "".join(value.rjust(14) for value in values)


def cells(found: Table, label: str) -> tuple[Cell, ...]:
    return next(each.cells for each in found.rows if each.label == label)


def said(found: Table, label: str) -> list[tuple[str | None, int | None]]:
    return [(cell.unit, cell.scale) for cell in cells(found, label)]


YEARS = row("", "2024", "2023")
SALES = row("Net sales", "$ 1,234", "$ 1,100")
RENT = row("Rent", "20", "30")


@pytest.mark.parametrize(
    ("words", "unit", "scale"),
    [
        ("(in € million)", "EUR", 1_000_000),
        ("£'000", "GBP", 1_000),
        ("US$m", "USD", 1_000_000),
        ("(EUR m)", "EUR", 1_000_000),
        ("(in millions of yen)", "JPY", 1_000_000),
        ("(in millions of Canadian dollars)", "CAD", 1_000_000),
        ("(in thousands of Swiss francs)", "CHF", 1_000),
        ("(in RMB million)", "CNY", 1_000_000),
        ("Amounts in millions of dollars except per share amounts", "USD", 1_000_000),
        ("(thous.)", None, 1_000),
        ("(in CHF)", "CHF", 1),
    ],
)
def test_currency_and_scale_are_read_in_every_form(words: str, unit: str | None, scale: int) -> None:
    [found] = tables(words, YEARS, row("Net sales", "1,234", "1,100"), RENT)
    assert (found.unit, found.scale) == (unit, scale)
    assert said(found, "Rent") == [(unit, scale)] * 2


def test_the_words_that_say_the_scale_are_the_evidence() -> None:
    lines = ("(in thousands)", YEARS, SALES, RENT)
    [found] = tables(*lines)
    [span] = found.columns[0].evidence
    assert "\n".join(lines)[span.start : span.end] == "in thousands"


def test_where_nothing_says_it_the_scale_is_unknown() -> None:
    [found] = tables(YEARS, SALES, RENT)
    assert (found.scale, said(found, "Rent")) == (None, [("USD", None)] * 2)


def test_amounts_per_share_and_share_counts_keep_out_of_the_scale_of_money() -> None:
    [found] = tables(
        "(In millions, except number of shares, which are reflected in thousands, and per-share amounts)",
        YEARS,
        SALES,
        "Earnings per share:",
        row("Diluted", "6.08", "6.13"),
        "Shares used in computing earnings per share:",
        row("Basic", "15,343,783", "15,744,231"),
        row("Dividends paid ($1.30 per share)", "793", "764"),
    )
    assert said(found, "Net sales") == [("USD", 1_000_000)] * 2
    assert said(found, "Diluted") == [("USD", 1)] * 2
    assert said(found, "Basic") == [("shares", 1_000)] * 2
    assert said(found, "Dividends paid ($1.30 per share)") == [("USD", 1_000_000)] * 2


def test_share_counts_are_in_the_scale_of_money_where_only_amounts_per_share_are_excepted() -> None:
    [found] = tables(
        "(In millions, except per share data)", YEARS, SALES, row("Weighted average shares outstanding", "607", "610")
    )
    assert said(found, "Weighted average shares outstanding") == [("shares", 1_000_000)] * 2


def test_a_column_says_its_own_scale() -> None:
    head = row("", "Options", "Price", "Worth"), row("", "(thous.)", "paid", "(millions)")
    [found] = tables(*head, row("Outstanding", "2,072", "$ 187.20", "$ 88"), row("Granted", "226", "$ 244.03", "$ 4"))
    assert said(found, "Granted") == [("shares", 1_000), ("USD", 1), ("USD", 1_000_000)]


def test_a_percentage_printed_on_the_first_row_alone_governs_its_column_to_the_next_sign() -> None:
    [found] = tables(
        "(in millions)",
        row("", "Share", "Sales"),
        row("North", "41 %", "$ 10"),
        row("South", "35", "9"),
        row("West", "24", "6"),
    )
    assert said(found, "South") == [("%", 1), ("USD", 1_000_000)]


def test_the_foot_of_the_page_speaks_for_its_tables() -> None:
    below = ("The notes that follow are part of these statements.",) * 2
    [found] = tables(YEARS, SALES, RENT, *below, "Amounts in millions of dollars except per share amounts.")
    assert said(found, "Rent") == [("USD", 1_000_000)] * 2


def test_a_tables_own_statement_comes_before_the_foot_of_the_page() -> None:
    first, second = tables(
        "(in thousands)", YEARS, SALES, RENT, "These are all.", YEARS, SALES, RENT, "Amounts in millions of dollars."
    )
    assert (first.scale, second.scale) == (1_000, 1_000_000)


def test_what_the_page_before_says_last_holds_on() -> None:
    prose = "The segments are described in the note before this one."
    [found] = over_pages(("(in millions)", YEARS, SALES, RENT), (prose, prose, YEARS, SALES, RENT))
    assert (found.scale, found.columns[0].evidence[0].page) == (1_000_000, 1)


def test_a_table_of_shares_alone_counts_shares() -> None:
    [found] = tables(
        "(shares in thousands)", YEARS, row("Allocated", "20,648", "21,900"), row("Unallocated", "90", "95")
    )
    assert said(found, "Allocated") == [("shares", 1_000)] * 2


def test_more_shares_than_there_can_be_were_not_printed_at_that_scale() -> None:
    [found] = tables(
        "(in millions)",
        row("", "Shares", "Amount"),
        row("Purchased in May", "5,745,601", "$ 1,380"),
        row("June", "492,320", "$ 110"),
    )
    assert said(found, "June") == [("shares", None), ("USD", 1_000_000)]

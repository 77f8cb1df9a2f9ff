"""A column's period is an instant or a span with its length and its end, from headers of one to three levels."""

import pytest
from service_samples import page

from ingest.table_types import Column, Table
from ingest.tables.rows import read_tables


def tables(*lines: str) -> list[Table]:
    stored = page("\n".join(lines) + "\n")
    return read_tables(1, stored.text, stored.lines)


def row(label: str, *values: str) -> str:
    return label.ljust(40) + "".join(value.rjust(20) for value in values)


def over(*words: str) -> str:
    return row("", *words)


def period(column: Column) -> tuple[str | None, str | None, str | None, int | None]:
    return column.period, column.start, column.end, column.months


ROWS = (row("Net sales", "1,234", "1,100"), row("Rent", "20", "30"))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (("Years ended December 31,", over("2024", "2023")), ("2024", "2024-01-01", "2024-12-31", 12)),
        (("As of December 31,", over("2024", "2023")), ("2024", None, "2024-12-31", None)),
        ((over("December 31, 2024", "December 31, 2023"),), ("2024", None, "2024-12-31", None)),
        ((over("Jan 26, 2025", "Jan 28, 2024"),), ("2025", None, "2025-01-26", None)),
        (("For the quarters ended March 31,", over("2025", "2024")), ("2025", "2025-01-01", "2025-03-31", 3)),
        (("Nine months ended September 30,", over("2025", "2024")), ("2025", "2025-01-01", "2025-09-30", 9)),
        (("Thirteen weeks ended", over("June 28, 2025", "June 29, 2024")), ("2025", None, "2025-06-28", 3)),
        (("Twenty-six weeks ended", over("June 28, 2025", "June 29, 2024")), ("2025", None, "2025-06-28", 6)),
        ((over("First half 2025", "First half 2024"),), ("2025", None, None, 6)),
        ((over("Q2 2025", "Q2 2024"),), ("2025", None, None, 3)),
        (("Second quarter of fiscal", over("2025", "2024")), ("2025", None, None, 3)),
    ],
)
def test_length_and_end_are_read(
    head: tuple[str, ...], expected: tuple[str | None, str | None, str | None, int | None]
) -> None:
    [found] = tables(*head, *ROWS)
    assert period(found.columns[0]) == expected


def test_spans_over_pairs_of_years_are_told_apart() -> None:
    [found] = tables(
        " " * 54 + "Three Months Ended June 30,               Six Months Ended June 30,",
        over("2025", "2024", "2025", "2024"),
        row("Net sales", "600", "550", "1,234", "1,100"),
        row("Rent", "10", "15", "20", "30"),
    )
    assert [(column.period, column.months) for column in found.columns] == [
        ("2025", 3), ("2024", 3), ("2025", 6), ("2024", 6),
    ]  # fmt: skip
    assert {column.end for column in found.columns} == {"2025-06-30", "2024-06-30"}


def test_a_column_of_changes_has_no_period() -> None:
    [found] = tables(
        "Years ended June 30,", over("2024", "2023", "% Change"),
        row("Net sales", "1,234", "1,100", "12 %"), row("Rent", "20", "30", "(33)%"),
    )  # fmt: skip
    assert period(found.columns[2]) == (None, None, None, None)


def test_columns_without_a_year_stand_for_the_period_above_the_table() -> None:
    [found] = tables(over("Beauty", "Grooming"), "Six Months Ended June 30, 2025", *ROWS)
    assert {period(column) for column in found.columns} == {("2025", "2025-01-01", "2025-06-30", 6)}


def test_a_sentence_that_names_two_days_dates_no_column() -> None:
    [found] = tables("Fair values at December 31, 2024 and 2023 were as follows:", over("Cost", "Gains"), *ROWS)
    assert {column.period for column in found.columns} == {None}


def test_a_heading_that_is_a_date_begins_a_part_of_its_own() -> None:
    first, second = tables(over("Cost", "Fair value"), "December 31, 2024", *ROWS, "December 31, 2023", *ROWS)
    assert [found.columns[0].end for found in (first, second)] == ["2024-12-31", "2023-12-31"]
    assert [each.label for each in second.rows] == ["Net sales", "Rent"]


def test_between_two_balances_lies_what_happened_from_one_to_the_other() -> None:
    year, next_year = tables(
        over("Shares", "Amount"),
        row("Balance at December 31, 2022", "305", "3"), row("Net income", "40", "5"),
        row("Balance at December 31, 2023", "345", "8"), row("Net income", "41", "6"),
        row("Balance at December 31, 2024", "386", "14"),
    )  # fmt: skip
    assert period(year.columns[0]) == ("2023", "2023-01-01", "2023-12-31", 12)
    assert period(next_year.columns[1]) == ("2024", "2024-01-01", "2024-12-31", 12)
    assert [each.label for each in next_year.rows] == ["Net income", "Balance at December 31, 2024"]


def test_a_year_over_two_calendar_years_is_the_one_it_ends_in() -> None:
    [found] = tables(over("FY2023/24", "FY2022/23"), *ROWS)
    assert [column.period for column in found.columns] == ["2024", "2023"]


def test_one_year_over_the_middle_of_a_table_is_that_of_all_its_columns() -> None:
    [found] = tables(
        over("", "2024", ""), over("Cost", "Gains", "Fair value"),
        row("Bonds", "1,234", "10", "1,244"), row("Funds", "20", "1", "21"),
    )  # fmt: skip
    assert [column.period for column in found.columns] == ["2024"] * 3


def test_a_line_that_repeats_the_header_beside_its_period_begins_a_part() -> None:
    first, second = tables(
        over("Amount", "Tax"),
        "Six Months Ended June 30, 2025",
        *ROWS,
        "Six Months Ended June 30, 2024" + over("Amount", "Tax")[30:],
        *ROWS,
    )
    assert [found.columns[0].end for found in (first, second)] == ["2025-06-30", "2024-06-30"]


def test_a_span_over_the_first_of_two_years_is_that_of_both() -> None:
    [found] = tables(
        over("Three Months Ended", "", "Six Months Ended", ""),
        over("July 29, 2023", "July 30, 2022", "July 29, 2023", "July 30, 2022"),
        row("Net sales", "600", "550", "1,234", "1,100"),
        row("Rent", "10", "15", "20", "30"),
    )
    assert [column.months for column in found.columns] == [3, 3, 6, 6]

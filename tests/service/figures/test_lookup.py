"""The row a question asks for, and the cell of its period."""

from dataclasses import dataclass, replace

import pytest
from service_samples import page

from ingest.table_types import Row, Table
from ingest.tables.rows import read_tables
from ingest.text.stems import stems
from service.figures.label_match import label_fit
from service.figures.lookup import figures
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary


@dataclass(frozen=True)
class Printed:
    """A row as it is printed, with the heading above it."""

    label: str
    values: tuple[str, ...]
    heading: str


def row(label: str, *values: str, heading: str = "") -> Printed:
    return Printed(label, values, heading)


def table(*rows: Printed, periods: tuple[str, ...] = ("2024", "2023", "2022"), scale: str = "millions") -> Table:
    """What the table reader makes of a page on which these rows stand under these columns."""
    lines = [f"(Dollars in {scale})", " " * 60 + "".join(period.rjust(14) for period in periods)]
    heading = ""
    for printed in rows:
        if printed.heading != heading:
            heading = printed.heading
            lines.append(f"{heading}:")
        lines.append(printed.label.ljust(60) + "".join(value.rjust(14) for value in printed.values))
    stored = page("\n".join(lines) + "\n")
    [found] = read_tables(1, stored.text, stored.lines)
    return found


def read_row(label: str, value: str) -> Row:
    """A row of this value in both of its years, as the table reader reads it below another."""
    found = table(row("Opening items", "1", "2"), row(label, value, value), periods=("2024", "2023"))
    return next(read for read in found.rows if read.label == label)


INCOME = table(
    row("Total revenue", "2,230", "2,116", "1,956"),
    row("Cost of sales", "1,300", "1,250", "1,180"),
    row("Net income", "210", "198", "—"),
    row("Diluted", "3.10", "2.95", "2.80", heading="Earnings per share"),
    row("Gross margin", "41.7%", "40.9%", "39.7%"),
)


@pytest.mark.parametrize(
    ("question", "value", "period"),
    [
        ("What was total revenue in 2023?", "2116", "2023"),
        ("What was total revenue in fiscal 2022?", "1956", "2022"),
        ("What were the cost of goods sold in FY24?", "1300", "2024"),
        ("What was net income in 2024?", "210", "2024"),
        ("What was net income?", "210", "2024"),
    ],
)
def test_the_row_and_the_column_of_the_question_are_chosen(question: str, value: str, period: str) -> None:
    best = figures([INCOME], understand(question, load_vocabulary()))[0]
    assert (best.cell.value, best.period, best.unit, best.scale) == (value, period, "USD", 1_000_000)


def test_a_year_the_table_has_no_column_for_gives_nothing() -> None:
    assert figures([INCOME], understand("What was net income in 2019?", load_vocabulary())) == []


def test_a_dash_is_no_figure() -> None:
    assert figures([INCOME], understand("What was net income in 2022?", load_vocabulary())) == []


def test_without_column_periods_the_first_cell_is_taken() -> None:
    undated = table(row("Total revenue", "10", "20"), row("Net income", "1", "2"), periods=("Group", "Parent"))
    best = figures([undated], understand("What was total revenue in 2023?", load_vocabulary()))[0]
    assert (best.cell.value, best.period) == ("10", "Group")


def test_per_share_amounts_are_not_scaled() -> None:
    per_share = table(row("Diluted earnings per share", "3.10", "2.95", "2.80"))
    best = figures([per_share], understand("What were diluted earnings per share in 2023?", load_vocabulary()))[0]
    assert (best.cell.value, best.unit, best.scale) == ("2.95", "USD", 1)


def test_shares_are_counted_and_no_sum_of_money() -> None:
    counted = table(row("Weighted-average common shares outstanding", "68", "67", "64"))
    (best, *_rest) = figures([counted], understand("What were weighted average shares outstanding?", load_vocabulary()))
    assert (best.unit, best.scale) == ("shares", 1_000_000)


def test_a_rate_is_no_amount() -> None:
    question = understand("What was gross profit in 2024?", load_vocabulary())
    assert (
        label_fit(read_row("Gross profit rate", "24.9%"), question)
        < 0.8
        <= label_fit(read_row("Gross profit", "9"), question)
    )


def test_a_percentage_has_no_scale() -> None:
    query = replace(understand("gross margin in 2023", load_vocabulary()), items=(), words=("gross", "margin"))
    best = figures([INCOME], query)[0]
    assert (best.cell.text, best.unit, best.scale) == ("40.9%", "%", 1)


def test_the_better_label_comes_first() -> None:
    both = table(row("Total revenue", "5", "4", "3"), row("Deferred revenue", "9", "8", "7"))
    best = figures([both], understand("What was total revenue in 2024?", load_vocabulary()))[0]
    assert best.row.label == "Total revenue"


def test_a_result_under_a_heading_of_shares_is_what_the_heading_says() -> None:
    attributable = "Net income attributable to Brightwater"
    shares = table(
        row(attributable, "210", "198", "180"),
        row(attributable, "3.15", "2.99", "2.82", heading="Basic Earnings Per Common Share"),
        row(attributable, "3.10", "2.95", "2.80", heading="Diluted Earnings Per Common Share"),
        row("Weighted-average shares outstanding", "68", "67", "64", heading="Diluted Earnings Per Common Share"),
    )

    def value(question: str) -> str | None:
        return figures([shares], understand(question, load_vocabulary()))[0].cell.value

    assert value("What was diluted EPS in 2023?") == "2.95"
    assert value("What were basic earnings per share in 2023?") == "2.99"
    assert value("What was net income in 2023?") == "198"


@pytest.mark.parametrize("label", ["Developed technology", "Capitalized research and development expenditures"])
def test_words_that_only_look_like_a_line_item_are_none(label: str) -> None:
    question = understand("What was research and development expense in 2024?", load_vocabulary())
    assert label_fit(read_row(label, "52"), question) < 0.8


def test_a_label_without_words_fits_nothing() -> None:
    assert label_fit(read_row("Of the", "1"), understand("What was total revenue?", load_vocabulary())) == 0.0


def test_a_single_own_word_is_too_little_for_a_row() -> None:
    query = replace(understand("inventory", load_vocabulary()), items=(), words=("inventory",))
    assert label_fit(read_row("Inventory", "1"), query) == 0.0


def test_plural_and_tense_do_not_matter() -> None:
    assert stems("Acquisitions of investments, net") == stems("acquisition of investing")
    assert stems("the total of R&D") == ()


def test_of_two_columns_of_a_year_the_whole_year_comes_first_and_the_other_is_named() -> None:
    lines = (" " * 40 + "Three Months   Twelve Months", " " * 40 + "        2024            2024")
    rows = (
        "Net sales".ljust(40) + " 600,000,000   2,300,000,000",
        "Net income".ljust(40) + "          55             210",
    )
    stored = page("\n".join((*lines, *rows)) + "\n")
    [twofold] = read_tables(1, stored.text, stored.lines)
    best = figures([twofold], understand("What was net income in 2024?", load_vocabulary()))[0]
    assert (best.cell.value, best.period) == ("210", "Twelve Months 2024")
    assert [(header, cell.value) for header, cell in best.also] == [("Three Months 2024", "55")]
    quarter = figures([twofold], understand("What was net income in Q4 2024?", load_vocabulary()))[0]
    assert (quarter.cell.value, quarter.period) == ("55", "Three Months 2024")


def test_without_a_year_a_dash_in_the_first_column_is_passed_over() -> None:
    acquired = table(row("Acquisition of Pellworth", "—", "141", "—"))
    best = figures([acquired], understand("How much was the acquisition of Pellworth?", load_vocabulary()))[0]
    assert (best.cell.value, best.period) == ("141", "2023")

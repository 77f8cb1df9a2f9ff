"""The row a question asks for, and the cell of its period."""

from dataclasses import replace

import pytest

from ingest.table_types import Cell, Column, Row, Table
from ingest.text.stems import stems
from service.figures.label_match import label_fit
from service.figures.lookup import figures
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary


def row(label: str, *values: str, heading: str = "") -> Row:
    cells = tuple(
        Cell(
            0,
            1,
            100.0 + 50 * column,
            140.0 + 50 * column,
            text,
            None if text == "—" else text.strip("%").replace(",", ""),
            column,
        )
        for column, text in enumerate(values)
    )
    return Row(label, cells, 0, 1, heading)


def table(*rows: Row, periods: tuple[str | None, ...] = ("2024", "2023", "2022")) -> Table:
    columns = tuple(Column(period or "", period, 100.0 + 50 * i, 140.0 + 50 * i) for i, period in enumerate(periods))
    return Table(1, "Statements of income", columns, rows, "USD", 1_000_000, "in millions", 0, 1)


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
    undated = table(row("Total revenue", "10", "20"), periods=(None, None))
    best = figures([undated], understand("What was total revenue in 2023?", load_vocabulary()))[0]
    assert (best.cell.value, best.period) == ("10", None)


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
    assert label_fit(row("Gross profit rate", "24.9%"), question) < 0.8 <= label_fit(row("Gross profit", "9"), question)


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
    assert label_fit(row(label, "52"), question) < 0.8


def test_a_label_without_words_fits_nothing() -> None:
    assert label_fit(row("2024", "1"), understand("What was total revenue?", load_vocabulary())) == 0.0


def test_a_single_own_word_is_too_little_for_a_row() -> None:
    query = replace(understand("inventory", load_vocabulary()), items=(), words=("inventory",))
    assert label_fit(row("Inventory", "1"), query) == 0.0


def test_plural_and_tense_do_not_matter() -> None:
    assert stems("Acquisitions of investments, net") == stems("acquisition of investing")
    assert stems("the total of R&D") == ()


def test_of_two_columns_of_a_year_the_whole_year_comes_first_and_the_other_is_named() -> None:
    columns = (Column("Three Months 2024", "2024", 100, 140), Column("Twelve Months 2024", "2024", 150, 190))
    twofold = replace(table(row("Net income", "55", "210")), columns=columns)
    best = figures([twofold], understand("What was net income in 2024?", load_vocabulary()))[0]
    assert (best.cell.value, best.period) == ("210", "Twelve Months 2024")
    assert [(header, cell.value) for header, cell in best.also] == [("Three Months 2024", "55")]
    quarter = figures([twofold], understand("What was net income in Q4 2024?", load_vocabulary()))[0]
    assert (quarter.cell.value, quarter.period) == ("55", "Three Months 2024")


def test_without_a_year_a_dash_in_the_first_column_is_passed_over() -> None:
    acquired = table(row("Acquisition of Pellworth", "—", "141", "—"))
    best = figures([acquired], understand("How much was the acquisition of Pellworth?", load_vocabulary()))[0]
    assert (best.cell.value, best.period) == ("141", "2023")

"""One of several chosen by size: across columns, down the rows, and between line items."""

import pytest
from service_samples import page

from ingest.table_types import Table
from ingest.tables.rows import read_tables
from service.figures.comparison import Chosen, choose
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary


def tables(*lines: str) -> list[Table]:
    stored = page("\n".join(lines) + "\n")
    return read_tables(1, stored.text, stored.lines)


def pick(question: str, found: list[Table]) -> Chosen | None:
    return choose(found, understand(question, load_vocabulary()))


SEGMENTS = tables(
    "Three months ended         Retail Banking                  Wealth                    Total",
    "(in millions)            2021     2020   Change     2021     2020   Change      2021     2020   Change",
    "Total net revenue       2,517    3,287       (6)   4,605    3,003       46     7,122    6,290       13",
    "Net income                728      197       19     (740)     985       (5)      (12)   1,182       24",
)
SWAPS = tables(
    "The notional amounts of our outstanding derivative instruments were:",
    "(dollars in millions)        2021        2020",
    "Interest rate swaps      $ 19,779    $ 37,768",
    "Cross currency swaps       32,502      26,288",
    "Treasury locks              1,000       2,000",
    "Total derivatives          53,281      66,056",
)
GROWTH = tables(
    "Sales by product category",
    "                           2024        2023      Growth",
    "Kettles                   1,250       1,300     (3.8) %",
    "Toasters                  2,400       2,100     14.3",
    "Blenders                    800         900    (11.1)",
)
QUARTERS = tables(
    "Fiscal 2023                1st        2nd        3rd        4th    12 Months",
    "Revenue                  9,109      9,379      9,590     14,801       42,879",
    "Gross profit             2,120      2,200      2,300      3,300        9,920",
)
MIXED = tables(
    "Sales by product category",
    "                           2024        2023",
    "Kettles                   1,250       1,300",
    "Toasters                  2,400       2,100",
    "Blenders                    800         900",
    "Share of exports             12 %        11 %",
)
FLOWS = tables(
    "(in millions)                                   2023      2022",
    "Cash provided by operating activities           1,824     3,252",
    "Cash used in investing activities                (962)   (1,372)",
    "Cash used in financing activities              (1,806)   (4,297)",
    "Cash and cash equivalents at end of year         8,574     9,231",
)


@pytest.mark.parametrize(
    ("question", "found", "name", "shown", "among"),
    [
        ("Which segment had the highest net revenue in 2021?", SEGMENTS, "Wealth", "4,605", 2),
        ("Which segment had the lowest net income in 2021?", SEGMENTS, "Wealth", "(740)", 2),
        ("Which segment had the lowest net income in 2020?", SEGMENTS, "Retail Banking", "197", 2),
        ("Which of the derivative instruments had the highest notional value in 2021?", SWAPS, "Cross currency swaps", "32,502", 3),
        ("Which derivative instrument had the highest notional amount in 2020?", SWAPS, "Interest rate swaps", "$ 37,768", 3),
        ("Which product category had the biggest drop in sales?", GROWTH, "Blenders", "(11.1)", 3),
        ("Which product category had the highest sales in 2024?", GROWTH, "Toasters", "2,400", 3),
        ("Which quarter had the highest revenue?", QUARTERS, "4th", "14,801", 4),
        ("Which product category had the lowest sales in 2023?", MIXED, "Blenders", "900", 3),
        ("Among operating, investing and financing activities, which brought in the most (or lost the least) cash in 2022?", FLOWS, "Cash provided by operating activities", "3,252", 3),
        ("Among operating, investing and financing activities, which brought in the most cash in 2023?", FLOWS, "Cash provided by operating activities", "1,824", 3),
    ],
)  # fmt: skip
def test_the_right_one_is_chosen(question: str, found: list[Table], name: str, shown: str, among: int) -> None:
    chosen = pick(question, found)
    assert chosen is not None
    assert (chosen.name, chosen.figure.cell.text, chosen.among) == (name, shown, among)


@pytest.mark.parametrize(
    "question",
    [
        "What was net revenue in 2021?",
        "Which of the customers of Best Buy pays in cash?",
        "Which segment had the highest headcount in 2021?",
        "Which segment had the highest net revenue in 2015?",
    ],
)
def test_what_is_not_compared_is_not_chosen(question: str) -> None:
    assert pick(question, SEGMENTS) is None

"""Ratios worked out from table rows: the right rows and years, the sign of costs, and no result where rows do not fit."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from service_samples import page

from ingest.tables.rows import read_tables
from ingest.types import Detected, Document, Progress, Status
from service.extractive.decide import answer_extractively
from service.extractive.draft import Draft, EvidencePage
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary

DOCUMENT = Document("doc_1", "local", "c", "a.pdf", "application/pdf", 1, Status.READY, Progress("done", 1, 1), None, 9, 9, None, {}, Detected(), (), 0.0)  # fmt: skip
INCOME = """(USD in millions)                      2024      2023      2022
Total revenue                       $ 2,000   $ 1,800   $ 1,600
Cost of sales                        (1,200)   (1,100)   (1,000)
Operating income                        300       250       200
Income before income taxes              280       240       190
Income tax (expense)/benefit            (70)      (48)       19
Net income                              210       192       209
"""
BALANCE = """(USD in millions)                      2024      2023
Inventories                           $ 150     $ 130
Total current assets                    900       840
Total current liabilities               500       480
Total assets                          3,200     3,000
Accounts payable                        220       180
"""
CASH = """(USD in millions)                      2024      2023      2022
Depreciation and amortization            90        80        70
Net cash provided by operating activities  400    350       300
Purchases of property, plant and equipment (120) (100)      (90)
"""


def evidence(*texts: str, statement: bool = True) -> list[EvidencePage]:
    found = []
    for number, text in enumerate(texts, 1):
        stored = page(text, number)
        found.append(
            EvidencePage(
                DOCUMENT, stored, tuple(read_tables(number, text, stored.lines)), statement, score=0.9 ** (number - 1)
            )
        )
    return found


def answer(question: str, places: list[EvidencePage] | None = None) -> Draft:
    return answer_extractively(understand(question, load_vocabulary()), places or evidence(INCOME, BALANCE, CASH), None)


@pytest.mark.parametrize(
    ("question", "results"),
    [
        ("What is the FY2024 gross margin?", [("gross margin, 2024", "40.00", "%")]),
        ("What is the operating margin?", [("operating margin, 2024", "15.00", "%")]),
        ("What is the quick ratio of 2023?", [("quick ratio, 2023", "1.48", None)]),
        ("What was working capital in 2024?", [("working capital, 2024", "400.00", "USD")]),
        ("What is the inventory turnover of FY2024?", [("inventory turnover, 2024", "8.57", None)]),
        ("What was free cash flow in 2023?", [("free cash flow, 2023", "250.00", "USD")]),
        (
            "What was the effective tax rate in 2023 and 2022?",
            [("effective tax rate, 2023", "20.00", "%"), ("effective tax rate, 2022", "-10.00", "%")],
        ),
        (
            "Has the operating margin improved as of FY2024?",
            [("operating margin, 2024", "15.00", "%"), ("operating margin, 2023", "13.89", "%"), ("operating margin, 2022", "12.50", "%")],
        ),
        (
            "What is the FY2022 to FY2024 three year average EBITDA margin?",
            [("EBITDA margin, average of 2022 to 2024", "18.24", "%")],
        ),
        (
            "What is FY2024 DPO? DPO is defined as: 365 * (average accounts payable between FY2023 and FY2024) / "
            "(FY2024 COGS + change in inventory between FY2023 and FY2024). Round it.",
            [("days payable outstanding, 2024", "59.84", None)],
        ),
    ],
)  # fmt: skip
def test_a_ratio_is_worked_out_for_the_years_asked(question: str, results: list[tuple[str, str, str | None]]) -> None:
    assert [(each.name, str(each.result), each.unit) for each in answer(question).worked] == results


def test_every_operand_is_quoted_and_named_with_its_year() -> None:
    draft = answer("What is the FY2024 gross margin?")
    [worked] = draft.worked
    assert worked.expression == "(revenue_2024 - cost_of_sales_2024) / revenue_2024"
    assert [operand.name for operand in worked.operands] == ["revenue_2024", "cost_of_sales_2024"]
    assert {operand.statement.span for operand in worked.operands} == {s.span for s in draft.statements}
    assert worked.text == "Gross margin, 2024: 40.00 % = (revenue 2024 - cost of sales 2024) / revenue 2024."


def test_an_amount_is_told_with_unit_and_scale() -> None:
    [worked] = answer("What was free cash flow in 2023?").worked
    assert worked.text.startswith("Free cash flow, 2023: 250 (USD in millions) = ")
    assert (worked.result, worked.scale) == (Decimal("250.00"), 1_000_000)


def test_a_ratio_the_filing_states_is_quoted() -> None:
    stated = evidence(
        "                  2024     2023\nGross margin     41.7%    40.9%\nTax rate         21.0%    22.0%\n", INCOME
    )
    draft = answer("What is the FY2024 gross margin?", stated)
    assert draft.worked == () and [s.text for s in draft.statements] == ["Gross margin, 2024: 41.7%."]


def test_a_missing_operand_leaves_the_others_quoted_and_says_so() -> None:
    draft = answer("What is the inventory turnover of FY2024?", evidence(INCOME))
    assert draft.worked == () and draft.reason == "inventory turnover was not worked out: no row for inventory"
    assert draft.statements == ()  # a row alone is no ratio; it is shown as nearest
    assert "Cost of sales, 2024: (1,200) (USD in millions)." in [s.text for s in draft.nearest]


def test_rows_of_a_note_do_not_go_with_those_of_the_statements() -> None:
    mixed = [*evidence(INCOME), *evidence(BALANCE, statement=False)]
    assert answer("What is the inventory turnover of FY2024?", mixed).worked == ()


def test_tables_of_unlike_scale_do_not_go_together() -> None:
    places = evidence(INCOME, BALANCE)
    [unscaled] = evidence(re.sub(r"\(.*millions.*\)|in millions", "", BALANCE))
    assert answer("What is the inventory turnover of FY2024?", [places[0], unscaled]).worked == ()


def test_rows_of_two_documents_do_not_go_together() -> None:
    other = replace(DOCUMENT, id="doc_2", content="d")
    income, [balance] = evidence(INCOME), evidence(BALANCE)
    places = [*income, replace(balance, document=other)]
    assert answer("What is the inventory turnover of FY2024?", places).worked == ()


def test_the_document_that_has_every_row_is_taken() -> None:
    other = replace(DOCUMENT, id="doc_2", content="d")
    whole = [replace(place, document=other) for place in evidence(INCOME, BALANCE)]
    [worked] = answer("What is the inventory turnover of FY2024?", [*evidence(INCOME), *whole]).worked
    assert {operand.statement.evidence.document.id for operand in worked.operands} == {"doc_2"}

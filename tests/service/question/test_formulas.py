"""Ratios a question names, and those it defines itself."""

import pytest

from service.question.formulas import defined_formula, without_definition
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        (
            "What is FY2018 days payable outstanding? DPO is defined as: 365 * (average accounts payable between FY2017 "
            "and FY2018) / (FY2018 COGS + change in inventory between FY2017 and FY2018). Round to two decimals.",
            "365 * (average(accounts_payable, accounts_payable_before)) / "
            "(cost_of_sales + (inventory - inventory_before))",
        ),
        ("What is the ROA of 2020? ROA is defined as FY2020 net income / total assets.", "net_income / total_assets"),
        (
            "What is EBITDA? Define unadjusted EBITDA as unadjusted operating income + depreciation and amortization "
            "from the cash flow statement.",
            "operating_income + depreciation_amortization",
        ),
        ("What is the churn? Churn is defined as lost subscribers / all subscribers.", ""),
        ("How is Change of Control defined as a term?", ""),
        ("What was revenue in 2023?", ""),
    ],
)
def test_a_definition_becomes_a_formula_or_nothing(question: str, formula: str) -> None:
    assert defined_formula(question, load_vocabulary()) == formula


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is the gross profit margin of 2023?", "gross margin"),
        ("What is the EBITDA % margin?", "EBITDA margin"),
        ("Is the liquidity profile healthy judging by the quick ratio?", "quick ratio"),
        ("What was the debt to equity ratio?", None),
        ("What was net income in 2023?", None),
    ],
)
def test_the_ratio_named_is_told_when_textbooks_agree_on_it(question: str, name: str | None) -> None:
    ratio = understand(question, load_vocabulary()).ratio
    assert (ratio.name if ratio else None) == name


def test_the_definition_of_a_part_leaves_the_ratio_as_it_is() -> None:
    question = "What is the EBITDA margin? Define EBITDA as operating income + depreciation and amortization."
    ratio = understand(question, load_vocabulary()).ratio
    assert ratio is not None and ratio.formula.endswith("/ revenue")


def test_a_question_without_its_definition() -> None:
    assert without_definition("What is DPO? It is defined as 365 * payables / COGS.") == "What is DPO? It is "

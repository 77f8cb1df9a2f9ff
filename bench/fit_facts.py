"""Questions made of tagged facts: line items by their usual names, rows by their labels, with the filer's values.

They teach bench/fit.py which row is meant where a statement uses other words than the question ("revenue" for "net
sales"). The data is read by a path; a fixed seed makes the same questions every time.
"""

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ingest.text.dates import MONTHS
from service.question.vocabulary_files import Vocabulary

CONCEPTS = {  # line items of the vocabulary and the us-gaap concepts they are tagged with
    "revenue": ("Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax"),
    "cost_of_sales": ("CostOfRevenue", "CostOfGoodsAndServicesSold", "CostOfGoodsSold"),
    "gross_profit": ("GrossProfit",),
    "research_and_development": ("ResearchAndDevelopmentExpense",),
    "selling_general_administrative": ("SellingGeneralAndAdministrativeExpense",),
    "operating_income": ("OperatingIncomeLoss",),
    "depreciation_amortization": (
        "DepreciationDepletionAndAmortization",
        "DepreciationAndAmortization",
        "DepreciationAmortizationAndAccretionNet",
    ),
    "interest_expense": ("InterestExpense", "InterestExpenseNonoperating"),
    "pretax_income": ("IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest",),
    "income_tax": ("IncomeTaxExpenseBenefit",),
    "net_income": ("NetIncomeLoss",),
    "earnings_per_share": ("EarningsPerShareDiluted",),
    "basic_earnings_per_share": ("EarningsPerShareBasic",),
    "cash": ("CashAndCashEquivalentsAtCarryingValue",),
    "accounts_receivable": ("AccountsReceivableNetCurrent", "ReceivablesNetCurrent"),
    "inventory": ("InventoryNet",),
    "current_assets": ("AssetsCurrent",),
    "property_plant_equipment": ("PropertyPlantAndEquipmentNet",),
    "goodwill": ("Goodwill",),
    "total_assets": ("Assets",),
    "accounts_payable": ("AccountsPayableCurrent",),
    "current_liabilities": ("LiabilitiesCurrent",),
    "long_term_debt": ("LongTermDebtNoncurrent",),
    "total_liabilities": ("Liabilities",),
    "retained_earnings": ("RetainedEarningsAccumulatedDeficit",),
    "total_equity": ("StockholdersEquity",),
    "operating_cash_flow": ("NetCashProvidedByUsedInOperatingActivities",),
    "capital_expenditures": ("PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets"),
    "investing_cash_flow": ("NetCashProvidedByUsedInInvestingActivities",),
    "financing_cash_flow": ("NetCashProvidedByUsedInFinancingActivities",),
    "dividends_paid": ("PaymentsOfDividends", "PaymentsOfDividendsCommonStock"),
    "share_repurchases": ("PaymentsForRepurchaseOfCommonStock",),
    "stock_compensation": ("ShareBasedCompensation",),
    "comprehensive_income": ("ComprehensiveIncomeNetOfTax",),
}
LABELS = 70  # rows asked for by their label, of each filing
PERIODS = 4  # of a line item that are asked for
MAX_LABEL = 90  # characters
DAYS_A_MONTH = 30.4
Fact = dict[str, Any]
NAMES = tuple(name.strip().title() for name in MONTHS.split("|"))[:12]


def made_questions(facts: Path, vocabulary: Vocabulary, seed: int = 5) -> Iterator[Fact]:
    """Questions with their gold value and page, in the form of the labelled sets."""
    chance = random.Random(seed)
    for path in sorted(facts.glob("*.jsonl")):
        told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][1:]
        shown = [fact for fact in told if fact.get("value") and fact.get("in_table") and _periods(fact)]
        yield from _of_items(path.stem, shown, vocabulary, chance)
        yield from _of_labels(path.stem, shown, chance)


def _of_items(document: str, facts: list[Fact], vocabulary: Vocabulary, chance: random.Random) -> Iterator[Fact]:
    for name, concepts in CONCEPTS.items():
        tagged = [fact for fact in facts if fact["concept"].split(":")[-1] in concepts and not fact["dims"]]
        first = {(fact["instant"], fact["start"], fact["end"]): fact for fact in reversed(tagged)}
        for fact in list(first.values())[:PERIODS]:
            asked = chance.choice(vocabulary.item(name).ask)
            yield _question(document, f"{chance.choice(('What was', 'How much was', ''))} {asked}", fact, chance)


def _of_labels(document: str, facts: list[Fact], chance: random.Random) -> Iterator[Fact]:
    labelled = [fact for fact in facts if fact.get("label") and len(fact["label"]) < MAX_LABEL]
    for fact in chance.sample(labelled, min(LABELS, len(labelled))):
        label = " ".join(fact["label"].split())
        if fact["dims"] and fact.get("heading"):
            label = f"{fact['heading']} {label}"
        if not fact["dims"] or fact.get("heading"):
            yield _question(document, f"{chance.choice(('What was', 'How much was', ''))} {label}", fact, chance)


def _question(document: str, asked: str, fact: Fact, chance: random.Random) -> Fact:
    return {
        "doc": document,
        "kind": "made",
        "answerable": True,
        "question": f"{asked} {chance.choice(_periods(fact))}".strip(),
        "value": abs(float(fact["value"])),
        "tolerance": 0.005,
        "pages": [fact["page"]],
    }


def _periods(fact: Fact) -> tuple[str, ...]:
    """How people name a fact's period; empty for spans nobody asks about."""
    if fact["instant"]:
        return (f"at {_written(date.fromisoformat(fact['instant']))}",)
    if not fact["start"] or not fact["end"]:
        return ()
    start, end = date.fromisoformat(fact["start"]), date.fromisoformat(fact["end"])
    months = round((end - start).days / DAYS_A_MONTH)
    spans = {3: "three months", 6: "six months", 9: "nine months"}
    if months in spans:
        return (f"for the {spans[months]} ended {_written(end)}",)
    whole = (f"for the year ended {_written(end)}", f"in fiscal {end.year}", f"FY{end.year}")
    return (whole[:1] if end.month == 1 else whole) if months in (12, 13) or months == 11 else ()


def _written(day: date) -> str:
    return f"{NAMES[day.month - 1]} {day.day}, {day.year}"

"""What the one judge of statements lets pass beside a true quote, and what it does not, with its flag."""

from collections.abc import Sequence

import pytest
from model_samples import document, row, tables_of
from service_samples import page

from ingest.types import Page, Span
from service.citation.evidence import Proof
from service.citation.locate import Located
from service.contract.answer import Verification
from service.entailment.judge import Judge, Verdict

INCOME = page(
    "Consolidated Statements of Income\n(In millions, except per share data)\n"
    + row("", "Fiscal Year Ended", "")
    + row("", "2022", "2021", "2020")
    + row("Total revenue", "$ 14,306", "$ 12,885", "$ 11,068")
    + row("Cost of revenue", "1,865", "1,722", "1,565")
    + row("Operating income", "5,001", "4,702", "3,337")
    + row("Interest income (expense), net", "(41)", "16", "(12)")
    + row("Net income", "$ 3,956", "$ 3,822", "$ 4,260")
    + row("Net cash provided by operations", "4,110", "3,980", "4,001"),
    40,
)
SEGMENTS = page(
    "Segment results\n(In millions)\n"
    + row("", "2022", "2021")
    + "Home\n"
    + row("Net sales", "$ 812", "$ 790")
    + "Garden\n"
    + row("Net sales", "$ 634", "$ 655"),
    41,
)
CLAUSES = page(
    "4.2 Notices\n"
    "The Buyer shall notify the Seller of any defect within ten days of delivery of the goods.\n\n"
    "4.3 Termination\n"
    "The Buyer may terminate this Agreement if the Seller fails to cure a material breach.\n\n"
    "4.4 Insurance\n"
    "Certain employees of the Seller are insured under the plan of the Buyer.\n\n"
    "4.5 Growth\n"
    "Orders from hospitals grew 4.5% in fiscal 2022 on higher volumes in three regions.\n",
    7,
)
JUDGE = Judge(tables_of)
REVENUE, COST, OPERATING, NET = "Total revenue", "Cost of revenue", "Operating income", "Net income"


def line(source: Page, begins: str, nth: int = 0) -> str:
    """The whole line of a page that begins so."""
    return [each for each in source.text.split("\n") if each.startswith(begins)][nth]


def proof(source: Page, quote: str, nth: int = 0) -> Proof:
    """A quote as found on its page."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(quote, start + 1)
    located = Located(source, Span(start, start + len(quote)), Verification.EXACT)
    return Proof("D1", document("doc_1", "report.pdf"), located, quote)


def judged(statement: str, source: Page, quotes: Sequence[str]) -> Verdict:
    """The verdict on a statement beside these quotes of one page."""
    return JUDGE.judge(statement, [proof(source, quote) for quote in quotes])


def of_rows(statement: str, *labels: str) -> Verdict:
    """The verdict on a statement beside whole rows of the income statement."""
    return judged(statement, INCOME, [line(INCOME, label) for label in labels])


@pytest.mark.parametrize(
    ("statement", "labels"),
    [
        ("Total revenue was $14,306 million in fiscal 2022.", (REVENUE,)),
        ("In 2021, total revenue amounted to $12,885 million.", (REVENUE,)),
        ("Total revenue for 2022: $14.3 billion.", (REVENUE,)),
        ("Total revenue was $14,306 million in 2022 and $12,885 million in 2021.", (REVENUE,)),
        ("Total revenue in 2022 was $14,306 million and net income was $3,956 million.", (REVENUE, NET)),
        ("Total revenue rose from $12,885 million in 2021 to $14,306 million in 2022.", (REVENUE,)),
        ("Total revenue increased by 11.0% from 2021 to 2022.", (REVENUE,)),
        ("Cost of revenue increased by $143 million in 2022.", (COST,)),
        ("The difference between total revenue and cost of revenue was $12,441 million in 2022.", (REVENUE, COST)),
        ("Net income as a percentage of total revenue was 27.7% in 2022.", (REVENUE, NET)),
        ("Operating income exceeded net income by $1,045 million in 2022.", (OPERATING, NET)),
        ("Interest expense, net was $41 million in 2022.", ("Interest income",)),
        ("Net cash provided by operations was $4,110 million in 2022.", ("Net cash",)),
        ("Net cash provided by operations increased by 3.3% from 2021 to 2022.", ("Net cash",)),
    ],
)
def test_what_rows_show_is_supported(statement: str, labels: Sequence[str]) -> None:
    verdict = of_rows(statement, *labels)
    assert verdict.supported, verdict.flags


@pytest.mark.parametrize(
    ("statement", "labels", "flag"),
    [
        ("Total revenue in fiscal 2022 was $12,885 million.", (REVENUE,), "other_period"),
        ("Net income in fiscal 2022 was $14,306 million.", (REVENUE,), "other_line"),
        ("The company will be acquired by Marlow Holdings.", (REVENUE,), "quote_says_too_little"),
        ("Total revenue was $12,885 million.", (REVENUE,), "other_period"),
        ("Total revenue for the second quarter of 2022 was $14,306 million.", (REVENUE,), "other_period"),
        ("Total revenue of the garden segment was $14,306 million in 2022.", (REVENUE,), "not_stated"),
        ("Total revenue was $14,306 billion in 2022.", (REVENUE,), "scale"),
        ("Total revenue was $14,306 in 2022.", (REVENUE,), "scale"),
        ("Total revenue was €14,306 million in 2022.", (REVENUE,), "unit"),
        ("Total revenue was 14,306 million shares in 2022.", (REVENUE,), "unit"),
        ("Total revenue was 14,306% in 2022.", (REVENUE,), "unit"),
        ("Total revenue was not $14,306 million in 2022.", (REVENUE,), "negated"),
        ("Total revenue may have been $14,306 million in 2022.", (REVENUE,), "modality"),
        ("Total revenue was $14,306 million in 2022 if the merger closes.", (REVENUE,), "condition_dropped"),
        ("Total revenue was $14,306 million in 2022 and the auditor resigned.", (REVENUE,), "not_stated"),
        ("Total revenue was $14,307 million in 2022.", (REVENUE,), "number_not_quoted"),
        ("Interest income, net was $41 million in 2022.", ("Interest income",), "negated"),
        ("Total revenue decreased by 11.0% from 2021 to 2022.", (REVENUE,), "number_not_quoted"),
        ("Total revenue rose from $12,885 million in 2020 to $14,306 million in 2022.", (REVENUE,), ""),
        ("Net income exceeded operating income by $1,045 million in 2022.", (OPERATING, NET), "number_not_quoted"),
        ("Total revenue as a percentage of net income was 27.7% in 2022.", (REVENUE, NET), "number_not_quoted"),
        ("Total revenue was $14,306 million in 2022 and $11,068 million in 2021.", (REVENUE,), "other_period"),
    ],
)
def test_what_rows_do_not_show_is_unsupported_with_its_flag(statement: str, labels: Sequence[str], flag: str) -> None:
    verdict = of_rows(statement, *labels)
    assert not verdict.supported
    assert any(each.startswith(flag) for each in verdict.flags), verdict.flags


def test_a_cell_quoted_without_its_label_says_too_little() -> None:
    verdict = judged("Total revenue was $14,306 million in 2022.", INCOME, ["14,306"])
    assert (verdict.supported, verdict.flags) == (False, ("quote_says_too_little",))


def test_label_and_cell_quoted_apart_support_a_statement_together() -> None:
    verdict = judged("Total revenue was $14,306 million in 2022.", INCOME, ["Total revenue", "14,306"])
    assert verdict.supported


def test_of_two_rows_with_one_label_the_segment_must_be_said() -> None:
    home = [proof(SEGMENTS, line(SEGMENTS, "Net sales", 0))]
    assert JUDGE.judge("Net sales of Home were $812 million in 2022.", home).supported
    assert not JUDGE.judge("Net sales of Garden were $812 million in 2022.", home).supported
    assert not JUDGE.judge("Net sales were $812 million in 2022.", home).supported


@pytest.mark.parametrize(
    "statement",
    [
        "The Buyer shall notify the Seller of any defect within ten days of delivery of the goods.",
        "The Seller shall be notified by the Buyer of any defect within 10 days of delivery.",
        "Within ten days of delivery, the Buyer must notify the Seller of any defect.",
        "Orders hospitals grew 4.5% in fiscal 2022.",
        "In fiscal 2022, orders from hospitals grew 4.5%.",
        "The Buyer may terminate this Agreement if the Seller fails to cure a material breach.",
    ],
)
def test_a_true_sentence_in_other_words_is_supported(statement: str) -> None:
    quotes = [line(CLAUSES, begins) for begins in ("The Buyer shall", "The Buyer may", "Orders")]
    verdict = judged(statement, CLAUSES, quotes)
    assert verdict.supported, verdict.flags


@pytest.mark.parametrize(
    ("statement", "flag"),
    [
        ("The Seller shall notify the Buyer of any defect within ten days of delivery.", "reordered"),
        ("The Buyer may notify the Seller of any defect within ten days of delivery.", "modality"),
        ("The Buyer shall not notify the Seller of any defect.", "negated"),
        ("The Buyer shall notify the Seller of any defect within thirty days of delivery.", "not_stated"),
        ("The Buyer shall notify the Broker of any defect within ten days of delivery.", "not_stated"),
        ("The Buyer may terminate this Agreement.", "condition_dropped"),
        ("The Buyer will terminate this Agreement if the Seller fails to cure a material breach.", "modality"),
        ("Employees of the Seller are insured under the plan of the Buyer.", "reordered"),
        ("Orders from hospitals grew 4.6% in fiscal 2022.", "number_not_quoted"),
        ("Orders from hospitals grew 4.5% in fiscal 2021.", "other_period"),
    ],
)
def test_a_sentence_turned_is_unsupported_with_its_flag(statement: str, flag: str) -> None:
    quotes = [line(CLAUSES, begins) for begins in ("The Buyer shall", "The Buyer may", "Certain", "Orders")]
    verdict = judged(statement, CLAUSES, quotes)
    assert not verdict.supported
    assert any(each.startswith(flag) for each in verdict.flags), verdict.flags


def test_a_condition_cut_off_the_quote_counts_all_the_same() -> None:
    verdict = judged("The Buyer may terminate this Agreement.", CLAUSES, ["The Buyer may terminate this Agreement"])
    assert not verdict.supported and "condition_dropped" in verdict.flags


def test_words_beside_the_quote_are_not_quoted() -> None:
    verdict = judged("Orders from hospitals grew 4.5% in fiscal 2022.", CLAUSES, ["on higher volumes in three regions"])
    assert (verdict.supported, verdict.flags) == (False, ("quote_says_too_little",))

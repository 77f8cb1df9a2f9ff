"""What a sentence of a page entails, and what it must not be taken to say."""

import pytest

from service.entailment.claim_tokens import tokens
from service.entailment.sentence_entailment import Told, entails

MILLIONS = (1_000_000,)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The business is seasonal.", "Our business, like that of many retailers, is seasonal."),
        ("The auditor is Marlow & Finch LLP.", "The statements were examined by Marlow & Finch LLP, our auditor."),
        ("The Buyer shall notify the Seller.", "The Buyer shall promptly notify the Seller in writing."),
        ("There were nearly 125,000 employees.", "We had nearly 125,000 full-time and seasonal employees."),
        ("Sales grew 4.5% in 2019.", "In 2019, sales grew 4.5%."),
        ("Sales did not grow.", "Sales did not grow."),
        (
            "The Buyer may terminate.",
            "The Buyer may terminate at will, but the notice may not take effect before 2025.",
        ),
        ("A note was issued.", "The note was issued."),  # a note is no "not"
        ("The Seller shall be notified by the Buyer.", "The Buyer shall promptly notify the Seller."),
        ("The Buyer shall notify the Seller.", "The Seller shall be notified by the Buyer within ten days."),
        ("Under the Plan, the board grants options.", "The board grants options under the Plan."),
        ("Income operations grew.", "Income from operations grew."),
    ],
)
def test_what_is_said_is_borne(claim: str, sentence: str) -> None:
    assert entails(tokens(claim), Told(tokens(sentence), MILLIONS))


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The Seller shall notify the Buyer.", "The Buyer shall promptly notify the Seller in writing."),
        ("The Seller shall be notified by the Buyer.", "The Seller shall have notified the Buyer."),
        ("The business is seasonal.", "Our business is not seasonal."),
        ("The business is seasonal.", "Our business may become seasonal."),
        ("The plaintiff was paid.", "The plaintiff was paid only if the court agreed."),
        ("Sales grew 4.5% in 2018.", "In 2019, sales grew 4.5%."),
        ("Sales grew 4.5% in 2018.", "In 2019 and 2018, sales grew 4.5% and 3.0%."),
        ("Sales grew 4.5% on May 3, 2019.", "Sales grew 4.5% on May 2, 2019."),
        ("Sales grew 4.5%.", "Sales grew 4.6%."),
        ("Sales were €40.", "Sales were $40."),
        ("The tax assets were $5.", "The deferred tax assets were $5."),
        ("It recorded a charge in the first year.", "It recorded a charge in the first quarter."),
        ("The five-year notes were repaid.", "The five-month notes were repaid."),
        ("The Buyer may terminate.", "The Seller may terminate, but the Buyer may not terminate."),
        ("Costs fell 3% in 2018.", "In 2019, sales grew, while costs fell 3%."),
        ("Sales grew to 5%.", "Sales grew from 5% to 7%."),
        ("The Buyer will pay the fee.", "The Buyer may pay the fee."),
        ("Delay relieves no party.", "Delay relieves no party to the extent it is prejudiced."),
        ("The Indemnified Party pays.", "The Indemnifying Party pays."),
        ("The excuse continues.", "The excuse continues so long as the strike lasts."),
        ("It is in Exhibit A.", "It is in Exhibit B."),
        ("Employees are insured.", "Certain employees are insured."),
        ("The Buyer shall be notified by the Seller.", "The Buyer shall notify the Seller."),
        ("The Buyer pays the fee.", "The Buyer pays the fee unless the Seller waives it."),
        ("The lender is the borrower's parent.", "The borrower is the lender's parent."),
        ("Profits fell.", "Profits of the northern stores, which opened in spring after long delays and with many of the "
         "shelves still empty because the makers of tableware could not deliver, fell."),
    ],
)  # fmt: skip
def test_what_is_not_said_is_not_borne(claim: str, sentence: str) -> None:
    assert not entails(tokens(claim), Told(tokens(sentence), MILLIONS))


def test_a_year_that_only_one_of_them_names_must_be_the_one_meant() -> None:
    claim, sentence = tokens("Sales grew 4.5%."), tokens("In 2019, sales grew 4.5%.")
    assert entails(claim, Told(sentence, MILLIONS, {2019}))
    assert not entails(claim, Told(sentence, MILLIONS, {2018}))
    assert entails(sentence, Told(claim, MILLIONS, {2019}))
    beside = tokens("In 2019, costs fell, while sales grew 4.5%.")
    assert entails(claim, Told(beside, MILLIONS))
    assert not entails(claim, Told(beside, MILLIONS, {2018}, dated=True))

"""What extraction, typesetting and OCR do to letters is forgiven where it shows; another spelling is another text."""

import time
from dataclasses import replace

import pytest
from service_samples import page

from ingest.text.ocr_noise import mend, same_words
from ingest.types import PageKind
from service.citation.locate import find_on
from service.contract.answer import Verification

SENTENCE = "The Buyer shall not be obliged to pay more than $1,250 million for the goods delivered in fiscal 2024."
OTHER = "The Supplier may increase the price of each valve by 4.5 percent in any Contract Year."
PAGE = page(f"Heading\r\n{SENTENCE}\r\n{OTHER}\r\nA closing remark of no importance.\r\n")
LONG = "The modern company shall affirm its financial commitments to the government of the whole region by 2024."


@pytest.mark.parametrize(
    ("stored", "quote"),
    [
        (
            LONG.replace("financial", "fi nancial"),
            LONG.replace("commitments", "commit ments").replace("affirm", "af\ufb01rm"),
        ),
        (LONG.replace("affirm", "a\ufffdrm"), LONG),
        (LONG.replace("financial", "\ufffdnancial"), LONG),
        (LONG.replace("affirm", "a rm"), LONG),
        (LONG.replace("company", "c0mpany"), LONG),
        (LONG.replace("financial", "financiaI"), LONG.replace("financial", "financiaI")),
        (LONG.replace("whole", "whoIe"), LONG),
        (LONG.replace("whole", "who1e"), LONG),
        (LONG.replace("region", "r\u00e9gion"), LONG),
        (LONG.replace("region", "region,"), LONG),
    ],
)
def test_damage_that_shows_itself_is_forgiven(stored: str, quote: str) -> None:
    found = find_on(quote, page(f"Heading\n{stored}\n{OTHER}"))
    assert found is not None and found.text == stored


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("obliged", "oblidged"),
        ("obliged", "oblgied"),
        ("delivered", "deliverd"),
        ("million", "milion"),
        ("Buyer", "Buyers"),
        ("goods", "good"),
        ("goods", "g00ds1"),
    ],
)
def test_another_spelling_is_no_damage(wrong: str, right: str) -> None:
    assert find_on(SENTENCE.replace(wrong, right), PAGE) is None


@pytest.mark.parametrize(
    ("stored", "quote"),
    [
        ("amounts owing to the lender at the end of the year", "amounts flowing to the lender at the end of the year"),
        (
            "the court was led to this finding of the lower court",
            "the court was filed to this finding of the lower court",
        ),
        ("the r\u00e9gion of the whole company and its owners", "the r\u00e8gion of the whole company and its owners"),
    ],
)
def test_a_loss_that_leaves_no_trace_is_another_word(stored: str, quote: str) -> None:
    assert find_on(quote, page(f"Before it. {stored}. After it.")) is None


def test_letters_that_run_together_are_forgiven_only_where_ocr_read_them() -> None:
    damaged = LONG.replace("government", "govemment")
    scan = replace(page(damaged), kind=PageKind.SCAN)
    found = find_on(LONG, scan)
    assert found is not None and found.verification is Verification.FUZZY
    assert find_on(LONG, page(damaged)) is None
    assert find_on(LONG.replace("modern", "modem"), replace(page(LONG), kind=PageKind.SCAN)) is None


@pytest.mark.parametrize(
    "text", ["c0st of goods", "biIling and fil1ed", "H1N1, A1C, Item 1A and 10-K", "MacIntyre", ""]
)
def test_a_mended_text_keeps_every_place(text: str) -> None:
    assert len(mend(text)) == len(text) and mend(mend(text)) == mend(text)


@pytest.mark.parametrize("code", ["A1C", "H1N1", "Item 1A", "10-K", "a1b", "B2B", "note1"])
def test_codes_are_no_misread_words(code: str) -> None:
    assert mend(code) == code


def test_one_damaged_word_does_not_excuse_another() -> None:
    assert same_words(["the", "benefit", "plan"], ["the", "bene", "t", "plan"], by_ocr=False)
    assert not same_words(["the", "benefit", "plan"], ["the", "bene", "t", "plans"], by_ocr=False)
    assert not same_words(["the", "benefit", "plan"], ["the", "plan"], by_ocr=False)


def test_a_hostile_run_of_letters_is_refused_at_once() -> None:
    started = time.perf_counter()
    mend("aI" * 100_000 + "2 " + "a1" * 100_000)
    assert time.perf_counter() - started < 1

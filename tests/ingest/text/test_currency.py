"""Scales and currencies are read in every form filings state them, and prose amounts are no statements of scale."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.currency import (
    CODES,
    CURRENCY_SIGNS,
    SCALE_NAMES,
    SIGN_CURRENCIES,
    currencies,
    currency_sign,
    first_currency,
    scale_name,
    scale_of,
    scale_statements,
)

STATEMENTS = [
    ("(in thousands)", 10**3, None),
    ("(In thousands, except per share data)", 10**3, None),
    ("amounts in thousands", 10**3, None),
    ("(thousands)", 10**3, None),
    ("(000's omitted)", 10**3, None),
    ("in 000s", 10**3, None),
    ("in millions of dollars", 10**6, "USD"),
    ("Dollars in millions", 10**6, "USD"),
    ("Dollars and shares in thousands, except per share", 10**3, "USD"),
    ("($ in mm)", 10**6, "USD"),
    ("(millions of U.S. dollars)", 10**6, "USD"),
    ("Millions of yen", 10**6, "JPY"),
    ("(in thousands of Canadian dollars, except per share amounts)", 10**3, "CAD"),
    ("(In thousands of pounds sterling)", 10**3, "GBP"),
    ("$'000", 10**3, "USD"),
    ("$000s", 10**3, "USD"),
    ("£’000", 10**3, "GBP"),
    ("A$'000", 10**3, "AUD"),
    ("USD '000", 10**3, "USD"),
    ("$m", 10**6, "USD"),
    ("US$m", 10**6, "USD"),
    ("€ million", 10**6, "EUR"),
    ("EUR bn", 10**9, "EUR"),
    ("HK$ million", 10**6, "HKD"),
    ("In CHF millions", 10**6, "CHF"),
    ("RMB million", 10**6, "CNY"),
    ("Rs. crore", 10**7, "INR"),
    ("T€", 10**3, "EUR"),
    ("TEUR", 10**3, "EUR"),
    ("Mio. €", 10**6, "EUR"),
    ("Mrd. EUR", 10**9, "EUR"),
]
NO_STATEMENTS = [
    "$ 4.2 million of revenue",
    "a loss of $5m in 2020",
    "CHF 5 million",
    "The company sold 4.2 million shares",
    "$1,000",
    "EUR 5,000",
    "millions of customers",
    "tens of thousands of users",
    "hundreds of millions of dollars",
    "m",
    "K",
]


@pytest.mark.parametrize(("text", "scale", "currency"), STATEMENTS)
def test_a_statement_of_scale_is_read(text: str, scale: int, currency: str | None) -> None:
    assert [(found.scale, found.currency) for found in scale_statements(text)] == [(scale, currency)]


@pytest.mark.parametrize("text", NO_STATEMENTS)
def test_an_amount_or_a_crowd_states_no_scale(text: str) -> None:
    assert not list(scale_statements(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$ 5", "USD"),
        ("US$ 5", "USD"),
        ("C$5", "CAD"),
        ("5 Canadian\ndollars", "CAD"),
        ("five dollars", "USD"),
        ("GBP 5", "GBP"),
        ("Swiss francs", "CHF"),
        ("RMB", "CNY"),
        ("¥", "JPY"),
        ("CN¥", "CNY"),
        ("the team won by pounds of pressure", None),
        ("eurozone", None),
        ("usd", None),
    ],
)
def test_a_currency_is_named_by_sign_code_or_words(text: str, code: str | None) -> None:
    assert first_currency(text) == code


@given(st.sampled_from(STATEMENTS), st.text(alphabet="abc ,.()\n", max_size=20), st.text(alphabet=" ,.)\n", max_size=9))
def test_a_statement_is_found_where_it_stands(stated: tuple[str, int, str | None], before: str, after: str) -> None:
    text = f"{before} ({stated[0]}){after}"
    (found,) = scale_statements(text)
    assert (found.scale, found.currency) == stated[1:]
    assert len(before) <= found.start < found.end <= len(before) + len(stated[0]) + 3


@given(st.text(alphabet=f"{CURRENCY_SIGNS}USDEUR milonkb'0.,()", max_size=40))
def test_mentions_stand_in_order_and_carry_codes(text: str) -> None:
    found = list(currencies(text))
    assert all(mention.code in CODES or mention.code in SIGN_CURRENCIES.values() for mention in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(stated.start < stated.end and stated.scale in SCALE_NAMES for stated in scale_statements(text))


@given(st.sampled_from(sorted(set(SCALE_NAMES) - {1})))
def test_the_name_of_a_scale_reads_back(scale: int) -> None:
    name = scale_name(scale)
    assert scale_of(name) == scale_of(name.removesuffix("s")) == scale_of(name.upper()) == scale


@given(st.sampled_from(sorted(SIGN_CURRENCIES.values())))
def test_the_sign_of_a_currency_reads_back(code: str) -> None:
    assert first_currency(currency_sign(code)) == code


def test_what_has_no_name_or_sign_says_so() -> None:
    assert scale_name(1) == "ones"
    assert scale_name(500) == "500"
    assert scale_of("dozen") is None
    assert currency_sign("CHF") == currency_sign(None) == ""

"""Plural and tense do not matter, and terms of art stay apart from words that only sound like them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.stems import TERMS_OF_ART, stem, stems

SAME = """inventory inventories|liability liabilities|party parties|subsidiary subsidiaries|currency currencies
policy policies|facility facilities|warranty warranties|company companies|property properties|security securities
receivable receivables|payable payables|loss losses|tax taxes|business businesses|expense expenses
lease leases|purchase purchased|acquire acquired|amortize amortization|depreciate depreciation|borrow borrowings
terminate termination|terminated terminates|invest investments|dividend dividends|entity entities|utility utilities
increase increased|operate operating|consolidate consolidated|impair impaired|assign assigned"""
APART = """party part|security secured|capital capitalized|market marketable|market marketing|derived derivative
liability liable|addition additional|execute executive|several severance|utilization utility|note not|equity equal
liquidity liquidation|inventory invention|policy police|tax taxi|interest interim|goodwill goods|product production"""


def pairs(text: str) -> list[tuple[str, str]]:
    return [(one, other) for one, other in (pair.split() for line in text.splitlines() for pair in line.split("|"))]


@pytest.mark.parametrize(("one", "other"), pairs(SAME))
def test_forms_of_one_word_share_their_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_words_that_mean_something_else_keep_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_small_words_ampersands_and_single_letters_are_left_out() -> None:
    assert stems("the total of R&D") == ()
    assert stems("Property & Plant, net") == (stem("property"), stem("plant"))


WORDS = st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=14)


@given(WORDS)
def test_a_stem_is_short_and_letter_case_does_not_matter(word: str) -> None:
    assert 0 < len(stem(word)) <= len(word) + 1
    assert stems(word.upper()) == stems(word)


@given(st.lists(WORDS, max_size=6))
def test_words_are_cut_one_by_one(words: list[str]) -> None:
    assert stems(" ".join(words)) == tuple(part for word in words for part in stems(word))


@given(st.sampled_from(TERMS_OF_ART.split()))
def test_the_stem_of_a_term_of_art_is_its_own(word: str) -> None:
    assert stem(stem(word)) == stem(word) == word

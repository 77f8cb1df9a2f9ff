"""What a question asks as a phrase: its words and other wordings, the names in it, the kind of value wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.stems import stems
from service.question.asked import Asked, Wanted, read_asked, wanted
from service.question.asked_period import AskedPeriod
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary

FILER = "Quillmere Holdings, Inc. ANNUAL REPORT Form 10-K"


def asked(question: str, filer: str = "") -> Asked:
    return read_asked(understand(question, load_vocabulary()), filer)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much did the Europe segment report as operating income in fiscal 2024?", "europe operating income"),
        ("As an equity analyst, what was deferred freight in FY2023?", "deferred freight"),
        ("Answer in USD millions: what were harbour dues in 2022?", "harbour dues"),
        ("What were harbour dues for Q3 of fiscal 2024, in thousands of US dollars?", "harbour dues"),
        ("Please tell me the harbour dues (in $ millions) as of June 30, 2024.", "harbour dues"),
    ],
)
def test_only_words_that_say_what_is_asked_remain(question: str, words: str) -> None:
    assert asked(question).words == tuple(stems(words))


@pytest.mark.parametrize(
    "question",
    [
        "What were Quillmere's harbour dues in 2023?",
        "Quillmere Holdings harbour dues FY2023",
        "Quillmere harbour dues",
        "Under this report, what did Quillmere Holdings pay as harbour dues?",
    ],
)
def test_the_filers_own_name_is_no_word_asked_for(question: str) -> None:
    read = asked(question, FILER)
    assert not {"quillmer", "hold"} & set(read.words)
    assert set(stems("harbour dues")) <= set(read.words)


def test_other_names_are_kept_and_told_apart() -> None:
    read = asked("What were Quillmere's total net revenues in Northern Straits in 2023?", FILER)
    assert read.names == frozenset(stems("Northern Straits"))
    assert read.total
    assert read.net


def test_a_name_of_several_words_may_be_said_by_its_initials() -> None:
    read = asked("What was the depreciation of Northern Straits Shipping in 2023?")
    assert any("nss" in wording.stems for wording in read.wordings)


def test_a_line_item_may_be_said_in_the_words_of_a_statement() -> None:
    wordings = asked("What was capex in 2022?").wordings
    assert wordings[0].stems == ("capex",)
    assert wordings[0].rank == 0
    assert tuple(stems("capital expenditures")) in {wording.stems for wording in wordings[1:]}
    assert all(wording.rank > 0 for wording in wordings[1:])


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What was diluted EPS?", Wanted.PER_SHARE),
        ("What dividend was paid per common share?", Wanted.PER_SHARE),
        ("How many shares were outstanding?", Wanted.SHARES),
        ("What was the occupancy rate?", Wanted.PERCENT),
        ("Which percentage of berths is let?", Wanted.PERCENT),
        ("How many ferries does it run?", Wanted.COUNT),
        ("What were harbour dues?", Wanted.ANY),
    ],
)
def test_the_kind_of_value_is_told(question: str, kind: Wanted) -> None:
    assert wanted(question) is kind


def test_a_part_of_a_question_has_the_periods_of_the_whole() -> None:
    whole = understand("What were revenue and net income in Q2 2023?", load_vocabulary())
    assert read_asked(whole).periods == (AskedPeriod(2023, None, 3, 2),)
    for part in whole.parts:
        assert [(period.year, period.quarter) for period in read_asked(part).periods] == [(2023, 2)]


@given(st.text(max_size=120), st.text(max_size=60))
def test_any_question_is_read_and_names_are_words_of_it(question: str, filer: str) -> None:
    read = asked(question, filer)
    assert read.names <= set(read.words)
    assert len({wording.stems for wording in read.wordings}) == len(read.wordings)


def test_an_abbreviation_of_letters_must_be_accounted_for_by_its_line_item() -> None:
    own, first, *_others = asked("R&D expense in 2024?").wordings
    assert own.stems == ("rd", "expens")
    assert set(first.stems) == {"expens", *stems("research development")}

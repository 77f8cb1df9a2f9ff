"""Sentences can be quoted whole: they neither break at abbreviations nor run into tables and headings."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from service_samples import page

from ingest.table_types import Cell, Row, Table
from ingest.text.sentences import MAX_SENTENCE, sentences
from ingest.types import Page


def texts(stored: Page, tables: list[Table] | None = None) -> list[str]:
    return [" ".join(sentence.text.split()) for sentence in sentences(stored, tables or [])]


def test_a_paragraph_becomes_its_sentences() -> None:
    first, second = "The valve is closed by default. It opens when the pressure", "rises above the limit!"
    stored = page(f"{first}\r\n{second} Is that safe to do at all? Yes indeed, we think so.\r\n")
    assert texts(stored) == [
        "The valve is closed by default.",
        "It opens when the pressure rises above the limit!",
        "Is that safe to do at all?",
        "Yes indeed, we think so.",
    ]


def test_abbreviations_do_not_end_a_sentence() -> None:
    stored = page(
        "Quillmere Flow Controls, Inc. The company sells valves to Mr. J. Smith of the U.S. Navy at No. 12 Dock Street.\r\n"
    )
    assert len(texts(stored)) == 1


def test_spans_are_places_in_the_pages_own_text() -> None:
    stored = page(
        "First sentence of the page here. “Second one,” as they say.\r\nThird sentence follows on this line.\r\n"
    )
    for sentence in sentences(stored, []):
        assert sentence.text == stored.text[sentence.span.start : sentence.span.end]
        assert sentence.text == sentence.text.strip()


def test_a_heading_is_remembered_and_not_quoted() -> None:
    stored = page(
        "Termination for Convenience\r\n"
        + "The Buyer may terminate this Agreement on ninety days of notice to the Supplier.\r\n"
    )
    found = list(sentences(stored, []))
    assert [sentence.heading for sentence in found] == ["Termination for Convenience"]
    assert found[0].text.startswith("The Buyer may terminate")


def test_list_entries_stand_for_themselves() -> None:
    body = "(a) the Supplier fails to deliver the goods on time;\r\n(b) the Buyer fails to pay an invoice when due;\r\n"
    assert texts(page(body)) == [
        "(a) the Supplier fails to deliver the goods on time;",
        "(b) the Buyer fails to pay an invoice when due;",
    ]


def test_rows_of_tables_are_left_out() -> None:
    body = "Revenue grew in every region this year.\r\nTotal revenue 2,230 2,116\r\nThe growth came from new customers.\r\n"
    start = body.index("Total")
    end = body.index("\r\n", start)
    cells = tuple(Cell(start + 14, start + 19, 0, 1, "1", "1", column) for column in range(2))
    table = Table(1, "", (), (Row("Total revenue", cells, start, end),), None, 1, "", start, end)
    assert texts(page(body), [table]) == [
        "Revenue grew in every region this year.",
        "The growth came from new customers.",
    ]


def test_an_endless_sentence_is_cut() -> None:
    assert max(len(sentence.text) for sentence in sentences(page("word " * 600), [])) <= MAX_SENTENCE


def test_an_empty_page_has_none() -> None:
    assert texts(page("")) == []
    assert texts(page("\r\n \r\n")) == []


@pytest.mark.parametrize(
    "following",
    [
        "/s/ Ernst & Young LLP, independent auditors",
        "☐ Indicate by check mark whether it is",
        "iii. Customer or its designee shall pay it",
    ],
)
def test_a_signature_a_box_and_a_roman_number_begin_anew(following: str) -> None:
    first = "The registrant has filed every report it had to file."
    assert texts(page(f"{first} {following} and nothing more is said."))[0] == first


@pytest.mark.parametrize("name", ["Wessels v. Read", "Charles Stevens, Sr. Park", "Read, et al. Case", "Exh. D"])
def test_abbreviations_of_courts_and_exhibits_do_not_end_a_sentence(name: str) -> None:
    sentence = f"A lawsuit about the plant was heard as {name} in the state court last year."
    assert texts(page(sentence)) == [sentence]


def test_a_sentence_that_is_too_long_is_cut_between_two_words() -> None:
    (sentence,) = sentences(page("The buyer pays " + "promptly " * 200), [])
    assert sentence.text.endswith("promptly")
    assert MAX_SENTENCE - len("promptly ") <= len(sentence.text) <= MAX_SENTENCE


CLAUSES = st.lists(st.text(alphabet="abcdefg", min_size=2, max_size=9), min_size=5, max_size=14).map(
    lambda words: f"The {' '.join(words)} is here."
)


@settings(deadline=None)
@given(st.lists(CLAUSES, min_size=1, max_size=6))
def test_sentences_give_back_the_text_they_were_cut_from(clauses: list[str]) -> None:
    assert texts(page(" ".join(clauses))) == clauses


@settings(deadline=None)
@given(st.text(alphabet='aB1.;?! \n"()•-', max_size=300))
def test_sentences_stand_in_order_and_never_overlap(text: str) -> None:
    spans = [sentence.span for sentence in sentences(page(text), [])]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_chinese_sentences_end_at_their_own_stops() -> None:
    assert texts(page("本租约期为九年。租金每月支付！是否可以续约？可以。")) == [
        "本租约期为九年。",
        "租金每月支付！",
        "是否可以续约？",
    ]

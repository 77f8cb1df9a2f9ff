"""A model's answer is read piece by piece, whatever way it is cut into deltas and however untidy its tags."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.grounding.markup import Cite, Insufficient, MarkupReader, Piece, Text, unescape
from service.prompting.prompts import escape

ANSWER = (
    'Revenue was $5 million. <cite doc="D1" page="60">Revenue $ 5 &lt;b&gt;</cite> R&amp;D rose, a < b. <insufficient/>'
)


def read(*deltas: str) -> list[Piece]:
    reader = MarkupReader()
    pieces = [piece for delta in deltas for piece in reader.feed(delta)] + reader.close()
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


WHOLE = [
    Text("Revenue was $5 million. "),
    Cite("D1", 60, "Revenue $ 5 <b>", "Revenue $ 5 &lt;b&gt;"),
    Text(" R&D rose, a < b. "),
    Insufficient(),
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, len(ANSWER)), max_size=12))
def test_the_pieces_are_the_same_however_the_answer_is_cut(places: list[int]) -> None:
    edges = [0, *sorted(places), len(ANSWER)]
    deltas = [ANSWER[start:end] for start, end in pairwise(edges)]
    assert read(*deltas) == WHOLE


@pytest.mark.parametrize(
    "tag",
    [
        "<cite page='60' doc='D1'>",
        "<cite page=60 doc=D1>",
        "<CITE Doc=“D1” page=“p. 60”>",
        '<cite\n document="D1"\n page="60-61" >',
        '< cite doc="D1" page="60" >',
    ],
)
def test_attributes_may_come_in_any_order_and_quoting(tag: str) -> None:
    assert read(f"{tag}words</cite>") == [Cite("D1", 60, "words", "words")]


def test_quotation_marks_around_a_quote_are_no_part_of_it() -> None:
    (found,) = read('<cite doc="D1" page="2">"He left."</cite>')
    assert isinstance(found, Cite) and found.quote == "He left."


def test_an_unclosed_quote_ends_with_its_line_or_the_next_tag() -> None:
    assert read('A. <cite doc="D1" page="2">one\nAnd more.') == [
        Text("A. "),
        Cite("D1", 2, "one", "one"),
        Text("And more."),
    ]
    found = read('<cite doc="D1" page="2">one <cite doc="D1" page="3">two</cite>')
    assert [piece.quote for piece in found if isinstance(piece, Cite)] == ["one", "two"]


def test_a_tag_that_quotes_nothing_and_a_stray_end_are_no_text() -> None:
    assert read('A <cite doc="D1" page="2"/> b</cite> c') == [Text("A "), Cite("D1", 2, "", ""), Text(" b c")]


def test_text_is_handed_on_at_once() -> None:
    reader = MarkupReader()
    assert reader.feed("The price < ") == [Text("The price ")]
    assert reader.feed("5 and <ci") == [Text("< 5 and ")]
    assert reader.feed("rcus> it") == [Text("<circus> it")]


def test_what_only_looks_like_a_tag_is_text() -> None:
    assert read("<page number='3'> and <cited> and a <") == [Text("<page number='3'> and <cited> and a <")]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&;/ltgampquo#39 cite\npage\"'x"), max_size=60))
def test_what_was_escaped_comes_back_as_it_was(text: str) -> None:
    assert unescape(escape(text)) == text
    assert "<cite" not in escape(text) and "</" not in escape(text)

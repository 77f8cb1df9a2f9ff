"""Each level forgives what it names and nothing else, is reached in one step, and tells where its characters came from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.normalize import Level, MappedLevel, compacted, normalize, normalize_with_offsets, printed

MAPPED: tuple[MappedLevel, ...] = (Level.CASELESS, Level.COMPACT)
# what typesetting does, dense enough for every rule to meet every other
MARKS = st.text(alphabet="aZé1,. _-%()'\r\n\x02\u00ad\u200bﬁ“–…²", max_size=40)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("oﬃce ﬁnal waﬄe", "office final waffle"),
        ("“it’s” – so", '"it\'s" - so'),
        ("termi\x02nation and effec-\r\ntive", "termination and effective"),
        ("soft\u00adware", "software"),
        ("a\u00a0b", "a b"),
        ("10-K and Year-\nEnd", "10-K and Year-\nEnd"),
    ],
)
def test_typography_is_made_plain_and_broken_words_are_joined(text: str, plain: str) -> None:
    assert normalize(text, Level.TYPOGRAPHY) == plain


@pytest.mark.parametrize(
    ("text", "level", "form"),
    [
        ("long-term debt", Level.CASELESS, "long-term debt"),
        ("Form 10-\r\nK filing", Level.CASELESS, "form 10- k filing"),
        ("termi-\nnation by  É", Level.CASELESS, "termination by e\u0301"),
        ("a \u200b b", Level.CASELESS, "a b"),
        ("x\u00b2 of 2", Level.CASELESS, "x\u00b2 of 2"),
        ("long-term debt ..... 1 250", Level.COMPACT, "longtermdebt1 250"),
        ("1 .... 2", Level.COMPACT, "1 2"),
        ("5 - 6", Level.COMPACT, "5-6"),
        ("What's R&D, net of 5 %?", Level.WORDS, "what's r&d net of 5 %"),
        ("Best-Buy Co., Inc.", Level.ALPHANUMERIC, "bestbuycoinc"),
    ],
)
def test_a_level_forgives_what_it_names(text: str, level: Level, form: str) -> None:
    assert normalize(text, level) == form


@settings(deadline=None)
@given(MARKS | st.text(max_size=60), st.sampled_from(list(Level)))
def test_a_normal_form_is_its_own_normal_form(text: str, level: Level) -> None:
    once = normalize(text, level)
    assert normalize(once, level) == once


@settings(deadline=None)
@given(MARKS | st.text(max_size=60), st.sampled_from(MAPPED))
def test_every_character_knows_where_it_came_from(text: str, level: MappedLevel) -> None:
    found = normalize_with_offsets(text, level)
    assert found.text == normalize(text, level)
    assert len(found.text) == len(found.offsets)
    assert list(found.offsets) == sorted(found.offsets)
    assert all(0 <= offset < len(text) for offset in found.offsets)


@settings(deadline=None)
@given(MARKS, st.data())
def test_a_part_of_the_form_covers_what_it_stands_for(text: str, data: st.DataObject) -> None:
    found = normalize_with_offsets(text, Level.CASELESS)
    if found.text:
        start = data.draw(st.integers(0, len(found.text) - 1))
        end = data.draw(st.integers(start + 1, len(found.text)))
        span = found.original(start, end)
        assert found.text[start:end].strip() in normalize(text[span.start : span.end], Level.CASELESS)


@given(MARKS)
def test_compact_is_reached_from_caseless(text: str) -> None:
    assert compacted(normalize_with_offsets(text, Level.CASELESS)).text == normalize(text, Level.COMPACT)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=5))
def test_two_numbers_never_become_one(values: list[int]) -> None:
    row = " ".join(map(str, values))
    assert normalize(row, Level.COMPACT).split() == [str(value) for value in values]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("the machin\ufffeery of the\r\nbuyer", "the machinery of the buyer"),
        ("within forty\ufffefive days", "within forty-five days"),
        ("the ship-\r\nment", "the shipment"),
    ],
)
def test_page_text_is_printed_as_people_write(text: str, written: str) -> None:
    assert printed(text) == written

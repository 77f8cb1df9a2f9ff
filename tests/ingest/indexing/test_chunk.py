"""Chunks are slices: together they give back the page, alone they fit the encoder."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_samples import page

from ingest.indexing.chunk import chunk_id, chunk_pages
from ingest.indexing.embed import EncoderTokenizer
from ingest.indexing.export import encoder_folder
from ingest.types import Chunk, Section

LIMIT = 60
SENTENCE = "The heron delivered umbrellas to the lighthouse keeper on a rainy afternoon.\n"
random_line = st.text(st.sampled_from("abc é😀漢\t.,19()$\x0b\x85\u2028 "), max_size=300) | st.just("word " * 400)
random_text = st.lists(random_line, max_size=12).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda end: end.join(lines))
)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def chunks(*texts: str, sections: Sequence[Section] = (), limit: int = LIMIT, content: str = "c" * 64) -> list[Chunk]:
    pages = [page(number, text) for number, text in enumerate(texts, 1)]
    return list(chunk_pages(content, pages, sections, count_words, limit))


@pytest.fixture(scope="module")
def tokenizer() -> EncoderTokenizer:
    return EncoderTokenizer(Path(encoder_folder("")) / "tokenizer.json")


@settings(deadline=None)
@given(st.lists(random_text, max_size=4))
def test_chunks_joined_give_back_every_page(texts: list[str]) -> None:
    found = chunks(*texts)
    for number, text in enumerate(texts, 1):
        own = [chunk for chunk in found if chunk.page == number]
        assert "".join(text[chunk.start : chunk.end] for chunk in own) == text
        assert all(chunk.start < chunk.end for chunk in own)
        assert [chunk.start for chunk in own[1:]] == [chunk.end for chunk in own[:-1]]
    assert [chunk.ordinal for chunk in found] == list(range(len(found)))


@settings(max_examples=25, deadline=None)
@given(st.lists(random_text, max_size=3))
def test_the_same_bytes_give_the_same_chunks(texts: list[str]) -> None:
    first = chunks(*texts)
    assert chunks(*texts) == first
    assert len({chunk.id for chunk in first}) == len(first)
    assert not {chunk.id for chunk in first} & {chunk.id for chunk in chunks(*texts, content="d" * 64)}


def test_ids_come_from_content_and_place_alone() -> None:
    assert chunk_id("c" * 64, 3) == chunk_id("c" * 64, 3)
    assert chunk_id("c" * 64, 3) != chunk_id("c" * 64, 4)


def test_a_chunk_ends_at_a_sentence_and_stays_under_the_limit() -> None:
    found = chunks(SENTENCE * 30)
    assert len(found) > 3
    assert all(chunk.tokens <= LIMIT for chunk in found)
    assert all((SENTENCE * 30)[chunk.start : chunk.end].endswith(".\n") for chunk in found)


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE * 40,
        SENTENCE.replace("\n", " ") * 40,
        "合同双方同意" * 200,
        "😀 " * 900,
        "a.b.c.d.e.f;" * 200,
        "1,234 " * 900,
    ],
    ids=["lines", "one line", "chinese", "emoji", "punctuation", "amounts"],
)
def test_no_chunk_is_longer_than_the_limit_of_the_encoder(tokenizer: EncoderTokenizer, text: str) -> None:
    found = list(chunk_pages("c" * 64, [page(1, text)], [], tokenizer.count, 220))
    assert max(chunk.tokens for chunk in found) <= 220


def test_a_chunk_never_crosses_the_start_of_a_section() -> None:
    text = f"{SENTENCE}Item 2. Properties\n{SENTENCE}"
    start = text.index("Item 2")
    sections = [
        Section(0, None, 1, "item", "Item 1. Business", "1", 1, 0, 1, start),
        Section(1, None, 1, "item", "Item 2. Properties", "2", 1, start, 1, len(text)),
    ]
    first, second = chunks(text, sections=sections)
    assert (first.end, second.start) == (start, start)
    assert (first.breadcrumb, second.breadcrumb) == (("Item 1. Business",), ("Item 2. Properties",))


def test_rows_of_a_table_stay_whole_and_carry_their_header() -> None:
    rows = [f"Line of figures number {n:3}            {n},234       {n},100" for n in range(1, 40)]
    text = "\n".join(["(in millions)", f"{'2023':>44}{'2022':>12}", *rows]) + "\n"
    found = chunks(text)
    assert len(found) > 2
    assert all(chunk.table for chunk in found)
    assert found[0].caption == ""
    assert all("in millions" in chunk.caption and "2023" in chunk.caption for chunk in found[1:])
    assert all(text[chunk.start : chunk.end].endswith("\n") for chunk in found)


def test_an_empty_page_has_no_chunk() -> None:
    assert chunks("", SENTENCE, "")[0].page == 2

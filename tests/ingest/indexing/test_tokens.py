"""Token counts, with the name of what counted, and never from the network."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.indexing.tokens import O200K_CACHE_NAME, TokenCounter

COUNTER = TokenCounter(None)


def test_known_texts_have_their_known_counts() -> None:
    assert (COUNTER.name, COUNTER.count(""), COUNTER.count("hello world")) == ("cl100k_base", 0, 2)


def test_what_looks_like_a_special_token_is_plain_text() -> None:
    assert COUNTER.count("<|endoftext|>") > 1


def test_a_folder_without_the_larger_encoding_changes_nothing(tmp_path: Path) -> None:
    assert TokenCounter(str(tmp_path)).name == "cl100k_base"


def test_a_folder_with_it_names_the_larger_encoding(tmp_path: Path) -> None:
    (tmp_path / O200K_CACHE_NAME).write_bytes(b"")
    assert TokenCounter(str(tmp_path)).name == "o200k_base"


@given(st.text(max_size=300))
def test_any_text_can_be_counted(text: str) -> None:
    assert (COUNTER.count(text) > 0) == bool(text)

"""The encoder: unit vectors of the exported graph, named by weights, precision and recipe."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import EncoderUnavailable
from ingest.indexing.embed import WORDS_FOR_TWO_PARTS, EncoderFiles, EncoderTokenizer, OnnxEncoder, embedded_texts
from ingest.indexing.export import encoder_folder, ensure_exported, exported_files, weights_digest
from ingest.parts import encoder_fingerprint, query_encoder
from ingest.settings import IngestSettings

SETTINGS = IngestSettings()


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(ensure_exported("", SETTINGS.models, "int8"), 1)


def test_vectors_have_length_one_and_their_texts_order(encoder: OnnxEncoder) -> None:
    texts = ["short", "a much longer text about kettles " * 20, "", "total assets"]
    together = encoder.encode(texts)
    assert together.shape == (4, encoder.dimensions) == (4, 384)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(4), abs=1e-4)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert ((together @ alone.T).argmax(axis=1) == np.arange(4)).all()
    assert (together * alone).sum(axis=1).min() > 0.95  # int8 scales are those of the whole batch


def test_like_meanings_are_nearer_than_unlike_ones(encoder: OnnxEncoder) -> None:
    rent, lease, kettle = encoder.encode(
        ["monthly rent of the office", "lease payments for premises", "a copper kettle"]
    )
    assert rent @ lease > rent @ kettle + 0.2


def test_no_texts_give_no_vectors(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_the_fingerprint_is_known_before_the_export_and_names_the_precision(encoder: OnnxEncoder) -> None:
    assert encoder.fingerprint == encoder_fingerprint(SETTINGS)
    assert encoder.fingerprint != encoder_fingerprint(IngestSettings(encoder_precision="fp32"))


def test_both_precisions_agree(encoder: OnnxEncoder) -> None:
    texts = ["Net cash provided by operating activities decreased.", "Either party may terminate this Agreement."]
    exact = OnnxEncoder(ensure_exported("", SETTINGS.models, "fp32"), 1).encode(texts)
    assert (exact * encoder.encode(texts)).sum(axis=1).min() > 0.9


def test_without_an_export_there_is_no_encoder_but_no_failure_either(tmp_path: Path) -> None:
    assert query_encoder(IngestSettings(models=tmp_path)) is None
    with pytest.raises(EncoderUnavailable, match="pincite setup"):
        OnnxEncoder(EncoderFiles(tmp_path, "int8"), 1)


def test_with_an_export_queries_are_encoded_by_the_same_graph(encoder: OnnxEncoder) -> None:
    for_queries = query_encoder(SETTINGS)
    assert for_queries is not None
    assert for_queries.fingerprint == encoder.fingerprint


def test_an_export_that_is_there_is_not_made_again() -> None:
    files = exported_files("", SETTINGS.models, "int8")
    before = files.graph.stat().st_mtime_ns
    assert ensure_exported("", SETTINGS.models, "int8") == files
    assert files.graph.stat().st_mtime_ns == before


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"model\.safetensors"):
        exported_files(str(tmp_path), tmp_path, "int8")
    with pytest.raises(EncoderUnavailable):
        weights_digest(str(tmp_path))


def test_tokens_are_counted_as_the_encoder_sees_them() -> None:
    tokenizer = EncoderTokenizer(Path(encoder_folder("")) / "tokenizer.json")
    assert tokenizer.count(["", "price", "total assets"]) == [0, 1, 2]
    assert tokenizer.count(["word " * 2000]) == [2000]  # never cut short


def test_what_is_embedded_names_the_innermost_sections_and_each_content_word_once() -> None:
    text = "The net sales of kettles: net sales were 1,234 in 2023 and 1,100 in 2022."
    assert embedded_texts(("Part I", "Item 1", "Kettles"), text) == [
        "Item 1 > Kettles. net sales kettles 2023 2022",
    ]
    assert embedded_texts((), "Net sales") == ["Net sales"]


def test_a_page_of_many_words_is_embedded_in_two_halves() -> None:
    words = ["".join(pair) for pair in itertools.product("kmprtvz", "aeiou", "lx")][: WORDS_FOR_TWO_PARTS + 1]
    [short] = embedded_texts(("Notes",), " ".join(words[: WORDS_FOR_TWO_PARTS - 1]))
    assert short == "Notes. " + " ".join(words[: WORDS_FOR_TWO_PARTS - 1])
    first, second = embedded_texts(("Notes",), " ".join(words))
    assert first.startswith("Notes. ")
    assert second.startswith("Notes. ")
    assert f"{first} {second.removeprefix('Notes. ')}" == "Notes. " + " ".join(words)
    assert len(first.split()) - len(second.split()) in (0, 1)


@pytest.mark.parametrize("text", ["", "  \n", "1,234 (5.6)% — $", "of the and"])
def test_a_page_without_content_words_is_not_embedded(text: str) -> None:
    assert embedded_texts(("Item 1",), text) == []

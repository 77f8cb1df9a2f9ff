"""The query encoder is looked for until it is there, and a query is encoded once."""

from collections.abc import Sequence

import numpy as np

from ingest.index_types import Vectors
from service.retrieval.query_encoder import EncoderSource


class Counting:
    """An encoder that counts what it encodes."""

    fingerprint, dimensions = "counting", 2

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.array([[1.0, 0.0]] * len(texts), np.float32)


def test_the_encoder_is_asked_for_until_it_is_there() -> None:
    encoder = Counting()
    made: list[Counting | None] = [encoder, None, None]
    source = EncoderSource(made.pop)
    assert [source.get(), source.vector("tea"), source.get(), source.get()] == [None, None, encoder, encoder]


def test_a_query_asked_again_is_not_encoded_again() -> None:
    encoder = Counting()
    source = EncoderSource(lambda: encoder)
    vectors = [source.vector(text) for text in ("tea", "kettle", "tea")]
    assert encoder.texts == ["tea", "kettle"]
    assert all(vector is not None and vector.shape == (2,) for vector in vectors)

"""The encoder of queries, once there is one, and the vectors of the latest queries. Knows no index and no ranking."""

from collections.abc import Callable
from threading import Lock

from cachetools import LRUCache

from ingest.index_types import Encoder, Vectors

MAX_QUERIES = 1024  # whose vectors are remembered: a search, its passages and its answer often follow one another


class EncoderSource:
    """Gives the query encoder once it has been exported; looks again until then."""

    def __init__(self, make: Callable[[], Encoder | None]) -> None:
        self._make = make
        self._encoder: Encoder | None = None
        self._vectors: LRUCache[str, Vectors] = LRUCache(MAX_QUERIES)
        self._lock = Lock()

    def get(self) -> Encoder | None:
        """The encoder, or None while there is none."""
        if self._encoder is None:
            self._encoder = self._make()
        return self._encoder

    def vector(self, text: str) -> Vectors | None:
        """A query's unit vector of shape (dimensions,), or None while there is no encoder."""
        encoder = self.get()
        if encoder is None:
            return None
        with self._lock:
            known = self._vectors.get(text)
        if known is None:
            known = encoder.encode([text])[0]
            with self._lock:
                self._vectors[text] = known
        return known

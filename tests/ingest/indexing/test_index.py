"""The index as others hold it: a handle per tenant that sees what the catalog says is published."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.catalog import Catalog, Database, StageResult
from ingest.index_types import IndexEntry, Vectors
from ingest.indexing.index import LocalIndex

VECTOR = np.array([1.0, 0.0, 0.0], np.float32)
SHA = "c" * 64


class Two:
    """A writer and a reader over one folder, as the worker and the server are."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'catalog.sqlite3'}")
        self.database.migrate()
        self.catalog = Catalog(self.database)
        self.writer = LocalIndex(folder / "index", self.catalog.contents, "print", 100)
        self.reader = LocalIndex(folder / "index", self.catalog.contents, "print", 100)

    def publish(self, tenant: str, body: str, vector: Vectors = VECTOR, encoder: str = "print") -> None:
        """Every stage of a content with one page, in the order of the pipeline."""
        contents, index = self.catalog.contents, self.writer.for_tenant(tenant)
        contents.begin(tenant, SHA, "text/plain", "tokens")
        entry = IndexEntry("id", SHA, 1, "", "", body)
        index.add_pages(SHA, [entry])
        contents.finish_stage(tenant, SHA, "indexed")
        index.add_passages(SHA, [entry])
        index.add_vectors(SHA, ["id"], [1], vector[None, :])
        contents.finish_stage(tenant, SHA, "embedded", StageResult(encoder=encoder))

    def found(self, tenant: str, word: str) -> tuple[int, int, int]:
        """How many pages, passages and vectors a reader finds."""
        index = self.reader.for_tenant(tenant)
        index.refresh()
        return (
            len(index.search_pages([(word, 1.0)], 5, None)),
            len(index.search_passages([(word, 1.0)], 5, None)),
            len(index.search_vectors(VECTOR, 5, None)),
        )


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    yield made
    made.database.close()


def test_a_reader_sees_what_has_been_published_since_its_last_search(two: Two) -> None:
    assert two.found("one", "walrus") == (0, 0, 0)
    two.publish("one", "A walrus.")
    assert two.found("one", "walrus") == (1, 1, 1)


def test_tenants_have_indexes_of_their_own(two: Two) -> None:
    two.publish("one", "A walrus.")
    assert two.found("two", "walrus") == (0, 0, 0)


def test_vectors_of_another_encoder_are_not_searched(two: Two) -> None:
    two.publish("one", "A walrus.", encoder="older")
    assert two.found("one", "walrus") == (1, 1, 0)


def test_a_content_removed_is_gone_for_readers(two: Two) -> None:
    two.publish("one", "A walrus.")
    assert two.found("one", "walrus") == (1, 1, 1)
    assert two.writer.for_tenant("one").delete(SHA) == {"vector_segments": 1}
    two.catalog.remove_unused("one", SHA, lambda: 1)
    assert two.found("one", "walrus") == (0, 0, 0)


def test_a_content_published_again_is_seen_as_it_is_now(two: Two) -> None:
    two.publish("one", "A walrus.")
    two.found("one", "walrus")
    two.publish("one", "An otter.", -VECTOR)
    assert two.found("one", "walrus")[:2] == (0, 0)
    [hit] = two.reader.for_tenant("one").search_vectors(VECTOR, 5, None)
    assert hit.score == pytest.approx(-1, abs=1e-3)


def test_the_same_handle_is_given_again(two: Two) -> None:
    assert two.reader.for_tenant("one") is two.reader.for_tenant("one")

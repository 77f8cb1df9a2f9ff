"""Nearest chunks: exact where it says exact, nearly so above, and never of a content that is gone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.index_types import Vectors
from ingest.indexing.vectors import FEW_CONTENTS, VectorIndex

DIMENSIONS = 48
CONTENTS = [f"{number:064x}" for number in range(120)]
ROWS = 25


def unit(rows: int, seed: int) -> Vectors:
    """Unit vectors as they come back from disk, in half precision."""
    matrix = np.random.default_rng(seed).normal(size=(rows, DIMENSIONS)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix.astype(np.float16).astype(np.float32)


MATRICES = {content: unit(ROWS, number) for number, content in enumerate(CONTENTS)}
QUERIES = unit(20, 999)


def fill(folder: Path, exact_up_to: int) -> VectorIndex:
    index = VectorIndex(folder, "fingerprint", exact_up_to)
    for number, (content, matrix) in enumerate(MATRICES.items()):
        ids = [f"{number}-{row}" for row in range(ROWS)]
        index.write(content, ids, [row + 1 for row in range(ROWS)], matrix)
    index.load(dict.fromkeys(CONTENTS))
    return index


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    return fill(tmp_path_factory.mktemp("exact"), 10**6)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    return fill(tmp_path_factory.mktemp("graph"), 10)


def brute_force(query: Vectors, limit: int, contents: Sequence[str]) -> list[tuple[str, int, float]]:
    """(content, page, score) of the nearest rows, by looking at every one."""
    rows = [(content, row + 1, float(MATRICES[content][row] @ query)) for content in contents for row in range(ROWS)]
    return sorted(rows, key=lambda row: -row[2])[:limit]


def recall(index: VectorIndex, limit: int, contents: Sequence[str] | None) -> float:
    found = 0
    for query in QUERIES:
        right = {row[:2] for row in brute_force(query, limit, CONTENTS if contents is None else contents)}
        found += len(right & {(hit.content, hit.page) for hit in index.search(query, limit, contents)})
    return found / (limit * len(QUERIES))


FILTERS = {"everything": None, "one": CONTENTS[7:8], "few": CONTENTS[:40], "many": CONTENTS[20 : 25 + FEW_CONTENTS]}


@pytest.mark.parametrize("name", FILTERS)
def test_exact_search_is_brute_force(exact: VectorIndex, name: str) -> None:
    contents = FILTERS[name]
    for query in QUERIES:
        hits = exact.search(query, 10, contents)
        right = brute_force(query, 10, CONTENTS if contents is None else contents)
        assert [(hit.content, hit.page) for hit in hits] == [row[:2] for row in right]
        assert [hit.score for hit in hits] == pytest.approx([row[2] for row in right], abs=1e-4)
        assert all(hit.id == f"{CONTENTS.index(hit.content)}-{hit.page - 1}" for hit in hits)


@pytest.mark.parametrize("name", FILTERS)
def test_the_graph_finds_nearly_what_brute_force_finds(graph: VectorIndex, name: str) -> None:
    assert recall(graph, 10, FILTERS[name]) >= 0.95


def test_the_graph_never_returns_what_the_filter_leaves_out(graph: VectorIndex) -> None:
    wanted = CONTENTS[: FEW_CONTENTS + 5]
    for query in QUERIES:
        assert {hit.content for hit in graph.search(query, 50, wanted)} <= set(wanted)


@pytest.mark.parametrize("exact_up_to", [10**6, 10])
def test_a_deleted_content_is_never_returned_after_load(tmp_path: Path, exact_up_to: int) -> None:
    index = fill(tmp_path, exact_up_to)
    query = MATRICES[CONTENTS[3]][0]
    assert index.search(query, 1, None)[0].content == CONTENTS[3]
    assert index.delete(CONTENTS[3]) == 1
    assert index.delete(CONTENTS[3]) == 0
    index.load(dict.fromkeys([content for content in CONTENTS if content != CONTENTS[3]]))
    assert len(index) == (len(CONTENTS) - 1) * ROWS
    for contents in (None, [CONTENTS[3]], CONTENTS):
        assert CONTENTS[3] not in {hit.content for hit in index.search(query, 100, contents)}


def test_a_content_that_is_on_disk_but_not_wanted_is_not_returned(tmp_path: Path) -> None:
    index = fill(tmp_path, 10**6)
    index.load(dict.fromkeys(CONTENTS[:2]))
    assert {hit.content for hit in index.search(QUERIES[0], 100, None)} == set(CONTENTS[:2])


def test_a_content_written_again_is_read_again(tmp_path: Path) -> None:
    index = fill(tmp_path, 10**6)
    index.write(CONTENTS[0], ["new"], [9], MATRICES[CONTENTS[1]][:1])
    index.load(dict.fromkeys(CONTENTS))
    hits = index.search(MATRICES[CONTENTS[1]][0], 5, CONTENTS[:1])
    assert [(hit.id, hit.page) for hit in hits] == [("new", 9)]


def test_a_content_named_twice_is_found_once(exact: VectorIndex) -> None:
    """Two uploads of equal bytes are one content; a caller may name it for each."""
    hits = exact.search(QUERIES[0], 10, [CONTENTS[0], CONTENTS[0]])
    assert len({hit.id for hit in hits}) == len(hits) == 10


def test_nothing_wanted_or_nothing_there_finds_nothing(exact: VectorIndex, tmp_path: Path) -> None:
    assert exact.search(QUERIES[0], 10, []) == []
    assert exact.search(QUERIES[0], 10, ["unknown"]) == []
    empty = VectorIndex(tmp_path, "fingerprint", 10)
    empty.load(dict.fromkeys(["missing"]))
    assert empty.search(QUERIES[0], 10, None) == []
    assert len(empty) == 0


def test_vectors_of_another_encoder_are_not_seen(tmp_path: Path) -> None:
    fill(tmp_path, 10**6)
    other = VectorIndex(tmp_path, "another", 10**6)
    other.load(dict.fromkeys(CONTENTS))
    assert len(other) == 0


def test_a_limit_above_what_there_is_gives_all(exact: VectorIndex) -> None:
    assert len(exact.search(QUERIES[0], 10**4, None)) == len(CONTENTS) * ROWS
    assert len(exact.search(QUERIES[0], 10**4, CONTENTS[:2])) == 2 * ROWS


def test_a_half_written_segment_is_not_seen(tmp_path: Path) -> None:
    index = fill(tmp_path, 10**6)
    (tmp_path / "fingerprint" / ".new.123.tmp").write_bytes(b"half")
    index.load(dict.fromkeys([*CONTENTS, "new"]))
    assert len(index) == len(CONTENTS) * ROWS

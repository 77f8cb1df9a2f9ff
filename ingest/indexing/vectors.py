"""Vectors of chunks: one immutable file per content, and a FAISS index over them. The only importer of faiss.

A segment is written under a temporary name and renamed; readers therefore see whole files only. Search over few
documents multiplies their matrices directly; over many it asks FAISS: exact under a size, HNSW above it. Knows
nothing of SQL, texts or questions.
"""

import os
import threading
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ingest.errors import full_disk_is_told
from ingest.index_types import IndexHit, Vectors

FEW_CONTENTS = 64  # up to this many filtered contents their matrices are multiplied one by one, exactly
HNSW_LINKS = 32
HNSW_BREADTH = 128
OVERFETCH = 4  # an HNSW search with a filter asks for this many times more


@dataclass(frozen=True)
class Segment:
    """One content's vectors in memory, in page order. `written` tells one version of its file from the next."""

    content: str
    written: int
    ids: tuple[str, ...]
    pages: tuple[int, ...]
    matrix: Vectors


class VectorIndex:
    """One tenant's vectors of one encoder."""

    def __init__(self, folder: Path, fingerprint: str, exact_up_to: int) -> None:
        self._root = folder
        self._folder = folder / fingerprint
        self._exact_up_to = exact_up_to
        self._segments: dict[str, Segment] = {}
        self._order: list[Segment] = []
        self._starts = np.zeros(0, np.int64)
        self._faiss: Any = None
        self._lock = threading.Lock()

    def write(self, content: str, ids: Sequence[str], pages: Sequence[int], matrix: Vectors) -> None:
        """Write a content's segment; the file appears whole or not at all."""
        with full_disk_is_told("the vectors were not written"):
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch = self._folder / f".{content}.{os.getpid()}.tmp"
            with scratch.open("wb") as target:
                np.savez(
                    target,
                    ids=np.array(ids, dtype="U40"),
                    pages=np.array(pages, np.int32),
                    matrix=matrix.astype(np.float16),
                )
                target.flush()
                os.fsync(target.fileno())
            os.replace(scratch, self._path(content))
        for old in self._root.glob(f"*/{content}.npz"):
            if old.parent != self._folder:  # vectors of an encoder no longer in use
                old.unlink()

    def delete(self, content: str) -> int:
        """Remove a content's segments, of whichever encoder; returns how many files went."""
        segments = list(self._root.glob(f"*/{content}.npz"))
        for path in segments:
            path.unlink()
        return len(segments)

    def load(self, contents: Mapping[str, int | None]) -> set[str]:
        """Hold exactly these contents in memory: read what is new, forget what is gone.

        A content comes with the number of its vectors, if that is known. Returned are those whose segment is missing,
        damaged or too short; they are left out.
        """
        lost = set()
        with self._lock:
            changed = False
            for content in set(self._segments) - set(contents):
                del self._segments[content]
                changed = True
            for content, expected in contents.items():
                known = self._segments.get(content)
                if known is not None and known.written == self._written(content):
                    continue
                changed = self._segments.pop(content, None) is not None or changed
                segment = self._read(content)
                if segment is None or len(segment.ids) < (expected or 0):
                    lost.add(content)
                else:
                    self._segments[content] = segment
                    changed = True
            if changed:
                self._build()
        return lost

    def search(self, vector: Vectors, limit: int, contents: Iterable[str] | None) -> list[IndexHit]:
        """Chunks nearest to a unit vector of shape (dimensions,), best first; the score is the cosine."""
        with self._lock:
            segments = dict(self._segments)  # `load` changes the original
            index, order, starts = self._faiss, self._order, self._starts
        if contents is not None:
            wanted = [segments[content] for content in dict.fromkeys(contents) if content in segments]
            if len(wanted) <= FEW_CONTENTS or index is None:
                return _search_segments(wanted, vector, limit)
            return self._search_faiss(index, order, starts, vector, limit, {segment.content for segment in wanted})
        if index is None:
            return []
        return self._search_faiss(index, order, starts, vector, limit, None)

    def __len__(self) -> int:
        return sum(len(segment.ids) for segment in self._segments.values())

    def _search_faiss(
        self,
        index: Any,
        order: Sequence[Segment],
        starts: "np.typing.NDArray[np.int64]",
        vector: Vectors,
        limit: int,
        contents: set[str] | None,
    ) -> list[IndexHit]:
        faiss.omp_set_num_threads(1)  # one query: a second thread costs more than it brings
        parameters: Any = None
        if contents is not None:
            rows = np.concatenate(
                [
                    np.arange(starts[i], starts[i] + len(segment.ids))
                    for i, segment in enumerate(order)
                    if segment.content in contents
                ]
            )
            selector = faiss.IDSelectorBatch(rows)
            if isinstance(index, faiss.IndexHNSW):
                parameters = faiss.SearchParametersHNSW(  # type: ignore[attr-defined]
                    sel=selector, efSearch=HNSW_BREADTH * OVERFETCH
                )
            else:
                parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = index.search(vector[None, :], min(limit, index.ntotal), params=parameters)
        hits = []
        for score, row in zip(scores[0], rows[0], strict=True):
            if row >= 0:
                position = int(np.searchsorted(starts, row, side="right")) - 1
                segment, offset = order[position], int(row - starts[position])
                hits.append(IndexHit(segment.content, segment.pages[offset], segment.ids[offset], float(score)))
        return hits

    def _build(self) -> None:
        self._order = [self._segments[content] for content in sorted(self._segments)]
        sizes = [len(segment.ids) for segment in self._order]
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if sizes else np.zeros(0, np.int64)
        if not sum(sizes):
            self._faiss = None
            return
        matrix = np.concatenate([segment.matrix for segment in self._order])
        if len(matrix) <= self._exact_up_to:
            index: Any = faiss.IndexFlatIP(matrix.shape[1])
        else:
            index = faiss.IndexHNSWFlat(matrix.shape[1], HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = HNSW_BREADTH
            index.hnsw.efSearch = HNSW_BREADTH
        index.add(matrix)
        self._faiss = index

    def _written(self, content: str) -> int | None:
        try:
            return self._path(content).stat().st_mtime_ns
        except FileNotFoundError:
            return None

    def _read(self, content: str) -> Segment | None:
        try:
            written = self._path(content).stat().st_mtime_ns
            with self._path(content).open("rb") as file, np.load(file) as stored:
                ids = tuple(str(value) for value in stored["ids"])
                pages = tuple(int(value) for value in stored["pages"])
                matrix = stored["matrix"].astype(np.float32)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None  # not there, or not what was written: the archive checks a sum of its own
        return Segment(content, written, ids, pages, matrix) if len(ids) == len(pages) == len(matrix) else None

    def _path(self, content: str) -> Path:
        return self._folder / f"{content}.npz"


def _search_segments(segments: Sequence[Segment], vector: Vectors, limit: int) -> list[IndexHit]:
    if not segments:
        return []
    scores = np.concatenate([segment.matrix @ vector for segment in segments])
    starts = np.cumsum([0] + [len(segment.ids) for segment in segments])
    limit = min(limit, len(scores))
    best = np.argpartition(-scores, limit - 1)[:limit]
    hits = []
    for row in best[np.argsort(-scores[best], kind="stable")]:
        position = int(np.searchsorted(starts, row, side="right")) - 1
        segment, offset = segments[position], int(row - starts[position])
        hits.append(IndexHit(segment.content, segment.pages[offset], segment.ids[offset], float(scores[row])))
    return hits

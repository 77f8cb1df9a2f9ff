"""Pincite's own pipeline over some files, one after another: the real Worker over a temporary data folder.

Measures seconds from the call of `accept` to `searchable` and to `ready`, and the stages between, by the moment the
catalog has stored each state. Imports, migrations and the loading of the encoder are measured apart, as they are for
the peers. Measures no retrieval: that is service's.
The worker is not niced here as `python -m ingest.worker` is, so that contestants share the machine on equal terms.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.contestant import count_tokens, cpu_seconds, print_result, read_request, refuse_network

TENANT = "bench"


def main() -> None:
    """Read the request, ingest every file, print totals and each document's row."""
    request = read_request()
    refuse_network()
    started = time.perf_counter()
    from ingest.parts import build_parts, build_pipeline  # noqa: PLC0415  (timed)
    from ingest.settings import IngestSettings  # noqa: PLC0415
    from ingest.worker import Worker, writer_lock  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="pincite-bench-") as home:
        parts = build_parts(replace(IngestSettings(), home=Path(home)))
        pipeline = build_pipeline(parts)
        pipeline.encoder()
        with writer_lock(parts):
            worker = Worker(parts, pipeline)
            startup = time.perf_counter() - started
            seen = _record_states(parts)
            rows = [_ingest(parts, worker, Path(file), seen) for file in request["files"]]
        parts.close()
    sums = {name: sum(row[name] for row in rows) for name in rows[0] if name not in ("name", "status")}
    print_result({"startup_seconds": startup, **sums, "documents": rows, "questions": []})


def _ingest(parts: Any, worker: Any, file: Path, seen: dict[str, float]) -> dict[str, Any]:
    """Bring one file to `ready`; seconds of each stage and what was encoded."""
    from ingest.types import SETTLED, Scope  # noqa: PLC0415

    seen.clear()
    begun, cpu_before = time.perf_counter(), cpu_seconds()
    with file.open("rb") as stream:
        document = parts.intake.accept(Scope(TENANT), stream, file.name, file.stat().st_size)
    while parts.catalog.documents.get(Scope(TENANT), document.id).status not in SETTLED:
        worker.step()
    cpu = cpu_seconds() - cpu_before
    document = parts.catalog.documents.get(Scope(TENANT), document.id)
    if document.status == "failed":
        raise RuntimeError(f"{file.name} became {document.status}: {document.error}")
    searchable, ready = seen["searchable"] - begun, seen[str(document.status)] - begun
    indexing = seen.get("indexing", seen["searchable"]) - begun
    return {
        "name": file.stem,
        "status": str(document.status),
        "reading_seconds": indexing,
        "indexing_seconds": searchable - indexing,
        "embedding_seconds": ready - searchable,
        "searchable_seconds": searchable,
        "ready_seconds": ready,
        "cpu_seconds": cpu,
        "pages": document.pages,
        **count_tokens(_embedded_texts(parts, document)),
    }


def _embedded_texts(parts: Any, document: Any) -> list[str]:
    """The texts the pipeline gave its encoder."""
    from ingest.indexing.entries import vector_entries  # noqa: PLC0415

    key = document.tenant, document.content
    pages = list(parts.catalog.contents.iterate_pages(*key))
    outline = parts.catalog.contents.outline(*key)
    return [text for _id, _page, text in vector_entries(document.content, pages, outline)]


def _record_states(parts: Any) -> dict[str, float]:
    """From now on note when a state or stage is first written. Exact, and free: a polling thread cost a fifth."""
    seen: dict[str, float] = {}
    documents = parts.catalog.documents

    class Recording(type(documents)):  # type: ignore[misc]
        """The documents table with a note of the time at each first write."""

        def set_status(self, document_id: str, status: Any, error: Any = None) -> None:
            super().set_status(document_id, status, error)
            seen.setdefault(str(status), time.perf_counter())

        def set_progress(self, document_id: str, progress: Any, lease_seconds: float) -> None:
            super().set_progress(document_id, progress, lease_seconds)
            seen.setdefault(progress.stage, time.perf_counter())

    parts.catalog.documents = Recording(parts.database)
    return seen


if __name__ == "__main__":
    main()

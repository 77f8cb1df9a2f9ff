"""Pincite's own pipeline over some files, one after another: the real Worker over a temporary data folder.

Measures seconds from the call of `accept` to `searchable` and to `ready`, and the stages between, by polling the
catalog from a thread as a client would; a state is seen at most POLL_SECONDS late. Imports, migrations and the
loading of the encoder are measured apart, as they are for the peers. Measures no retrieval: that is service's.
The worker is not niced here as `python -m ingest.worker` is, so that contestants share the machine on equal terms.
"""

import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.contestant import count_tokens, cpu_seconds, print_result, read_request, refuse_network

POLL_SECONDS = 0.02
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
            rows = [_ingest(parts, worker, Path(file)) for file in request["files"]]
        parts.close()
    sums = {name: sum(row[name] for row in rows) for name in rows[0] if name not in ("name", "status")}
    print_result({"startup_seconds": startup, **sums, "documents": rows, "questions": []})


def _ingest(parts: Any, worker: Any, file: Path) -> dict[str, Any]:
    """Bring one file to `ready`; seconds of each stage and what was encoded."""
    from ingest.types import SETTLED, Scope  # noqa: PLC0415

    begun, cpu_before = time.perf_counter(), cpu_seconds()
    with file.open("rb") as stream:
        document = parts.intake.accept(Scope(TENANT), stream, file.name, file.stat().st_size)
    watcher = _Watcher(parts.catalog.documents, document.id)
    watcher.start()
    while parts.catalog.documents.get(Scope(TENANT), document.id).status not in SETTLED:
        worker.step()
    watcher.join()
    cpu = cpu_seconds() - cpu_before
    document = parts.catalog.documents.get(Scope(TENANT), document.id)
    if document.status == "failed":
        raise RuntimeError(f"{file.name} became {document.status}: {document.error}")
    searchable, ready = watcher.seen["searchable"] - begun, watcher.seen[str(document.status)] - begun
    indexing = watcher.seen.get("indexing", watcher.seen["searchable"]) - begun
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
    """The texts the pipeline gave its encoder, composed again as `Pipeline.embed` does."""
    from ingest.derived import without_amounts  # noqa: PLC0415
    from ingest.embed import embedded_text  # noqa: PLC0415

    key = document.tenant, document.content
    texts = {page.number: page.text for page in parts.catalog.contents.iterate_pages(*key)}
    chunks = parts.catalog.contents.chunks(*key)
    words = [(chunk, without_amounts(texts[chunk.page][chunk.start : chunk.end])) for chunk in chunks]
    return [embedded_text(chunk, body) for chunk, body in words if any(c.isalpha() for c in body)]


class _Watcher(threading.Thread):
    """Notes when a document was first seen in each state, and when indexing began."""

    def __init__(self, documents: Any, document_id: str) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, float] = {}
        self._documents = documents
        self._document_id = document_id

    def run(self) -> None:
        from ingest.types import SETTLED, Scope  # noqa: PLC0415

        while True:
            document = self._documents.get(Scope(TENANT), self._document_id)
            now = time.perf_counter()
            self.seen.setdefault(str(document.status), now)
            self.seen.setdefault(document.progress.stage, now)
            if document.status in SETTLED:
                return
            time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()

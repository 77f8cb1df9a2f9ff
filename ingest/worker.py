"""The process that runs the pipeline: `python -m ingest.worker`. One per data folder, held by a lock file.

Takes waiting documents from the catalog, carries out purges, brings old vectors up to date. Ends when its standard
input closes, which is when its server dies. Knows nothing of HTTP.

The document row is the queue. A poll is one indexed query (0.2 ms here), so no message broker is needed to wake it.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from filelock import FileLock, Timeout

from ingest.blobs import MIN_FREE_BYTES
from ingest.errors import DataFolderBusy, IndexDamaged, InsufficientStorage, PinciteError
from ingest.parts import Parts, build_parts, build_pipeline
from ingest.pipeline import Pipeline
from ingest.run import LEASE_SECONDS
from ingest.settings import IngestSettings, read_settings

POLL_SECONDS = 0.1
DISK_FULL_SECONDS = 5.0  # waited before a document is tried again that found the disk full
NICE = 10
log = logging.getLogger("pincite.worker")


@contextmanager
def writer_lock(parts: Parts) -> Iterator[None]:
    """Be the only writer of this data folder; raises DataFolderBusy when another process is."""
    lock = FileLock(parts.home / "worker.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise DataFolderBusy("Another process is already writing to this data folder.") from error
    try:
        yield
    finally:
        lock.release()


class Worker:
    """Runs jobs one after another. Construct it only while holding the lock."""

    def __init__(self, parts: Parts, pipeline: Pipeline, on_progress: Callable[[], None] | None = None) -> None:
        self._parts = parts
        self._on_progress = on_progress
        self._pipeline = pipeline
        released = parts.catalog.documents.release_all()  # whoever held these leases is dead: we have the lock
        if released:
            log.info("took back %d documents of a worker that ended", released)
        self._repairs_seen = -1

    def step(self, *, refresh: bool = True) -> bool:
        """Do one thing: a purge, a document, or (with `refresh`) outdated vectors. Returns whether there was any."""
        self._parts.watch.beat()
        self._repair()
        if self._purge_one():
            return True
        if self._parts.blobs.free_bytes() < MIN_FREE_BYTES:
            return False  # deleting is all that helps; it stands above
        job = self._parts.catalog.documents.claim(LEASE_SECONDS)
        if job is None:
            return refresh and self._refresh_vectors()
        started = time.monotonic()
        try:
            self._pipeline.run(job, self._progressed)
        except InsufficientStorage as error:
            log.error("document %s waits: %s", job.document.id, error.message)
            self._parts.catalog.documents.release(job.document.id)
            time.sleep(DISK_FULL_SECONDS)
        except IndexDamaged as error:
            log.error("document %s: %s", job.document.id, error.message)
            self._repairs_seen = -1  # look at all indexes before going on
            self._pipeline.try_again(job, error)
        except PinciteError as error:
            log.error("document %s: %s", job.document.id, error.message)
            self._pipeline.fail(job, error.code, error.message)
        except Exception:  # (the worker's edge: one document's surprise must not stop the others)
            log.exception("document %s failed unexpectedly", job.document.id)
            message = "Something unexpected happened while reading; the log has the details."
            self._pipeline.fail(job, "internal", message)
        if job.password:
            self._parts.database.forget_deleted()
        log.info("document %s took %.1f s", job.document.id, time.monotonic() - started)
        return True

    def run_until(self, finished: Callable[[], bool]) -> None:
        """Work until `finished` says so."""
        while not finished():
            if not self.step():
                time.sleep(POLL_SECONDS)

    def _progressed(self) -> None:
        self._parts.watch.beat()
        if self._on_progress is not None:
            self._on_progress()

    def _repair(self) -> None:
        """Look at all indexes, once at the start and whenever somebody has found something missing."""
        asked = self._parts.catalog.contents.repairs()
        if asked == self._repairs_seen:
            return
        for tenant in sorted({tenant for tenant, _content in self._parts.catalog.contents.every()}):
            damaged = self._parts.index.for_tenant(tenant).repair()
            if damaged:
                log.warning("%d contents of tenant %s are made searchable again: index damaged", len(damaged), tenant)
        self._repairs_seen = self._parts.catalog.contents.repairs()

    def _purge_one(self) -> bool:
        for purge in self._parts.catalog.documents.open_purges()[:1]:
            tenant, content = str(purge.tenant), str(purge.content)
            counts = self._parts.catalog.remove_unused(
                tenant, content, partial(self._parts.blobs.delete, tenant, content)
            )
            if self._parts.catalog.contents.get(tenant, content) is None:
                counts |= self._parts.index.for_tenant(tenant).delete(content)
                counts["images"] = self._parts.pages.forget(tenant, content)
            self._parts.catalog.documents.finish_purge(purge.document, counts)
            self._parts.database.forget_deleted()
            log.info("purged %s: %s", purge.document, counts)
            return True
        return False

    def _refresh_vectors(self) -> bool:
        """Embed again one content whose vectors come from another encoder; only when nothing else waits."""
        stale = self._parts.catalog.contents.stale(self._parts.index.fingerprint)
        if stale is None:
            return False
        try:
            self._pipeline.refresh(stale)
        except PinciteError as error:
            log.error("vectors stay as they are: %s", error.message)
            return False
        return True


def main() -> None:
    """Run until standard input closes."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICE)
    os.umask(0o077)  # what Pincite writes is nobody else's to read
    parts = build_parts(read_settings(IngestSettings, os.environ))
    with writer_lock(parts):
        worker = Worker(parts, build_pipeline(parts))
        parts.tokens.count("warm")  # half a second, better spent before the first upload than on it
        worker.run_until(lambda: False)


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)  # nothing to tidy: every stage survives a kill


if __name__ == "__main__":
    main()

"""How a data folder is doing: whether the worker lives, how long documents wait, what room is left, what is rebuilt.

Knows nothing of HTTP. The worker tells that it lives by touching a file; nobody else writes it.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from ingest.catalog import Catalog

BEAT_FILE = "worker.beat"
BEAT_SECONDS = 1.0  # the file is touched at most this often
MAX_SILENCE = 60.0  # seconds without a beat after which the worker counts as gone; one page's OCR may take this long
MIN_FREE_BYTES = 200_000_000  # below this an upload of usual size may not fit


@dataclass(frozen=True)
class Condition:
    """One moment's state; `worker_seconds` is None while no worker has ever run here."""

    worker_seconds: float | None
    waiting: int
    waiting_seconds: float
    free_bytes: int
    rebuilding: int

    def missing(self) -> list[str]:
        """What is not as it should be, one sentence each."""
        found = []
        if self.worker_seconds is None or self.worker_seconds > MAX_SILENCE:
            since = "has not run yet" if self.worker_seconds is None else f"is silent since {self.worker_seconds:.0f} s"
            found.append(f"The worker {since}; {self.waiting} documents wait.")
        if self.free_bytes < MIN_FREE_BYTES:
            found.append(f"The disk is nearly full: {self.free_bytes // 1_000_000} MB are free.")
        if self.rebuilding:
            found.append(f"Something stored was damaged: {self.rebuilding} documents are made searchable again.")
        return found


class Watch:
    """Reads the state of a data folder, and tells the worker's."""

    def __init__(self, home: Path, catalog: Catalog) -> None:
        self._home = home
        self._catalog = catalog
        self._beaten = 0.0

    def beat(self) -> None:
        """Say that the worker lives (worker only)."""
        now = time.monotonic()
        if now - self._beaten >= BEAT_SECONDS:
            self._beaten = now
            (self._home / BEAT_FILE).touch()

    def now(self) -> Condition:
        """The state at this moment; raises StoreUnavailable when the catalog does not answer."""
        try:
            silence = max(time.time() - (self._home / BEAT_FILE).stat().st_mtime, 0.0)
        except FileNotFoundError:
            silence = None
        waiting, since, rebuilding = self._catalog.documents.waiting()
        return Condition(
            worker_seconds=silence,
            waiting=waiting,
            waiting_seconds=max(time.time() - since, 0.0) if since is not None else 0.0,
            free_bytes=shutil.disk_usage(self._home).free,
            rebuilding=rebuilding,
        )

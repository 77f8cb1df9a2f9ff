"""Runs readers in child processes under memory and time limits, and turns their deaths into typed errors.

Knows nothing of what the readers read. One process for one file's reading; a small pool that lives on draws
pages and finds rectangles. Children are spawned, never forked: ONNX and FAISS threads deadlock after a fork.
"""

import base64
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest import errors
from ingest.errors import ReaderCrashed, ReaderTimedOut, ReadingFailed, TooComplex
from ingest.reading.line_codec import lines_from_rows, marked_from_rows
from ingest.types import PageKind, RawPage, Rectangle, TextLayer

READING_ERRORS = {
    error.code: error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, ReadingFailed)
}
VIEW_SECONDS = 30.0
ABORTS = (signal.SIGABRT, signal.SIGTRAP, signal.SIGILL, signal.SIGSEGV, signal.SIGBUS)  # how a failed allocation ends
FULL = 0.8  # a child that died with so much of its memory in use died of that
TOLD = {"PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}
TOLD_PREFIXES = ("LC_", "PYTHON", "OPENBLAS_", "MKL_", "COVERAGE_")
Reply = dict[str, Any]


def child_environment(parent: Mapping[str, str]) -> dict[str, str]:
    """What a child is told of its parent's environment: how to run Python here, and nothing that could be a secret."""
    told = {name: value for name, value in parent.items() if name in TOLD or name.startswith(TOLD_PREFIXES)}
    paths = [str(Path(__file__).parents[2]), *filter(None, [parent.get("PYTHONPATH")])]
    return {**told, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)}


class ReaderProcess:
    """One child. Not safe for two threads at once."""

    def __init__(self, memory_mb: int) -> None:
        self._memory_bytes = memory_mb << 20
        self._spawned_from = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.reading.child", str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(os.environ),
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        self._buffer = b""

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def ask(self, request: dict[str, Any], seconds: float, stall_seconds: float) -> Iterator[Reply]:
        """Send one request and yield its replies; a limit passed, or the child's death, raises ReadingFailed."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, OSError) as error:
            raise ReaderCrashed("The reader process ended before it could be asked.") from error
        deadline = time.monotonic() + seconds
        while True:
            reply = json.loads(self._line(min(deadline, time.monotonic() + stall_seconds)))
            if "error" in reply:
                raise READING_ERRORS.get(reply["error"], ReaderCrashed)(reply["message"])
            if "done" in reply:
                return
            yield reply

    def close(self) -> None:
        """End the child and release its pipes."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # unsent bytes of a request to a dead child

    def _ended(self) -> tuple[int, int]:
        """How the child ended, and the most memory it ever held, in bytes."""
        try:
            _pid, status, usage = os.wait4(self._process.pid, 0)
        except ChildProcessError:  # somebody has asked before
            return self._process.wait(), 0
        self._process.returncode = os.waitstatus_to_exitcode(status)
        # a child's peak begins with that of the process it was spawned from: below that it says nothing
        return self._process.returncode, usage.ru_maxrss * 1024 if usage.ru_maxrss > self._spawned_from else 0

    def _line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        parts = [self._buffer]
        while b"\n" not in parts[-1]:
            wait = deadline - time.monotonic()
            if wait <= 0 or not self._selector.select(wait):
                self.close()
                raise ReaderTimedOut("Reading took longer than its limit; the file may be damaged or very complex.")
            data = self._process.stdout.read(1 << 20)
            if data == b"":
                raise self._death()
            parts.append(data or b"")
        line, _, self._buffer = b"".join(parts).partition(b"\n")
        return line

    def _death(self) -> ReadingFailed:
        code, memory = self._ended()
        if code == -signal.SIGPROF:  # its own alarm, see `child`
            return TooComplex("It needs more processor time than a page may take.")
        out_of_memory = -code in ABORTS and memory > FULL * self._memory_bytes
        if code == -signal.SIGKILL or out_of_memory:  # the kernel's killer, or its own limit
            return TooComplex("It needs more memory than a reader may use.")
        return ReaderCrashed("The reader process crashed on this file; it is probably damaged.")


def page_from_json(row: dict[str, Any]) -> RawPage:
    """The page a child sent."""
    read = {
        "kind": PageKind(row["kind"]),
        "lines": lines_from_rows(row["lines"]),
        "marked": marked_from_rows(row["marked"]),
        "text_layer": TextLayer(row["text_layer"]),
    }
    return RawPage(**{**row, **read})


class Viewers:
    """A pool of processes that draw pages and find rectangles; one that dies is replaced."""

    def __init__(self, size: int, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._free: list[ReaderProcess] = []
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Start the pool's first process, so that who asks first need not wait for it."""
        with self._lock:
            if not self._free:
                self._free.append(ReaderProcess(self._memory_mb))

    def png(self, path: Path, media_type: str, number: int, dpi: float) -> bytes:
        """One page as PNG bytes."""
        reply = self._ask({"operation": "png", "number": number, "dpi": dpi} | _file(path, media_type))
        return base64.b64decode(reply["png"])

    def rectangles(self, path: Path, media_type: str, spans: list[tuple[int, int, int]]) -> list[list[Rectangle]]:
        """Boxes for each span (page, start, end)."""
        reply = self._ask({"operation": "rectangles", "spans": spans} | _file(path, media_type))
        return [[Rectangle(*box) for box in boxes] for boxes in reply["rectangles"]]

    def close(self) -> None:
        """End every process of the pool."""
        with self._lock:
            while self._free:
                self._free.pop().close()

    def _ask(self, request: dict[str, Any]) -> Reply:
        with self._places:
            with self._lock:
                process = self._free.pop() if self._free else ReaderProcess(self._memory_mb)
            try:
                replies = list(process.ask(request, VIEW_SECONDS, VIEW_SECONDS))
            except BaseException:
                process.close()
                raise
            with self._lock:
                self._free.append(process)
            return replies[0]


def _file(path: Path, media_type: str) -> dict[str, Any]:
    return {"path": str(path), "media_type": media_type, "password": None}

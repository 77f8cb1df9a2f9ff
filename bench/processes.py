"""Runs one contestant in its own process and watches its memory. Knows nothing of what it does.

Memory is resident memory summed over the process and its descendants, sampled; pages shared between them count
twice, a peak shorter than the sampling interval is missed.
"""

import json
import os
import subprocess
import threading
from collections.abc import Sequence
from typing import Any

import psutil

from bench.machine import ROOT

SAMPLE_SECONDS = 0.1
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "true",
    "LANGSMITH_TRACING": "false",
    "PYTHONWARNINGS": "ignore",
}


class ContestantFailed(Exception):
    """A contestant's process ended without a result; the message ends with what it wrote."""


def run_measured(command: Sequence[str], request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Run a command with a JSON request on its standard input; returns its JSON line plus `peak_rss_mb`."""
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **OFFLINE},
    )
    peak = _Peak(process.pid)
    peak.start()
    try:
        output, errors = process.communicate(json.dumps(request), timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise ContestantFailed(f"{command[-1]} took longer than {seconds:.0f} s") from error
    finally:
        peak.stop()
        process.kill()
        process.wait()
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if process.returncode != 0 or not lines:
        raise ContestantFailed(f"{command[-1]} ended with {process.returncode}: {errors[-2000:]}")
    result: dict[str, Any] = json.loads(lines[-1])
    return result | {"peak_rss_mb": round(peak.bytes / 2**20)}


class _Peak(threading.Thread):
    """Samples the resident memory of a process tree."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._process = psutil.Process(pid)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self.bytes = max(self.bytes, self._now())

    def stop(self) -> None:
        """Sample no more."""
        self._ended.set()
        self.join()

    def _now(self) -> int:
        total = 0
        try:
            for process in (self._process, *self._process.children(recursive=True)):
                total += process.memory_info().rss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            return total
        return total

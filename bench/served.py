"""Starts what a load test talks to: `pincite serve` over a small data folder, and the scripted model beside it.

Each is a process of its own, as in real life. Measures nothing.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import ROOT
from examples.make_samples import ANNUAL_REPORT, make_samples

START_SECONDS = 60.0
LOOPBACK = "127.0.0.1"
CLI = (sys.executable, "-m", "service.command_line.main")


@dataclass(frozen=True)
class Served:
    """A running process and the port it listens on."""

    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        return self._call(urllib.request.Request(self._address(path)))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON that comes back for a body."""
        headers = {"content-type": "application/json"}
        return self._call(urllib.request.Request(self._address(path), json.dumps(body).encode(), headers))

    def _address(self, path: str) -> str:
        return f"http://{LOOPBACK}:{self.port}{path}"

    def _call(self, request: urllib.request.Request) -> Any:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)


def fill_home(folder: Path) -> Path:
    """A data folder in which the sample annual report has been read; returns it."""
    make_samples(folder / "samples")
    home = folder / "home"
    command = [*CLI, "add", str(folder / "samples" / ANNUAL_REPORT)]
    subprocess.run(command, env=_environment(home), cwd=ROOT, check=True, capture_output=True)
    return home


@contextmanager
def scripted_model(text: str, first: float, between: float) -> Iterator[Served]:
    """The tests' OpenAI-compatible server, saying one text piece by piece."""
    port = _free_port()
    arguments = ["--port", str(port), "--text", text, "--first", str(first), "--between", str(between)]
    command = [sys.executable, str(ROOT / "tests" / "scripted_llm.py"), *arguments]
    with _running(command, {**os.environ, "PYTHONPATH": str(ROOT)}, port, "/received", None) as served:
        yield served


@contextmanager
def pincite(home: Path, model: Served | None, log: Path) -> Iterator[Served]:
    """`pincite serve` over a data folder, asking a model if there is one."""
    port = _free_port()
    environment = _environment(home)
    if model is not None:
        environment["PINCITE_LLM_BASE_URL"] = f"http://{LOOPBACK}:{model.port}/v1"
    with _running([*CLI, "serve", "--port", str(port)], environment, port, "/healthz", log) as served:
        yield served


@contextmanager
def _running(
    command: Sequence[str], environment: dict[str, str], port: int, path: str, log: Path | None
) -> Iterator[Served]:
    output = log.open("wb") if log is not None else subprocess.DEVNULL
    process = subprocess.Popen(list(command), env=environment, cwd=ROOT, stdout=output, stderr=output)
    served = Served(process, port)
    try:
        _wait(served, path)
        yield served
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if not isinstance(output, int):
            output.close()


def _wait(served: Served, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            served.get(path)
            return
        except OSError:
            if served.process.poll() is not None or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PINCITE_HOME": str(home)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])

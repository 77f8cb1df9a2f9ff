"""Speed of two states of the code side by side: the same questions, in turn, in one run, so that a busy machine weighs
on both alike.

Each state runs in a process of its own over its own data folder and answers in process: `search` is a page search with
everything a reply holds, `answer` an extractive answer over HTTP routes. Knows nothing of either state's inside but
`build_service`, its `searcher`, and `create_app`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.machine import ROOT, keep

WARM = 5  # questions asked before the clock runs
CHILD = """
import json, os, sys, time
from fastapi.testclient import TestClient
from ingest.types import Scope
from service.app import create_app
from service.wiring import build_service

service = build_service(os.environ)
with TestClient(create_app(lambda: service), base_url="http://127.0.0.1:8080") as client:
    for line in sys.stdin:
        kind, question = json.loads(line)
        started, spent = time.perf_counter(), time.process_time()
        if kind == "search":
            service.searcher.search(Scope("local"), question, "page", 10, None, explain=False)
        else:
            client.post("/v1/answers", json={"question": question, "mode": "extractive"}).raise_for_status()
        print(json.dumps([1000 * (time.perf_counter() - started), 1000 * (time.process_time() - spent)]), flush=True)
"""


class State:
    """One state of the code in a process of its own."""

    def __init__(self, tree: Path, home: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(tree), "PINCITE_HOME": str(home)}
        command = [sys.executable, "-c", CHILD]
        self._process = subprocess.Popen(
            command, cwd=tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def milliseconds(self, kind: str, question: str) -> tuple[float, float]:
        """How long one search or answer took, on the clock and on the processor."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([kind, question]) + "\n")
        self._process.stdin.flush()
        elapsed, spent = json.loads(self._process.stdout.readline())
        return float(elapsed), float(spent)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def measure(states: dict[str, State], kind: str, questions: Sequence[str]) -> dict[str, Any]:
    """Milliseconds of each state over all questions, asked in turn; the new one's p50 as a share of the old one's."""
    for question in questions[:WARM]:
        for state in states.values():
            state.milliseconds(kind, question)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in states}
    for question in questions:
        for name, state in states.items():
            times[name].append(state.milliseconds(kind, question))
    result: dict[str, Any] = {}
    for index, clock in enumerate(("elapsed", "processor")):
        rows: dict[str, Any] = {name: _percentiles([pair[index] for pair in pairs]) for name, pairs in times.items()}
        rows["p50_ratio"] = round(rows["new"]["p50"] / rows["old"]["p50"], 3)
        result[clock] = rows
    return result


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    return {"p50": round(statistics.median(values), 1), "p95": round(statistics.quantiles(values, n=20)[-1], 1)}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with questions.jsonl")
    parser.add_argument("--old", type=Path, required=True, help="tree of the old state")
    parser.add_argument("--old-home", type=Path, required=True, help="its data folder, filled")
    parser.add_argument("--home", type=Path, required=True, help="the data folder of this state, filled")
    parser.add_argument("--every", type=int, default=1, help="take only every n-th question")
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    rows = (options.data / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(row)["question"] for row in rows][:: options.every]
    states = {"old": State(options.old, options.old_home), "new": State(ROOT, options.home)}
    result: dict[str, Any] = {"data": options.data.name, "questions": len(questions)}
    started = time.perf_counter()
    for kind in ("search", "answer"):
        result[kind] = measure(states, kind, questions)
        Console().print(kind, result[kind])
    result["seconds"] = round(time.perf_counter() - started, 1)
    for state in states.values():
        state.close()
    if options.keep:
        Console().print("kept", keep("states", result))


if __name__ == "__main__":
    main()

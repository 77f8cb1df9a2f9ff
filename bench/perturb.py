"""Which numbers of the code no unit test pins: each constant moved by 40 % up and down, one at a time.

A module-level number (a threshold, a weight, a count of pages) decides something; moved by 40 %, a test of its module
should fail. The tests run are those that mirror the module (tests/…/test_<module>.py), else those of its package.
Numbers in data files are not touched: they come out of a fit. Time-outs, sizes of batches and the like decide nothing
about an answer and are left out by name (`NO_DECISION`).

    python -m bench.perturb --under ingest/structure --keep
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from bench.machine import ROOT, keep

console = Console(width=140)
MOVES = (1.4, 0.6)
COPIED = ("ingest", "service", "bench", "examples", "tests")
NO_DECISION = re.compile(
    r"SECONDS|TIMEOUT|BATCH|BYTES|MEBIBYTE|NICE|PORT|DPI|MILLI|PER_CALL|BUSY|LEASE|CACHE|NANO|SCALE$"
)
PYTEST = ("-m", "pytest", "-x", "-q", "--timeout=120", "-p", "no:cacheprovider", "-m", "not soak")


@dataclass(frozen=True)
class Constant:
    """A number of a module: its file, name, value, and where in the file's lines it is written."""

    path: str
    name: str
    value: float
    line: int
    begin: int
    end: int


def constants(source: str, path: str) -> Iterator[Constant]:
    """Module-level numbers of a file, those of a tuple included."""
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target, value = node.targets[0], node.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=False))
        for name, number in pairs:
            if not isinstance(name, ast.Name) or not isinstance(number, ast.Constant):
                continue
            if isinstance(number.value, int | float) and not isinstance(number.value, bool):
                at = number.lineno, number.col_offset, number.end_col_offset or number.col_offset
                yield Constant(path, name.id, number.value, *at)


def moved(source: str, constant: Constant, factor: float) -> str:
    """The file with one number changed; a whole number stays whole and changes by one at least."""
    value: float = constant.value * factor
    if isinstance(constant.value, int):
        value = round(value) if round(value) != constant.value else constant.value + (1 if factor > 1 else -1)
    lines = source.splitlines(keepends=True)
    row = lines[constant.line - 1].encode()
    lines[constant.line - 1] = (row[: constant.begin] + repr(value).encode() + row[constant.end :]).decode()
    return "".join(lines)


def mirror_of(path: str) -> str | None:
    """The tests that mirror a module, else its package's, as far as there are any."""
    file = Path(path)
    mirror = Path("tests") / file.parent / f"test_{file.name}"
    for candidate in (mirror, Path("tests") / file.parent):
        if (ROOT / candidate).exists():
            return str(candidate)
    return None


def survives(constant: Constant, folder: Path) -> list[float]:
    """The moves that no test notices; run in a copy of the tree that is this worker's own."""
    file, tests = folder / constant.path, mirror_of(constant.path)
    if tests is None:
        return list(MOVES)
    source = file.read_text(encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    unseen = []
    try:
        for factor in MOVES:
            file.write_text(moved(source, constant, factor), encoding="utf-8")
            command = [sys.executable, *PYTEST, tests]
            if subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode == 0:
                unseen.append(factor)
    finally:
        file.write_text(source, encoding="utf-8")
    return unseen


def copied(target: Path) -> Path:
    """A copy of what the tests need."""
    for name in COPIED:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "results"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--under", default="", help="only files whose path begins so")
    parser.add_argument("--minutes", type=float, default=5.0, help="begin nothing after this long")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    found = [
        constant
        for room in ("ingest", "service")
        for file in sorted((ROOT / room).rglob("*.py"))
        if (path := str(file.relative_to(ROOT))).startswith(options.under) and "migrations" not in path
        for constant in constants(file.read_text(encoding="utf-8"), path)
        if not NO_DECISION.search(constant.name)
    ]
    deadline = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory() as scratch:
        halves = [found[0::2], found[1::2]]
        folders = [copied(Path(scratch) / str(number)) for number in range(len(halves))]
        with ThreadPoolExecutor(len(halves)) as pool:
            rows = [row for part in pool.map(partial(_run, deadline=deadline), halves, folders) for row in part]
    rows.sort(key=lambda row: (str(row["file"]), str(row["name"])))
    for row in rows:
        if row["unseen"]:
            console.print(f"{row['file']}: {row['name']} = {row['value']}, unseen at {row['unseen']}", markup=False)
    unpinned = sum(row["unseen"] == list(MOVES) for row in rows)
    console.print(f"{len(rows)} of {len(found)} constants tried: {unpinned} pinned by no test")
    if options.keep:
        result = {
            "under": options.under,
            "constants": len(found),
            "tried": len(rows),
            "unpinned": unpinned,
            "rows": rows,
        }
        console.print("kept", keep("perturb", result))


def _run(part: list[Constant], folder: Path, deadline: float) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for constant in part:
        if time.monotonic() > deadline:
            break
        unseen = survives(constant, folder)
        rows.append({"file": constant.path, "name": constant.name, "value": constant.value, "unseen": unseen})
    return rows


if __name__ == "__main__":
    main()

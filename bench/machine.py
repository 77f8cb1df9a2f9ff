"""What every kept result says of the machine, the moment and the code it comes from, and how results are kept.

Measures nothing itself. The load average is part of the description because other work often shares the machine:
figures of one run may be compared with one another, figures of different runs only with care.
"""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"


def describe() -> dict[str, Any]:
    """Processor, cores, memory, Python, moment (UTC, ISO 8601), commit and whether the tree differs from it."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "load_average": [round(value, 2) for value in os.getloadavg()],
        "python": platform.python_version(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short", "HEAD"),
        "dirty": bool(_git("status", "--porcelain")),
    }


def keep(name: str, result: dict[str, Any]) -> Path:
    """Write a result under the description of this machine to bench/results/<name>-<date>.json; returns the path."""
    machine = describe()
    date = machine["date"].split("+")[0].replace(":", "")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{date}.json"
    path.write_text(json.dumps({"machine": machine, "result": result}, indent=1, ensure_ascii=False) + "\n")
    return path


def median_and_spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Median, least and greatest of some values; raises ValueError when there are none."""
    if not values:
        raise ValueError("there is no value to take the median of")
    return statistics.median(values), min(values), max(values)


def shown(values: Sequence[float], digits: int = 2) -> str:
    """Median with the spread behind it, for a table."""
    if not values:
        return "—"
    median, least, greatest = median_and_spread(values)
    if len(values) == 1:
        return f"{median:.{digits}f}"
    return f"{median:.{digits}f} ({least:.{digits}f}–{greatest:.{digits}f})"


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    # --no-optional-locks: a status must not write the index while someone else commits
    command = ["git", "-C", str(ROOT), "--no-optional-locks", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

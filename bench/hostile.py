"""What malformed files do: each is taken in and read as an upload is; counted are outcomes, time and memory.

Files come from a folder of test corpora (`--corpus`, with `index.csv` of names and passwords) and from a sample of our
own with bytes flipped, cut out, doubled or renumbered (`--mutants`). Wanted: no untyped error (`internal`), nothing
accepted that never settles, no reader beyond its memory, no file beyond its time. Runs the pipeline, without a server.

    python -m bench.hostile --corpus FOLDER --files 200 --mutants 500 --minutes 5 --keep
"""

import argparse
import csv
import io
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.machine import keep
from examples.figures import load_figures
from examples.memo import plain_memo
from ingest.catalog import UploadDetails
from ingest.errors import PinciteError
from ingest.parts import Parts, build_parts, build_pipeline
from ingest.settings import IngestSettings
from ingest.types import SETTLED, Scope
from ingest.worker import Worker, writer_lock

console = Console(width=140)
SCOPE = Scope("local")
MAX_BYTES = 256 << 20
SLOW_SECONDS = 30.0


@dataclass(frozen=True)
class Sample:
    """A file to be read, with the password that is known for it."""

    name: str
    data: bytes
    password: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a file: refused at the door, a state with a code, or something nobody foresaw."""

    name: str
    ended: str
    seconds: float


def corpus(folder: Path, count: int, chance: random.Random) -> Iterator[Sample]:
    """Files of the corpus in an order of chance."""
    rows = list(csv.DictReader((folder / "index.csv").read_text(encoding="utf-8").splitlines()))
    for row in chance.sample(rows, min(count, len(rows))):
        yield Sample(row["file"], (folder / "pdfs" / row["file"]).read_bytes(), row["password"] or None)


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Some bits changed."""
    changed = bytearray(data)
    for _time in range(chance.randint(1, 40)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """A stretch left out, at the end as often as within."""
    start = chance.randrange(len(data))
    return data[:start] if chance.random() < 0.5 else data[:start] + data[start + chance.randrange(1, 2000) :]


def doubled(data: bytes, chance: random.Random) -> bytes:
    """A stretch said twice."""
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.randrange(1, 2000))
    return data[:end] + data[start:]


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """A digit of the file's structure changed: references, lengths, offsets."""
    digits = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    changed = bytearray(data)
    for place in chance.sample(digits, min(chance.randint(1, 20), len(digits))):
        changed[place] = 48 + chance.randrange(10)
    return bytes(changed)


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, cut, doubled, renumbered)


def mutants(count: int, chance: random.Random) -> Iterator[Sample]:
    """Our own memo, damaged in each of these ways in turn."""
    whole, _labels = plain_memo(load_figures())
    for number in range(count):
        change = CHANGES[number % len(CHANGES)]
        yield Sample(f"{change.__name__} {number}", change(whole, chance))


def read(parts: Parts, worker: Worker, sample: Sample) -> Outcome:
    """Take a file in and read it to its end."""
    started = time.perf_counter()
    try:
        details = UploadDetails(password=sample.password)
        document = parts.intake.accept(SCOPE, io.BytesIO(sample.data), "file.pdf", MAX_BYTES, details)
        while worker.step(refresh=False):
            continue
        now = parts.catalog.documents.get(SCOPE, document.id)
        state = now.status.value if now.status in SETTLED else f"unsettled, {now.status.value}"
        ended = f"{state}: {now.error[0]}" if now.error else state
    except PinciteError as error:
        ended = f"refused: {error.code}"
    except Exception as error:  # noqa: BLE001  (the bench's edge: what is counted is that nobody foresaw it)
        ended = f"UNTYPED: {type(error).__name__}"
    return Outcome(sample.name, ended, time.perf_counter() - started)


def run(samples: Iterator[Sample], minutes: float) -> list[Outcome]:
    """Read files one after another in a data folder of their own, beginning none after so many minutes."""
    deadline = time.monotonic() + 60 * minutes
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        parts = build_parts(IngestSettings(home=Path(folder) / "home"))
        with writer_lock(parts):
            worker = Worker(parts, build_pipeline(parts))
            for sample in samples:
                if time.monotonic() > deadline:
                    break
                outcomes.append(read(parts, worker, sample))
            console.print(f"stores: {parts.stores.check(repair=False) or 'agree'}")
        parts.close()
    return outcomes


def summary(outcomes: list[Outcome]) -> dict[str, object]:
    """Counts of outcomes, times, and what should not have happened."""
    seconds = sorted(outcome.seconds for outcome in outcomes)
    bad = ("UNTYPED", "unsettled", "failed: internal", "partial: internal")
    return {
        "files": len(outcomes),
        "outcomes": dict(Counter(outcome.ended for outcome in outcomes).most_common()),
        "seconds_p50": round(seconds[len(seconds) // 2], 2),
        "seconds_p95": round(seconds[int(0.95 * (len(seconds) - 1))], 2),
        "seconds_max": round(seconds[-1], 2),
        "slower_than_30_s": [outcome.name for outcome in outcomes if outcome.seconds > SLOW_SECONDS],
        "not_foreseen": [outcome.name for outcome in outcomes if outcome.ended.startswith(bad)],
        "reader_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def show(title: str, found: dict[str, object]) -> None:
    """Print one table."""
    table = Table("what", "value", title=title)
    for name, value in found.items():
        rows = value.items() if isinstance(value, dict) else [(name, value)]
        for what, count in rows:
            table.add_row(str(what), str(count))
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=5.0, help="for each of the two parts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    result: dict[str, object] = {"seed": options.seed}
    if options.corpus:
        result["corpus"] = summary(run(corpus(options.corpus, options.files, chance), options.minutes))
    if options.mutants:
        result["mutants"] = summary(run(mutants(options.mutants, chance), options.minutes))
    for title in ("corpus", "mutants"):
        if isinstance(found := result.get(title), dict):
            show(title, found)
    if options.keep:
        console.print("kept", keep("hostile", result))


if __name__ == "__main__":
    main()

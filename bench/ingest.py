"""Speed and memory of ingestion: `python -m bench.ingest --data ../shared/data/financebench [--files N] [--keep]`.

Measures (1) text extraction in one process, PDFium with geometry against pypdf's `extract_text` on the same pages;
(2) the real pipeline, a Worker over a temporary data folder in its own process: pages a second of each stage, seconds
to `searchable` and to `ready`, chunks, tokens encoded, peak memory with the reader's child. Does not measure HTTP, the
quality of what was read, or several documents at once. `reading` of (2) includes the start of the reader process,
counting tokens and the catalog's writes, so it is slower than (1).
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pypdf
from rich.console import Console
from rich.table import Table

from bench.filings import Filing, chosen_filings
from bench.machine import describe, keep, median_and_spread, shown
from bench.processes import run_measured
from ingest.indexing.export import ensure_exported
from ingest.reading.pdf import PdfFile
from ingest.settings import IngestSettings

CONTESTANT_SECONDS = 600.0
PER_HUNDRED = ("searchable s/100 p", "ready s/100 p")
STAGES = ("reading", "indexing", "embedding")


def main() -> None:
    """Run, print, and keep if asked to."""
    options = _options()
    filings = chosen_filings(options.data, options.files, options.filing)
    settings = IngestSettings()
    ensure_exported(settings.encoder, settings.models, settings.encoder_precision)  # torch stays out of what follows
    console = Console()
    console.print(describe())
    extraction = [_extraction(filing, options.repeat) for filing in filings]
    _print_extraction(console, extraction)
    command = [sys.executable, "-m", "bench.peer_pincite"]
    request = {"files": [str(filing.path.resolve()) for filing in filings], "questions": []}
    pipeline = run_measured(command, request, CONTESTANT_SECONDS)
    _print_pipeline(console, pipeline)
    if options.keep:
        result = {"pypdf": pypdf.__version__, "extraction": extraction, "pipeline": pipeline}
        console.print(f"kept in {keep('ingest', result)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed and memory of ingestion.")
    parser.add_argument("--data", type=Path, required=True, help="folder with documents.jsonl and pdfs/")
    parser.add_argument("--files", type=int, default=4, help="how many 10-Ks of about median size")
    parser.add_argument(
        "--filing", action="append", default=[], help="a filing by name, instead of --files; repeatable"
    )
    parser.add_argument("--repeat", type=int, default=2, help="times each extractor reads each file, alternating")
    parser.add_argument("--keep", action="store_true", help="write the result to bench/results")
    return parser.parse_args()


def _extraction(filing: Filing, repeat: int) -> dict[str, Any]:
    """Pages a second of both extractors on one file; they alternate, so that other work meets both."""
    rates: dict[str, list[float]] = {"pdfium": [], "pypdf": []}
    characters: dict[str, int] = {}
    readers: dict[str, Callable[[Path], int]] = {"pdfium": _read_with_pdfium, "pypdf": _read_with_pypdf}
    for _ in range(repeat):
        for name, read in readers.items():
            begun = time.perf_counter()
            characters[name] = read(filing.path)
            rates[name].append(filing.pages / (time.perf_counter() - begun))
    ratios = [ours / theirs for ours, theirs in zip(rates["pdfium"], rates["pypdf"], strict=True)]
    return {
        "name": filing.name,
        "pages": filing.pages,
        "pages_per_second": rates,
        "ratios": ratios,
        "characters": characters,
    }


def _read_with_pdfium(path: Path) -> int:
    with PdfFile(path) as pdf:
        return sum(len(page.text) for page in pdf.pages())


def _read_with_pypdf(path: Path) -> int:
    with pypdf.PdfReader(path) as reader:
        return sum(len(page.extract_text()) for page in reader.pages)


def _print_extraction(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    table = Table("filing", "pages", "PDFium + geometry", f"pypdf {pypdf.__version__}", "ratio", title="pages a second")
    for row in rows:
        rates = row["pages_per_second"]
        cells = shown(rates["pdfium"], 1), shown(rates["pypdf"], 1), shown(row["ratios"], 1)
        table.add_row(row["name"], str(row["pages"]), *cells)
    if rows:
        medians = [median_and_spread(row["ratios"])[0] for row in rows]
        table.add_row("all", str(sum(row["pages"] for row in rows)), "", "", shown(medians, 1))
    console.print(table)


def _print_pipeline(console: Console, result: dict[str, Any]) -> None:
    stages = Table("filing", "pages", *STAGES, "chunks", "tokens encoded", title="pages a second of each stage")
    times = Table("filing", "searchable s", "ready s", "CPU s", *PER_HUNDRED, title="the real pipeline")
    for row in [*result["documents"], {**result, "name": "all"}]:
        pages = row["pages"]
        rates = [f"{pages / row[f'{stage}_seconds']:.1f}" for stage in STAGES]
        stages.add_row(row["name"], str(pages), *rates, str(row["chunks"]), str(row["tokens_encoded"]))
        searchable, ready = row["searchable_seconds"], row["ready_seconds"]
        seconds = [searchable, ready, row["cpu_seconds"], searchable / pages * 100, ready / pages * 100]
        times.add_row(row["name"], *(f"{value:.2f}" for value in seconds))
    console.print(stages)
    console.print(times)
    memory, startup = result["peak_rss_mb"], result["startup_seconds"]
    console.print(f"peak memory {memory} MB, reader included; start-up {startup:.1f} s")


if __name__ == "__main__":
    main()

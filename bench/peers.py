"""Pincite beside LlamaIndex's and LangChain's quick starts: `python -m bench.peers --data FOLDER [--files N] [--keep]`.

All read the same files in the same run with the same encoder weights, each in a process of its own per file, taking
turns at going first. Measures seconds to searchable and to ready (start-up apart), chunks, tokens encoded and cut off,
peak memory; with --questions also page hit@1/3/5 and MRR of the peers' retrieval with the gold filing given. Does not
measure language models or answers, nor Pincite's retrieval, which has its own benchmark. Nothing is downloaded.

The peers live in `.venv-peers`, made once by `python -m bench.peers --setup`.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.filings import chosen_filings, questions_about
from bench.machine import ROOT, describe, keep, shown
from bench.processes import ContestantFailed, run_measured
from ingest.indexing.export import ensure_exported
from ingest.settings import IngestSettings

PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
REQUIREMENTS = ROOT / "bench" / "peers-requirements.txt"
CONTESTANTS = {
    "pincite": [sys.executable, "-m", "bench.peer_pincite"],
    "llamaindex": [str(PEERS_PYTHON), "-m", "bench.peer_llamaindex"],
    "langchain": [str(PEERS_PYTHON), "-m", "bench.peer_langchain"],
}
PEER_PACKAGES = (
    *("llama-index-core", "llama-index-readers-file", "langchain-core", "langchain-community"),
    *("langchain-text-splitters", "pypdf", "sentence-transformers", "torch", "faiss-cpu"),
)
CONTESTANT_SECONDS = 900.0
HITS_AT = (1, 3, 5)
Rows = dict[str, list[dict[str, Any]]]


def main() -> None:
    """Set up, or run, print, and keep if asked to."""
    options = _options()
    if options.setup:
        set_up()
        return
    if not PEERS_PYTHON.is_file():
        sys.exit("There is no .venv-peers yet; run: python -m bench.peers --setup")
    if options.data is None:
        sys.exit("Name the data folder with --data.")
    settings = IngestSettings()
    ensure_exported(settings.encoder, settings.models, settings.encoder_precision)  # torch stays out of our process
    console = Console()
    console.print(describe())
    rows = _run(options, console)
    _print_ingestion(console, rows)
    if options.questions:
        _print_retrieval(console, rows)
    if options.keep:
        result = {"peers": peer_versions(), "rows": rows, "ratios_to_pincite": ratios(rows, "ready_seconds")}
        console.print(f"kept in {keep('peers', result)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pincite beside the quick starts of LlamaIndex and LangChain.")
    parser.add_argument("--setup", action="store_true", help="make .venv-peers and leave")
    parser.add_argument("--data", type=Path, help="folder with documents.jsonl, questions.jsonl and pdfs/")
    parser.add_argument("--files", type=int, default=4, help="how many 10-Ks of about median size")
    parser.add_argument(
        "--filing", action="append", default=[], help="a filing by name, instead of --files; repeatable"
    )
    parser.add_argument("--questions", action="store_true", help="also ask the questions about these filings")
    parser.add_argument("--keep", action="store_true", help="write the result to bench/results")
    return parser.parse_args()


def set_up() -> None:
    """Make `.venv-peers`; the requirements pin torch, which keeps gigabytes of CUDA out."""
    subprocess.run([sys.executable, "-m", "venv", str(PEERS_PYTHON.parent.parent)], check=True)
    install = ["-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)]
    subprocess.run([str(PEERS_PYTHON), *install], check=True)


def peer_versions() -> dict[str, str]:
    """The peers' package versions, as installed in their virtualenv."""
    code = f"from importlib.metadata import version; print(*map(version, {PEER_PACKAGES!r}), sep='\\n')"
    output = subprocess.run([str(PEERS_PYTHON), "-c", code], capture_output=True, text=True, check=True).stdout
    return dict(zip(PEER_PACKAGES, output.split(), strict=True))


def ratios(rows: Rows, figure: str) -> dict[str, list[float]]:
    """Each contestant's figure over Pincite's, file by file; files either of them failed on are left out."""
    return {
        name: [
            theirs[figure] / ours[figure]
            for theirs, ours in zip(rows[name], rows["pincite"], strict=True)
            if "failed" not in theirs and "failed" not in ours
        ]
        for name in rows
    }


def _run(options: argparse.Namespace, console: Console) -> Rows:
    rows: Rows = {name: [] for name in CONTESTANTS}
    for turn, filing in enumerate(chosen_filings(options.data, options.files, options.filing)):
        questions = questions_about(options.data, filing.name) if options.questions else []
        request = {"files": [str(filing.path.resolve())], "questions": questions}
        names = list(CONTESTANTS)
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            row = {"filing": filing.name, **_contestant(name, request)}
            rows[name].append(row)
            outcome = f"{row['ready_seconds']:.1f} s" if "ready_seconds" in row else row["failed"]
            console.print(f"{filing.name} ({filing.pages} pages) {name}: {outcome}", markup=False)
    return rows


def _contestant(name: str, request: dict[str, Any]) -> dict[str, Any]:
    """One contestant on one file; its failure is a result too."""
    try:
        return run_measured(CONTESTANTS[name], request, CONTESTANT_SECONDS)
    except ContestantFailed as error:
        return {"failed": str(error), "questions": []}


def _print_ingestion(console: Console, rows: Rows) -> None:
    columns = (
        "start-up s",
        "reading s",
        "searchable s",
        "ready s",
        "CPU s",
        "chunks",
        "tokens encoded",
        "cut off",
        "MB",
    )
    table = Table("per filing", *columns, "ready ÷ Pincite", "CPU ÷ Pincite", title="median (least–greatest)")
    figures = ("startup_seconds", "reading_seconds", "searchable_seconds", "ready_seconds", "cpu_seconds")
    counts = ("chunks", "tokens_encoded", "tokens_cut_off", "peak_rss_mb")
    against = [ratios(rows, figure) for figure in ("ready_seconds", "cpu_seconds")]
    for name, all_runs in rows.items():
        runs = [run for run in all_runs if "failed" not in run]
        seconds = [shown([run[figure] for run in runs], 1) for figure in figures]
        sizes = [shown([run[count] for run in runs], 0) for count in counts]
        table.add_row(name, *seconds, *sizes, *(shown(against_ours[name], 1) for against_ours in against))
    console.print(table)


def _print_retrieval(console: Console, rows: Rows) -> None:
    columns = ("questions", *(f"hit@{k}" for k in HITS_AT), "MRR")
    table = Table("gold filing given", *columns, title="pages of the peers' retrieval")
    for name, runs in rows.items():
        ranks = [question["rank"] for run in runs for question in run["questions"]]
        if ranks:
            table.add_row(name, str(len(ranks)), *(f"{value:.2f}" for value in _quality(ranks)))
    console.print(table)


def _quality(ranks: Sequence[int | None]) -> list[float]:
    """hit@1/3/5 and mean reciprocal rank; a page that was not retrieved counts nothing."""
    hits = [sum(rank is not None and rank <= k for rank in ranks) / len(ranks) for k in HITS_AT]
    return [*hits, sum(1 / rank for rank in ranks if rank) / len(ranks)]


if __name__ == "__main__":
    main()

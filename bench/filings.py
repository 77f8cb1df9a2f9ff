"""Chooses the filings a benchmark runs over and the questions asked of them. Measures nothing.

Unless filings are named, the choice is by size alone: nobody picks the files a reader happens to be good at.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.reading.pdf import PdfFile


@dataclass(frozen=True)
class Filing:
    """One PDF of the data folder."""

    name: str
    path: Path
    pages: int


def all_filings(data: Path, kind: str = "10k") -> list[Filing]:
    """Every filing of a kind, smallest first."""
    rows = _rows(data / "documents.jsonl")
    paths = {row["doc_name"]: data / "pdfs" / f"{row['doc_name']}.pdf" for row in rows if row["doc_type"] == kind}
    return sorted((_filing(name, path) for name, path in paths.items()), key=lambda filing: filing.pages)


def median_filings(data: Path, count: int, kind: str = "10k") -> list[Filing]:
    """The `count` filings of a kind whose page counts lie nearest to the median, smallest first."""
    filings = all_filings(data, kind)
    begin = max(0, (len(filings) - count) // 2)
    return filings[begin : begin + count]


def chosen_filings(data: Path, count: int, names: Sequence[str]) -> list[Filing]:
    """The filings named, or else `count` 10-Ks of about median size."""
    if not names:
        return median_filings(data, count)
    return [_filing(name, data / "pdfs" / f"{name}.pdf") for name in names]


def questions_about(data: Path, name: str) -> list[dict[str, Any]]:
    """Questions whose evidence lies in one filing: id, question and one-based gold pages."""
    return [
        {
            "id": row["financebench_id"],
            "question": row["question"],
            "pages": sorted({int(part["evidence_page_num"]) + 1 for part in row["evidence"]}),
        }
        for row in _rows(data / "questions.jsonl")
        if row["doc_name"] == name and all(part["doc_name"] == name for part in row["evidence"])
    ]


def _filing(name: str, path: Path) -> Filing:
    with PdfFile(path) as pdf:
        return Filing(name, path, pdf.page_count)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

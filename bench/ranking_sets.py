"""The labelled questions a ranking is judged by: question, document, gold pages, from every set whose gold is a page.

Knows the files' forms (see each set's README) and nothing of ranking. Physical pages, one-based.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Judged:
    """A question with the pages one of which should be found; `shared` asks it over the whole set of documents."""

    text: str
    document: str  # the file's stem
    pages: frozenset[int]
    shared: bool = False


def load_sets(root: Path) -> dict[str, list[Judged]]:
    """Every set by name. Sets over all documents hold only questions that can name their document."""
    filings = _read(root / "financebench", _financebench)
    reports = _read(root / "ixbrl", _pages)
    return {
        "filings": filings,
        "filings_shared": [_shared(each) for each in filings],
        "tagged_figures": reports,
        "contracts": _read(root / "contracts", _contracts),
        "asked_of_filings": _read(root / "answers", _pages, "filings.jsonl"),
        "asked_of_contracts": _read(root / "answers", _pages, "contracts.jsonl"),
        "papers": _read(root / "papers", _financebench),
    }


def folders(root: Path) -> list[Path]:
    """Where the sets' PDFs lie."""
    return [root / name / "pdfs" for name in ("financebench", "contracts", "ixbrl", "papers")]


def _read(folder: Path, form: Callable[[Mapping[str, Any]], Judged], name: str = "questions.jsonl") -> list[Judged]:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return [judged for judged in map(form, map(json.loads, lines)) if judged.pages]


def _shared(judged: Judged) -> Judged:
    return replace(judged, shared=True)


def _financebench(row: Mapping[str, Any]) -> Judged:
    pages: Iterable[int] = (int(entry["evidence_page_num"]) + 1 for entry in row["evidence"])
    return Judged(row["question"], row["doc_name"], frozenset(pages))


def _contracts(row: Mapping[str, Any]) -> Judged:
    return Judged(row["question"], row["doc_name"], frozenset(row["gold_pages"] if row["unique"] else ()))


def _pages(row: Mapping[str, Any]) -> Judged:
    return Judged(row["question"], row["doc"], frozenset(row.get("pages") or () if row["answerable"] else ()))

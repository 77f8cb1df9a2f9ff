"""Writes docs/benchmarks.md from the newest kept results, so that the page can claim nothing else.

`python -m bench.tables` writes it; a test compares the page with what this would write.
"""

import json
from pathlib import Path
from typing import Any

from bench import tables_quality, tables_speed

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `python -m bench.tables` from the newest files in `bench/results`, which also hold machine, commit and date.
Seconds depend on the machine; ratios were measured in one run. How each figure is defined stands at the top of the
script that makes it (`bench/quality.py`, `bench/answers.py`, `bench/ingest.py`, `bench/peers.py`,
`bench/embedded_text.py`, `bench/legal.py`, `bench/ablate.py`, `bench/labels.py`, `bench/citations.py`,
`bench/attribution.py`, `bench/routes.py`, `bench/streams.py`, `bench/real_model.py`, `bench/reading_room.py`). The
data are not part of the repository; their terms allow measuring, not passing on.
"""


def newest(name: str) -> dict[str, Any] | None:
    """The newest kept result of a bench, or None."""
    files = sorted(RESULTS.glob(f"{name}-2*.json"))
    if not files:
        return None
    found: dict[str, Any] = json.loads(files[-1].read_text(encoding="utf-8"))
    return found


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, title in (
        ("quality-financebench", "Filings (FinanceBench dev questions)"),
        ("quality-contracts", "Contracts"),
    ):
        found = newest(name)
        if found:
            parts.append(f"## {title}\n\n{_where(found)}\n\n{tables_quality.quality(found['result'])}")
    for name, title, body in (
        ("ablate", "What each ranking signal is worth", tables_quality.ablation),
        ("legal", "Spans in contracts and policies (LegalBench-RAG mini)", tables_quality.legal),
        ("labels", "Printed page numbers", tables_quality.labels),
        ("citations", "Citations (mutated and altered quotes of filings)", tables_quality.citations),
        ("attribution", "Quotes found for sentences that came without one", tables_quality.attribution),
        ("real-model", "Ten questions to a small real model", tables_quality.real_model),
        ("routes", "What each route would cost (FinanceBench dev questions, simulated)", tables_speed.routes),
        ("streams", "Many answers streaming at once", tables_speed.streams),
        ("ingest", "Reading", tables_speed.ingest),
        ("peers", "Beside the quick starts of others, same weights, same run", tables_speed.peers),
        ("embedded-text", "What to encode", tables_speed.forms),
        ("reading-room", "The reading room", tables_speed.reading_room),
    ):
        found = newest(name)
        if found:
            parts.append(f"## {title}\n\n{_where(found)}\n\n{body(found['result'])}")
    return "\n".join(parts)


def _where(found: dict[str, Any]) -> str:
    machine = found["machine"]
    return f"{machine['cpu']}, {machine['cores']} cores, commit {machine['commit']}, {machine['date'][:10]}."


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

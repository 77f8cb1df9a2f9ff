"""Writes docs/benchmarks.md from the newest kept results, so that the page can claim nothing else.

`python -m bench.tables` writes it; a test compares the page with what this would write.
"""

import json
import statistics
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `python -m bench.tables` from the newest files in `bench/results`, which also hold machine, commit and date.
Seconds depend on the machine; ratios were measured in one run. How each figure is defined stands at the top of the
script that makes it (`bench/quality.py`, `bench/ingest.py`, `bench/peers.py`, `bench/embedded_text.py`,
`bench/legal.py`, `bench/ablate.py`, `bench/labels.py`, `bench/citations.py`, `bench/routes.py`, `bench/streams.py`,
`bench/reading_room.py`). The data are not part of the repository; their terms allow measuring, not passing on.
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
            parts.append(f"## {title}\n\n{_where(found)}\n\n{_quality(found['result'])}")
    for name, title, body in (
        ("ablate", "What each ranking signal is worth", _ablation),
        ("legal", "Spans in contracts and policies (LegalBench-RAG mini)", _legal),
        ("labels", "Printed page numbers", _labels),
        ("citations", "Citations (mutated and altered quotes of filings)", _citations),
        ("routes", "What each route would cost (FinanceBench dev questions, simulated)", _routes),
        ("streams", "Many answers streaming at once", _streams),
        ("ingest", "Reading", _ingest),
        ("peers", "Beside the quick starts of others, same weights, same run", _peers),
        ("embedded-text", "What to encode", _forms),
        ("reading-room", "The reading room", _reading_room),
    ):
        found = newest(name)
        if found:
            parts.append(f"## {title}\n\n{_where(found)}\n\n{body(found['result'])}")
    return "\n".join(parts)


def _where(found: dict[str, Any]) -> str:
    machine = found["machine"]
    return f"{machine['cpu']}, {machine['cores']} cores, commit {machine['commit']}, {machine['date'][:10]}."


def _table(head: list[str], rows: list[list[Any]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _quality(result: dict[str, Any]) -> str:
    names = ["n", "hit@1", "hit@3", "hit@5", "hit@10", "recall@5", "recall@10", "mrr", "all_gold_in_5"]
    rows = [
        [setting.replace("_", " "), kind, *(row.get(name, "") for name in names)]
        for setting in ("document_given", "whole_collection")
        for kind, row in result[setting].items()
    ]
    whole = result["document_given"]["all"]
    text = _table(["setting", "questions", *names], rows)
    text += (
        f"\nDocument given, 95 % bootstrap intervals: hit@5 {whole['hit@5_interval']}, MRR {whole['mrr_interval']}. "
    )
    latency = result["latency_ms"]
    text += f"Search over the whole collection: median {latency['p50']} ms, 95th percentile {latency['p95']} ms.\n"
    if "answers" in result:
        answers = result["answers"]
        text += (
            f"\nWithout a language model the figure asked for stands in the first citation's quote for "
            f"{answers['single_figure_in_first_quote']:.2f} of {answers['single_figure_n']} single-figure questions; "
            f"put to a wrong filing, {answers['false_answer_rate']:.2f} of {answers['wrong_filing_n']} questions are "
            "answered all the same.\n"
        )
    return text


def _legal(result: dict[str, Any]) -> str:
    names = ["n", "precision@1", "precision@8", "recall@8", "recall@64", "wrong_document_at_1", "mean_span"]
    rows = [[subset, *(row[name] for name in names)] for subset, row in result["subsets"].items()]
    return f"Every {result['every']}th question.\n\n" + _table(["subset", *names], rows)


def _ablation(result: dict[str, Any]) -> str:
    measures = ["hit@1", "hit@5", "mrr"]
    parts = [
        "The loss of each measure when one signal alone is switched off, with its paired 95 % bootstrap interval.\n"
    ]
    for setting, found in result["settings"].items():
        rows: list[list[Any]] = [[f"none ({found['n']} questions)", *found["all_signals"].values(), "", ""]]
        for signal, row in found["without"].items():
            cells = [f"{row[name]:+.3f} {row[f'{name}_interval']}" for name in measures]
            rows.append([signal, *cells, row["worse"], row["better"]])
        head = [f"{setting}, without", *measures, "questions worse", "questions better"]
        parts.append(_table(head, rows))
    return "\n".join(parts)


def _labels(result: dict[str, Any]) -> str:
    head = ["pages", "right", "null", "wrong"]
    names = [("printed_right", "printed_null", "printed_wrong"), ("", "unprinted_null", "unprinted_wrong")]
    counts = [[result.get(name, 0) for name in row] for row in names]
    rows = [[f"{sum(row)} {kind}", *row] for kind, row in zip(("with a number", "without"), counts, strict=True)]
    rows[1][1] = "—"
    return f"{result['files']} annual reports, pages drawn at random and read by eye.\n\n" + _table(head, rows)


def _citations(result: dict[str, Any]) -> str:
    kept = [
        [name.replace("_", " "), row["n"], row["kept"], f"{100 * row['kept'] / row['n']:.2f}"]
        for name, row in result["true"].items()
        if row["n"]
    ]
    columns = ["n", "rejected", "moved", "stands_there", "accepted_wrongly"]
    false = [[name.replace("_", " "), *(row[column] for column in columns)] for name, row in result["false"].items()]
    return (
        f"{result['quotes']} quotes of {result['documents']} filings, {result['microseconds_a_quote']} µs a quote that "
        "stands.\n\nTrue quotes, mutated:\n\n"
        + _table(["mutation, kind of quote", "n", "kept", "%"], kept)
        + "\nAltered and misplaced quotes (`stands there`: the altered words do stand on the page named, as when two "
        "halves of one passage are joined again):\n\n"
        + _table(["alteration", *(column.replace("_", " ") for column in columns)], false)
    )


def _routes(result: dict[str, Any]) -> str:
    parts = [
        "No model was called: the planner's own estimates, summed over all questions in USD (illustrative prices of "
        f"`service/models.toml`), tokens by {result['tokenizer']}, nothing cached, no escalation. `fits`: questions "
        "whose pages the window takes. Evidence recall: share of the gold pages inside what would be sent.\n"
    ]
    for setting, found in result["settings"].items():
        rows = [
            _ledger_row(f"always {name}" if name != "auto" else name, row) for name, row in found["strategies"].items()
        ]
        rows += [_ledger_row(f"auto, where it chose {mode}", row) for mode, row in found["auto"].items()]
        models = list(found["strategies"]["auto"]["cost_usd"])
        head = [
            setting.replace("_", " "),
            "questions",
            "fits",
            "tokens a question",
            "evidence recall",
            "all gold",
            *models,
        ]
        parts.append(_table(head, rows))
    return "\n".join(parts)


def _ledger_row(name: str, row: dict[str, Any]) -> list[Any]:
    cells = [row[key] for key in ("n", "fits", "tokens_a_question", "evidence_recall", "all_gold_pages")]
    return [name, *cells, *(f"{value:.2f}" for value in row["cost_usd"].values())]


def _streams(result: dict[str, Any]) -> str:
    rows = []
    for number, row in enumerate(result["rounds"], 1):
        delays = [
            f"{row['ms'][name]['p50']:.0f}, {row['ms'][name]['p95']:.0f}" for name in ("evidence_to_delta", "start_up")
        ]
        memory = ", ".join(f"{value:.0f}" for value in row["rss_mb"].values())
        counts = [row[name] for name in ("most_open", "events", "lost", "open_seconds")]
        rows.append([number, *counts, *delays, memory, row["server_cpu_seconds"]])
    head = ["round", "open at once", "events", "streams with a loss", "s open", "added ms to first delta (p50, p95)",
            "start-up ms (p50, p95)", "MB before, at peak, after", "processor s"]  # fmt: skip
    return (
        f"{result['streams']} streams, {result['a_second']:g} a second, {result['words']} words each, all processes on "
        f"the same cores; load average before the run {result['load_average_before']}, "
        f"niceness {result['niceness']}.\n\n" + _table(head, rows)
    )


def _ingest(result: dict[str, Any]) -> str:
    rows = []
    for row in result["extraction"]:
        speeds = [f"{statistics.median(row['pages_per_second'][reader]):.0f}" for reader in ("pdfium", "pypdf")]
        rows.append([row["name"], row["pages"], *speeds, f"{statistics.median(row['ratios']):.1f}"])
    text = _table(["filing", "pages", "PDFium pages/s", "pypdf pages/s", "ratio"], rows)
    stages = [
        [row["name"], row["pages"], f"{row['searchable_seconds']:.1f}", f"{row['ready_seconds']:.1f}",
         f"{100 * row['searchable_seconds'] / row['pages']:.2f}", row["tokens_encoded"]]
        for row in result["pipeline"]["documents"]
    ]  # fmt: skip
    head = ["filing", "pages", "s to searchable", "s to ready", "s to searchable per 100 pages", "tokens encoded"]
    return (
        text + "\n" + _table(head, stages) + f"\nPeak memory with the reader: {result['pipeline']['peak_rss_mb']} MB.\n"
    )


def _peers(result: dict[str, Any]) -> str:
    names = [
        "searchable_seconds",
        "ready_seconds",
        "cpu_seconds",
        "chunks",
        "tokens_encoded",
        "tokens_cut_off",
        "peak_rss_mb",
    ]
    rows = [
        [peer, row["filing"], *(f"{row[name]:.1f}" if isinstance(row[name], float) else row[name] for name in names)]
        for peer, measured in result["rows"].items()
        for row in measured
    ]
    return _table(["", "filing", *(name.replace("_", " ") for name in names)], rows)


def _forms(result: dict[str, Any]) -> str:
    rows = [
        [form.replace("_", " "), row["tokens_per_page"],
         *(row[kind][name] for kind in ("all_signals", "vectors_alone") for name in ("hit@5", "mrr"))]
        for form, row in result["forms"].items()
    ]  # fmt: skip
    head = ["form", "tokens a page", "hit@5, all signals", "MRR", "hit@5, vectors alone", "MRR"]
    return f"{result['questions']} questions, {result['filings']} filings.\n\n" + _table(head, rows)


def _reading_room(result: dict[str, Any]) -> str:
    clicks = sorted(result["clicks_ms"])
    rows = [
        [name.replace("_", " "), row["first_pass_median"], row["second_pass_median"], row["most"]]
        for name, row in result["memory"].items()
    ]
    head = ["while scrolling", "first pass, median", "second pass, median", "most"]
    return (
        f"{result['filing']}, {result['pages']} pages. From the click on a citation to its page on the screen, quote "
        f"outlined, a page never drawn before: median {statistics.median(clicks):.0f} ms of {len(clicks)} "
        f"({clicks[0]:.0f} to {clicks[-1]:.0f}); with the document not yet open {result['first_ms']:.0f} ms.\n\n"
        + _table(head, rows)
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Sections of the benchmarks page on cost and speed: routes, streams, reading, peers, the page. Each takes a result."""

import statistics
from typing import Any

from bench.markdown import table


def routes(result: dict[str, Any]) -> str:
    """What each route would cost."""
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
        parts.append(table(head, rows))
    return "\n".join(parts)


def _ledger_row(name: str, row: dict[str, Any]) -> list[Any]:
    cells = [row[key] for key in ("n", "fits", "tokens_a_question", "evidence_recall", "all_gold_pages")]
    return [name, *cells, *(f"{value:.2f}" for value in row["cost_usd"].values())]


def streams(result: dict[str, Any]) -> str:
    """Many streams at once."""
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
        f"niceness {result['niceness']}.\n\n" + table(head, rows)
    )


def ingest(result: dict[str, Any]) -> str:
    """Reading speed."""
    rows = []
    for row in result["extraction"]:
        speeds = [f"{statistics.median(row['pages_per_second'][reader]):.0f}" for reader in ("pdfium", "pypdf")]
        rows.append([row["name"], row["pages"], *speeds, f"{statistics.median(row['ratios']):.1f}"])
    text = table(["filing", "pages", "PDFium pages/s", "pypdf pages/s", "ratio"], rows)
    stages = [
        [row["name"], row["pages"], f"{row['searchable_seconds']:.1f}", f"{row['ready_seconds']:.1f}",
         f"{100 * row['searchable_seconds'] / row['pages']:.2f}", row["tokens_encoded"]]
        for row in result["pipeline"]["documents"]
    ]  # fmt: skip
    head = ["filing", "pages", "s to searchable", "s to ready", "s to searchable per 100 pages", "tokens encoded"]
    return (
        text + "\n" + table(head, stages) + f"\nPeak memory with the reader: {result['pipeline']['peak_rss_mb']} MB.\n"
    )


def peers(result: dict[str, Any]) -> str:
    """Beside other quick starts."""
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
    return table(["", "filing", *(name.replace("_", " ") for name in names)], rows)


def forms(result: dict[str, Any]) -> str:
    """What to encode."""
    rows = [
        [form.replace("_", " "), row["tokens_per_page"],
         *(row[kind][name] for kind in ("all_signals", "vectors_alone") for name in ("hit@5", "mrr"))]
        for form, row in result["forms"].items()
    ]  # fmt: skip
    head = ["form", "tokens a page", "hit@5, all signals", "MRR", "hit@5, vectors alone", "MRR"]
    return f"{result['questions']} questions, {result['filings']} filings.\n\n" + table(head, rows)


def reading_room(result: dict[str, Any]) -> str:
    """The page."""
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
        + table(head, rows)
    )

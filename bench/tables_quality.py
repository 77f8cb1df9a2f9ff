"""Sections of the benchmarks page on quality: pages, figures, spans, labels, quotes. Each takes a kept result."""

from collections.abc import Iterator
from typing import Any

from bench.markdown import table


def quality(result: dict[str, Any]) -> str:
    """Pages found and figures quoted."""
    names = ["n", "hit@1", "hit@3", "hit@5", "hit@10", "recall@5", "recall@10", "mrr", "all_gold_in_5"]
    rows = [
        [setting.replace("_", " "), kind, *(row.get(name, "") for name in names)]
        for setting in ("document_given", "whole_collection")
        for kind, row in result[setting].items()
    ]
    whole = result["document_given"]["all"]
    text = table(["setting", "questions", *names], rows)
    text += (
        f"\nDocument given, 95 % bootstrap intervals: hit@5 {whole['hit@5_interval']}, MRR {whole['mrr_interval']}. "
    )
    latency = result["latency_ms"]
    text += f"Search over the whole collection: median {latency['p50']} ms, 95th percentile {latency['p95']} ms.\n"
    return text + "".join(f"\n{line}\n" for line in _answers(result.get("answers", {})))


def _answers(row: dict[str, Any]) -> Iterator[str]:
    """What is answered without a language model, a line for each kind of question there is."""
    if row.get("single_figure_n"):
        yield (
            "Without a language model the figure asked for stands in the first citation's quote for "
            f"{row['single_figure_in_first_quote']:.2f} of {row['single_figure_n']} single-figure questions."
        )
    if row.get("ratio_n"):
        yield (
            f"Of {row['ratio_n']} ratios with one number for an answer {row['ratio_answered']} are worked out or "
            f"quoted, {row['ratio_right']} of them agree with it to its last digit."
        )
    if row.get("clause_n"):
        yield (
            f"Of {row['clause_n']} clauses asked for, the first quote holds half of the gold clause's words for "
            f"{row['clause_in_first_quote']} and is of a gold page for {row['clause_page_first']}."
        )
    if row.get("wrong_filing_n"):
        yield (
            f"Put to a wrong document, {row['false_answer_rate']:.2f} of {row['wrong_filing_n']} questions are "
            "answered all the same."
        )


def legal(result: dict[str, Any]) -> str:
    """Spans in contracts and policies."""
    names = ["n", "precision@1", "precision@8", "recall@8", "recall@64", "wrong_document_at_1", "mean_span"]
    rows = [[subset, *(row[name] for name in names)] for subset, row in result["subsets"].items()]
    return f"Every {result['every']}th question.\n\n" + table(["subset", *names], rows)


def ablation(result: dict[str, Any]) -> str:
    """The worth of each signal."""
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
        parts.append(table(head, rows))
    return "\n".join(parts)


def labels(result: dict[str, Any]) -> str:
    """Printed page numbers."""
    head = ["pages", "right", "null", "wrong"]
    names = [("printed_right", "printed_null", "printed_wrong"), ("", "unprinted_null", "unprinted_wrong")]
    counts = [[result.get(name, 0) for name in row] for row in names]
    rows = [[f"{sum(row)} {kind}", *row] for kind, row in zip(("with a number", "without"), counts, strict=True)]
    rows[1][1] = "—"
    return f"{result['files']} annual reports, pages drawn at random and read by eye.\n\n" + table(head, rows)


def citations(result: dict[str, Any]) -> str:
    """Quotes kept and rejected."""
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
        + table(["mutation, kind of quote", "n", "kept", "%"], kept)
        + "\nAltered and misplaced quotes (`stands there`: the altered words do stand on the page named, as when two "
        "halves of one passage are joined again):\n\n"
        + table(["alteration", *(column.replace("_", " ") for column in columns)], false)
    )


def attribution(result: dict[str, Any]) -> str:
    """Sentences without a quote, for which one was found or not."""
    rows = [
        [name.replace("_", " "), "true" if row["true"] else "altered", row["n"], row["found"],
         "" if row["true"] else row["accepted_wrongly"]]
        for name, row in result["claims"].items()
    ]  # fmt: skip
    return (
        f"Claims of {result['documents']} filings, {result['milliseconds_a_claim']} ms a claim. An altered claim "
        "counts as accepted wrongly when the quote found does not hold its words and numbers in order (a year over "
        "a row's column is no part of its quote, and counts so too).\n\n"
        + table(["claim", "", "n", "quote found", "accepted wrongly"], rows)
    )


def real_model(result: dict[str, Any]) -> str:
    """What a real model's quotes proved."""
    rows = [
        [row["question"], row["route"], row["answered"], row["sentences"], row["proved"], row["unsupported"],
         ", ".join(f"p. {c['page']} {c['verification']}" for c in row["citations"]), row["seconds"]]
        for row in result["rows"]
    ]  # fmt: skip
    head = ["question", "route", "answered", "sentences", "proved", "unsupported", "citations", "seconds"]
    told = ", ".join(f"{name.lower()} {value}" for name, value in result["model"].items() if value)
    return f"{result['filing']}; {told}. A small model: its answers are no measure of quality.\n\n" + table(head, rows)

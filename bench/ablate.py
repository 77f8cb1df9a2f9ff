"""What each ranking signal is worth: the loss when it alone is switched off. No language model, one reading of files.

A loss is a measure with every signal less the same measure without one, question by question; its 95 % interval comes
from a bootstrap over questions of these differences (paired: both rankings answer the same resampled questions). A
negative loss says that ranking is better without the signal. Settings: filings with the filing given, filings over the
whole collection, contracts with the contract given (their questions name no contract, so a collection means nothing).
Questions, gold pages and ranking are those of `bench/quality.py`. Knows nothing of what a signal is.
"""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.answers import Question
from bench.machine import keep
from bench.quality import Outcome, bootstrap, ingest_all, load_questions, rank
from ingest.types import Document
from service.retrieval.ranking.weights import page_weights
from service.wiring import Service, build_service

MEASURES: dict[str, Callable[[Outcome], float]] = {
    "hit@1": lambda outcome: outcome.hit(1),
    "hit@5": lambda outcome: outcome.hit(5),
    "mrr": lambda outcome: outcome.reciprocal_rank(),
}
console = Console()


def ablate(
    service: Service,
    documents: Mapping[str, Document],
    questions: Sequence[Question],
    *,
    single: bool,
    signals: Sequence[str],
) -> dict[str, Any]:
    """Every measure with all signals, and what it loses without each of them."""
    every = rank(service, dict(documents), questions, single=single, off=frozenset())
    without = {
        name: rank(service, dict(documents), questions, single=single, off=frozenset({name})) for name in signals
    }
    return {
        "n": len(questions),
        "all_signals": {name: _mean([measure(outcome) for outcome in every]) for name, measure in MEASURES.items()},
        "without": {name: losses(every, outcomes) for name, outcomes in without.items()},
    }


def losses(every: Sequence[Outcome], without: Sequence[Outcome]) -> dict[str, Any]:
    """Mean loss of each measure with its paired interval; how many questions rank better or worse without."""
    result: dict[str, Any] = {}
    for name, measure in MEASURES.items():
        differences = [measure(full) - measure(less) for full, less in zip(every, without, strict=True)]
        result[name] = _mean(differences)
        result[f"{name}_interval"] = bootstrap(differences)
        if name == "mrr":
            result["worse"] = sum(difference > 0 for difference in differences)
            result["better"] = sum(difference < 0 for difference in differences)
    return result


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)


def show(title: str, found: Mapping[str, Any]) -> None:
    """Print the losses of one setting as a table."""
    full = ", ".join(f"{name} {value:.3f}" for name, value in found["all_signals"].items())
    table = Table("without", *MEASURES, "worse", "better", title=f"{title}: {found['n']} questions, {full}")
    for signal, row in found["without"].items():
        cells = (f"{row[name]:+.3f} {row[f'{name}_interval']}" for name in MEASURES)
        table.add_row(signal, *cells, str(row["worse"]), str(row["better"]))
    console.print(table)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=Path, help="folder of filings with questions")
    parser.add_argument("--contracts", type=Path, help="folder of contracts with questions")
    parser.add_argument("--home", type=Path, help="data folder to use and fill (default: PINCITE_HOME)")
    parser.add_argument("--signals", help="signals to switch off in turn, comma separated (default: all)")
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    signals = options.signals.split(",") if options.signals else list(page_weights())
    service = build_service({**os.environ, **({"PINCITE_HOME": str(options.home)} if options.home else {})})
    result: dict[str, Any] = {}
    for folder, settings in (
        (options.filings, {"filing given": True, "all filings": False}),
        (options.contracts, {"contract given": True}),
    ):
        if folder is None:
            continue
        documents = ingest_all(service, folder)
        questions = [question for question in load_questions(folder) if question.document in documents]
        for setting, single in settings.items():
            result[setting] = ablate(service, documents, questions, single=single, signals=signals)
            show(setting, result[setting])
    if options.keep:
        console.print("kept", keep("ablate", {"settings": result}))
    service.close()


if __name__ == "__main__":
    main()

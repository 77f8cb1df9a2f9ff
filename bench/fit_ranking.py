"""Fits what each signal of a page is worth, and writes service/retrieval/ranking/weights.toml with date and data hash.

Listwise: the weights make the gold pages of each question likely under a softmax over its candidates. They may not be
negative, and are drawn towards those in use (L2), so that a set of few questions moves them little; signals of whole
documents, which were never measured on filings side by side before, are drawn less. Cross-validated by company: the
figures printed as "held out" come from weights that saw no question about it. Every set counts the same, whatever its
size. What a signal is says service/retrieval/signals.py.
"""

import argparse
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bench.machine import ROOT, keep
from bench.ranking_sets import Judged, folders, load_sets
from ingest.types import Document, Scope
from service.command_line.reading import add_files, read_waiting
from service.contract.caller import scope_for
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.ranking.weights import page_weights, passage_weights
from service.wiring import Service, build_service

WEIGHTS_FILE = ROOT / "service" / "retrieval" / "ranking" / "weights.toml"
FOLDS = 5
STEPS, RATE = 600, 0.02
OF_DOCUMENTS = ("name", "year", "year_near", "quarter", "form", "annual", "newest")
SHARPNESS = 8.0  # of the softmax: scores of neighbouring ranks differ by a few hundredths
DEPTH = 60  # candidates a question keeps, gold pages beside them
Floats = NDArray[np.float64]
console = Console()


@dataclass(frozen=True)
class Listed:
    """A question's candidates: signals of shape (candidates, signals), and which of them are gold."""

    document: str
    signals: Floats
    gold: NDArray[np.bool_]


def candidates(service: Service, documents: Mapping[str, Document], questions: Sequence[Judged]) -> list[Listed]:
    """What the retriever finds for each question, with every signal; questions whose gold is not found keep no gold."""
    names, listed = list(page_weights()), []
    among = tuple(sorted({documents[question.document].id for question in questions}))
    for question in questions:
        gold = documents[question.document]
        scope = Scope(gold.tenant, among if question.shared else (gold.id,))
        hits = service.retriever.search(scope, understand(question.text, load_vocabulary()), 10_000).hits
        right = [hit.document.id == gold.id and hit.page in question.pages for hit in hits]
        kept = [index for index in range(len(hits)) if index < DEPTH or right[index]]
        rows = [[hits[index].signals.get(name, 0.0) for name in names] for index in kept]
        gold_rows = np.array([right[index] for index in kept], bool)
        listed.append(Listed(question.document, np.array(rows).reshape(-1, len(names)), gold_rows))
    return listed


def fit(sets: Mapping[str, Sequence[Listed]], prior: Floats, strength: Floats) -> Floats:
    """Weights for these lists, not below nought, by gradient steps from the prior towards which they are drawn."""
    weights = prior.copy()
    velocity = np.zeros_like(weights)
    for _step in range(STEPS):
        gradient = strength * (weights - prior)
        for lists in sets.values():
            found = [listed for listed in lists if listed.gold.any()]
            gradient -= sum((_gradient(listed, weights) for listed in found), np.zeros_like(weights)) / max(
                1, len(found)
            )
        velocity = 0.9 * velocity - RATE * gradient / max(1, len(sets))
        weights = np.maximum(weights + velocity, 0.0)
    return weights


def _gradient(listed: Listed, weights: Floats) -> Floats:
    """Of the log likelihood that the softmax draws a gold page."""
    scores = SHARPNESS * (listed.signals @ weights)
    chances = np.exp(scores - scores.max())
    gold = chances * listed.gold
    slope: Floats = (gold / gold.sum() - chances / chances.sum()) @ listed.signals
    return slope


def measures(lists: Sequence[Listed], weights: Floats) -> dict[str, float]:
    """hit@1, hit@5 and MRR over questions."""
    ranks = []
    for listed in lists:
        order = np.argsort(-(listed.signals @ weights), kind="stable")
        places = np.flatnonzero(listed.gold[order])
        ranks.append(float(places[0] + 1) if len(places) else np.inf)
    values = np.array(ranks)
    return {
        "n": len(lists),
        "hit@1": round(float((values <= 1).mean()), 4),
        "hit@5": round(float((values <= 5).mean()), 4),
        "mrr": round(float((1 / values).mean()), 4),
    }


def fold_of(document: str) -> int:
    """The fold of a document and, as a name begins with it, of its company."""
    company = document.replace("-", "_").split("_")[0].lower()
    return int(hashlib.sha256(company.encode()).hexdigest(), 16) % FOLDS


def held_out(sets: Mapping[str, Sequence[Listed]], prior: Floats, strength: Floats) -> dict[str, dict[str, float]]:
    """Measures of each set, every question ranked by weights fitted without its company."""
    by_fold = {}
    for fold in range(FOLDS):
        seen = {name: [each for each in lists if fold_of(each.document) != fold] for name, lists in sets.items()}
        by_fold[fold] = fit(seen, prior, strength)
    result: dict[str, dict[str, float]] = {}
    for name, lists in sets.items():
        totals: dict[str, float] = {}
        for fold, weights in by_fold.items():
            unseen = [each for each in lists if fold_of(each.document) == fold]
            if unseen:
                for measure, value in measures(unseen, weights).items():
                    totals[measure] = totals.get(measure, 0.0) + value * (1 if measure == "n" else len(unseen))
        count = totals.pop("n")
        result[name] = {"n": count, **{measure: round(total / count, 4) for measure, total in totals.items()}}
    return result


def data_hash(root: Path) -> str:
    """SHA-256 over the question files."""
    digest = hashlib.sha256()
    for path in sorted(root.glob("*/*.jsonl")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def write(weights: Mapping[str, float], root: Path) -> None:
    """The weights file, as the product reads it."""
    date = datetime.now(UTC).date().isoformat()
    lines = ["# written by bench/fit_ranking.py", "[fitted]", f'date = "{date}"', f'data = "{data_hash(root)}"', ""]
    lines += ["[pages]", *(f"{name} = {value:.3f}" for name, value in weights.items()), ""]
    lines += ["[passages]", *(f"{name} = {value:.3f}" for name, value in passage_weights().items())]
    WEIGHTS_FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def show(rows: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """One line a set: before, held out, and on all it was fitted on."""
    table = Table("set", "n", *(f"{kind} {m}" for kind in rows for m in ("hit@1", "hit@5", "mrr")))
    for name in next(iter(rows.values())):
        cells = [f"{rows[kind][name][m]:.3f}" for kind in rows for m in ("hit@1", "hit@5", "mrr")]
        table.add_row(name, str(next(iter(rows.values()))[name]["n"]), *cells)
    Console(width=170).print(table)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled sets")
    parser.add_argument("--home", type=Path, required=True, help="data folder to use and fill")
    parser.add_argument("--strength", type=float, default=100.0, help="how strongly weights are drawn to those in use")
    parser.add_argument("--strength-of-documents", type=float, default=0.03, help="the same for signals of documents")
    parser.add_argument("--write", action="store_true", help="write service/retrieval/ranking/weights.toml")
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    service = build_service({**os.environ, "PINCITE_HOME": str(options.home)})
    files = [path for folder in folders(options.data) for path in sorted(folder.glob("*.pdf"))]
    read = read_waiting(service, add_files(service, scope_for(), files, None, None), Console(stderr=True))
    documents = {Path(document.name).stem: document for document in read}
    sets = {name: candidates(service, documents, asked) for name, asked in load_sets(options.data).items()}
    names, prior = list(page_weights()), np.array(list(page_weights().values()))
    strength = np.array([options.strength_of_documents if n in OF_DOCUMENTS else options.strength for n in names])
    weights = fit(sets, prior, strength)
    rows: dict[str, dict[str, Any]] = {
        "in use": {name: measures(lists, prior) for name, lists in sets.items()},
        "held out": held_out(sets, prior, strength),
        "fitted": {name: measures(lists, weights) for name, lists in sets.items()},
    }
    show(rows)
    fitted = dict(zip(names, map(float, weights), strict=True))
    console.print({name: (round(before, 3), round(fitted[name], 3)) for name, before in page_weights().items()})
    if options.write:
        write(fitted, options.data)
    if options.keep:
        console.print("kept", keep("fit-ranking", {"weights": fitted, "data": data_hash(options.data), **rows}))
    service.close()


if __name__ == "__main__":
    main()

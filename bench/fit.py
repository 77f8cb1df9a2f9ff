"""Fits the scores of extractive answers and writes `service/scoring/weights.json`.

    python -m bench.fit --data ../shared/data --home HOME [--out FILE]

Candidates of labelled questions are collected as the service itself makes them; a model is trained on them, its figures
are those of folds that share no company and no contract with what they were trained on, and so are the calibration
(the share of best candidates with a score that are right) and the threshold (the lowest confidence from which on the
target precision holds). Cells are scored by boosted trees with half a logistic regression, sentences by a
logistic regression: what did best on the folds (all are kept in the result).
"""

import argparse
import hashlib
import json
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bench.fit_data import MADE, SETS, Candidates, collect, load_judge, says_gold
from bench.fit_export import exported
from bench.machine import describe
from bench.quality import ingest_all
from ingest.types import Document
from service.extractive.sentence_answers import MAX_STATEMENTS, told_together
from service.wiring import build_service

FOLDS = 10
OF_MEANING = {"likeness", "meaning"}  # features an encoder gives
TARGETS = {"cells": 0.93, "sentences": 0.75, "sentences_by_words": 0.7}  # precision wanted of what is told
SHARES = {
    "cells": {"boosted": 1.0, "logistic": 0.5},
    "sentences": {"logistic": 1.0},
    "sentences_by_words": {"logistic": 1.0},
}  # of the models in a score
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """All candidates of a kind as arrays: features, right or not, question and company of each, weight."""

    names: tuple[str, ...]
    features: Floats
    right: npt.NDArray[np.bool_]
    question: npt.NDArray[np.int64]
    company: npt.NDArray[np.str_]
    weight: Floats
    questions: list[Candidates]


def rows_of(found: list[Candidates], *, without_meaning: bool = False) -> Rows:
    """Candidates as arrays; every question weighs alike."""
    kept = [each for each in found if each.features]
    names = tuple(sorted(set(kept[0].features[0]) - OF_MEANING if without_meaning else kept[0].features[0]))
    weights = []
    for each in kept:
        right = max(1, sum(each.right))
        weights += [1.0 / right if good else 1.0 / 40 for good in each.right]
    return Rows(
        names,
        np.array([[one[name] for name in names] for each in kept for one in each.features]),
        np.array([good for each in kept for good in each.right]),
        np.array([index for index, each in enumerate(kept) for _ in each.features]),
        np.array([each.company for each in kept for _ in each.features]),
        np.array(weights),
        kept,
    )


def model_of(form: str) -> Any:
    """An untrained model."""
    if form == "logistic":
        return LogisticRegression(C=3.0, max_iter=3000)
    return HistGradientBoostingClassifier(
        max_iter=120, max_depth=4, learning_rate=0.07, min_samples_leaf=20, l2_regularization=2.0, random_state=0
    )


def out_of_fold(rows: Rows, form: str, *, weighted: bool) -> Floats:
    """Log-odds of every candidate from a model that has seen neither its company nor its contract."""
    companies = np.array(sorted(set(rows.company)))
    np.random.default_rng(0).shuffle(companies)
    scores = np.zeros(len(rows.right))
    for fold in range(FOLDS):
        held = np.isin(rows.company, companies[fold::FOLDS])
        if held.any():
            weight = rows.weight[~held] if weighted else None
            trained = model_of(form).fit(rows.features[~held], rows.right[~held], sample_weight=weight)
            scores[held] = trained.decision_function(rows.features[held])
    return scores


def best_of(rows: Rows, scores: Floats, judge: ModuleType | None = None) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Of every question the best candidate's score, and whether what is told is right: that candidate, or with a judge
    the sentences told together."""
    best, right = [], []
    for index, each in enumerate(rows.questions):
        if each.set == MADE:
            continue
        own = np.flatnonzero(rows.question == index)
        order = own[np.argsort(-scores[own])]
        best.append(scores[order[0]])
        told = told_together([float(scores[at]) for at in order[:MAX_STATEMENTS]])
        texts = [each.texts[at - own[0]] for at in order[:told]]
        if judge is None or each.gold.get("value") is not None:
            right.append(bool(rows.right[order[0]]))
        else:
            right.append(says_gold(each.gold, " ".join(texts), judge))
    return np.array(best), np.array(right)


def calibrate(scores: Floats, right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept that make of a best candidate's log-odds the share that is right."""
    fitted = LogisticRegression(C=1e3).fit(scores.reshape(-1, 1), right)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


def calibration_error(confidence: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of equal width."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    return float(
        sum(abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins))
    )


def threshold_for(confidence: Floats, right: npt.NDArray[np.bool_], target: float) -> float:
    """The lowest confidence from which on so large a share of the answers is right."""
    for least in np.unique(np.round(np.sort(confidence), 3)):
        told = confidence >= least
        if right[told].mean() >= target:
            return float(least)
    return 0.99


def fit(kind: str, found: list[Candidates], data: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The stored model of a kind, and its figures on folds it was not trained on."""
    rows = rows_of(found, without_meaning=kind == "sentences_by_words")
    weighted = kind != "cells"
    scores = {each: out_of_fold(rows, each, weighted=weighted) for each in ("logistic", "boosted")}
    judge = load_judge(data) if weighted else None
    scores["together"] = np.asarray(sum(share * scores[form] for form, share in SHARES[kind].items()))
    best, right = best_of(rows, scores["together"], judge)
    slope, intercept = calibrate(best, right)
    confidence = 1 / (1 + np.exp(-(slope * best + intercept)))
    least = threshold_for(confidence, right, TARGETS[kind])
    weight = rows.weight if weighted else None
    models = [
        {"share": share, **exported(form, model_of(form).fit(rows.features, rows.right, sample_weight=weight))}
        for form, share in SHARES[kind].items()
    ]
    stored = {
        "features": list(rows.names),
        "models": models,
        "slope": round(slope, 4),
        "intercept": round(intercept, 4),
        "threshold": round(least, 3),
    }
    told = confidence >= least
    figures = {
        "questions": len(rows.questions),
        "candidates": len(rows.right),
        "best candidate right": {
            each: round(float(best_of(rows, scores[each], judge)[1].mean()), 4) for each in scores
        },
        "told": round(float(told.mean()), 4),
        "precision of what is told": round(float(right[told].mean()), 4),
        "expected calibration error": round(calibration_error(confidence, right), 4),
    }
    return stored, figures


def collected(options: argparse.Namespace) -> list[tuple[Candidates, Candidates]]:
    """Cells and sentences of every question: those kept from an earlier run, else as the service makes them now."""
    if options.keep is not None and options.keep.exists():
        kept: list[tuple[Candidates, Candidates]] = pickle.loads(options.keep.read_bytes())
        return kept
    service = build_service({"PINCITE_HOME": options.home})
    documents: dict[str, Document] = {}
    for _questions, folder in SETS.values():
        documents |= ingest_all(service, (options.data / folder).parent)
    found = list(collect(service, options.data, documents, list(SETS)))
    if options.keep is not None:
        options.keep.write_bytes(pickle.dumps(found))
    return found


def main() -> None:
    """Collect, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--home", required=True, help="data folder of the service; what is missing in it is read first")
    parser.add_argument("--out", type=Path, default=Path("service/scoring/weights.json"))
    parser.add_argument("--results", type=Path, default=Path("bench/results"))
    parser.add_argument("--keep", type=Path, help="file the candidates are kept in, and taken from when it is there")
    options = parser.parse_args()
    pairs = collected(options)
    cells, figures_cells = fit("cells", [pair[0] for pair in pairs], options.data)
    said = [pair[1] for pair in pairs]
    sentences, figures_sentences = fit("sentences", said, options.data)
    by_words, figures_by_words = fit("sentences_by_words", said, options.data)
    texts = "".join((options.data / path).read_text(encoding="utf-8") for path, _folder in SETS.values())
    about = {"fitted": datetime.now(UTC).date().isoformat(), "data": hashlib.sha256(texts.encode()).hexdigest()[:16]}
    options.out.write_text(
        json.dumps({"about": about, "cells": cells, "sentences": sentences, "sentences_by_words": by_words}) + "\n",
        encoding="utf-8",
    )
    result = {
        "machine": describe(),
        **about,
        "cells": figures_cells,
        "sentences": figures_sentences,
        "sentences_by_words": figures_by_words,
    }
    options.results.joinpath("fit.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()

"""Stored scores: the same as the trained model's own, calibrated, and over just the features candidates carry."""

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from service_samples import page
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bench.fit_export import exported
from ingest.tables.rows import read_tables
from ingest.types import Detected, Document, Progress, Status
from service.extractive.cells import cell_candidates
from service.extractive.draft import EvidencePage
from service.extractive.passages_said import sentence_candidates
from service.question.asked import read_asked
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.scoring.scorer import Scorer, read_scorer, scorer

KINDS = ("cells", "sentences")
DOCUMENT = Document("doc_1", "local", "c", "a.pdf", "application/pdf", 1, Status.READY, Progress("done", 1, 1), None, 9, 9, None, {}, Detected(), (), 0.0)  # fmt: skip
STATEMENT = """CONSOLIDATED STATEMENTS OF OPERATIONS
(in millions)
                              2024        2023
Ferry fares                   $ 410       $ 395
Harbour dues                    120         110
"""
LEASE = """The tenant shall pay harbour dues of $400 within thirty days of the end of each quarter. "Dues" means the
amounts set out in Schedule 2. The landlord may end this lease on ninety days' notice where dues remain unpaid.
"""
FEATURES = ["a", "b", "c", "d"]


def trained(form: str, seed: int) -> tuple[Scorer, np.ndarray, np.ndarray]:
    """A model trained on numbers drawn at random, as it is stored; other rows; its own log-odds of those rows."""
    random = np.random.default_rng(seed)
    rows = random.random((600, len(FEATURES))).round(2)
    right = rows[:, 0] + rows[:, 1] * rows[:, 2] + random.normal(0, 0.2, len(rows)) > 0.8
    model = LogisticRegression() if form == "logistic" else HistGradientBoostingClassifier(max_iter=25, max_depth=4)
    model.fit(rows, right)
    models = [{"share": 1.0, **exported(form, model)}]
    stored = {"features": FEATURES, "models": models, "slope": 0.8, "intercept": -0.1, "threshold": 0.5}
    others = random.random((300, len(FEATURES)))
    return read_scorer(json.loads(json.dumps(stored))), others, model.decision_function(others)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("form", ["logistic", "boosted"])
def test_a_stored_model_gives_the_log_odds_it_was_trained_to_give(form: str, seed: int) -> None:
    stored, rows, expected = trained(form, seed)
    found = stored.log_odds([dict(zip(FEATURES, row, strict=True)) for row in rows])
    assert np.ptp(expected) > 1.0
    assert found == pytest.approx(expected, abs=2e-3)


def test_features_are_found_by_name_and_others_passed_over() -> None:
    stored, rows, expected = trained("boosted", 0)
    shuffled = [dict(reversed(list(zip(FEATURES, row, strict=True)))) | {"z": 1.0} for row in rows]
    assert stored.log_odds(shuffled) == pytest.approx(expected, abs=2e-3)
    assert stored.log_odds([]) == []
    with pytest.raises(KeyError):
        stored.log_odds([{"a": 1.0}])


@pytest.mark.parametrize("kind", KINDS)
@given(low=st.floats(-50, 50), high=st.floats(-50, 50))
def test_a_higher_score_is_never_less_likely_right(kind: str, low: float, high: float) -> None:
    low, high = sorted((low, high))
    confidences = scorer(kind).confidence(low), scorer(kind).confidence(high)
    assert 0.0 <= confidences[0] <= confidences[1] <= 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_the_threshold_can_be_reached_and_missed(kind: str) -> None:
    fitted = scorer(kind)
    assert fitted.confidence(-30.0) < fitted.threshold < fitted.confidence(30.0)


def test_the_file_tells_when_and_from_what_it_was_fitted() -> None:
    about = json.loads((files("service.scoring") / "weights.json").read_text(encoding="utf-8"))["about"]
    assert set(about) == {"fitted", "data"}


def produced(kind: str) -> list[dict[str, float]]:
    """The features of every candidate of two pages, for questions with and without a period and a name."""
    places = [
        EvidencePage(DOCUMENT, page(text, number), tuple(read_tables(number, text, page(text).lines)))
        for number, text in enumerate((STATEMENT, LEASE), 1)
    ]
    found: list[dict[str, float]] = []
    for question in ("What were harbour dues in 2023?", "What are the harbour dues of Northern Straits?"):
        query = understand(question, load_vocabulary())
        asked = read_asked(query)
        if kind == "cells":
            cells = cell_candidates(asked, places, asked.periods[0] if asked.periods else None)
            found += [dict(each.features) for each in cells]
        else:
            found += [dict(each.features) for each in sentence_candidates(query, asked, places, None)]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_candidates_carry_the_fitted_features_and_no_others(kind: str) -> None:
    candidates = produced(kind)
    assert len(candidates) > 3
    for features in candidates:
        assert set(features) == set(scorer(kind).features)
        assert all(0.0 <= value <= 1.0 for value in features.values())
    assert all(np.isfinite(scorer(kind).log_odds(candidates)))

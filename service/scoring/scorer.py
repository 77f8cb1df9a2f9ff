"""Turns features of a candidate into the probability that it is right. All numbers lie in `weights.json`.

The file is written by bench/fit.py and says when, from which data (hash) and how well. Two forms of model: a logistic
regression (weights and bias) and boosted trees (nodes as arrays). Either is followed by a calibration, fitted on folds
it was not trained on, which makes of the best candidate's score the share of such answers that were right. Knows
nothing of tables, sentences or questions.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypedDict

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MAX_LOG_ODDS = 30.0  # beyond it a probability is 0 or 1 in all its figures


@dataclass(frozen=True)
class Logistic:
    """weights . features + bias, as log-odds."""

    weights: Floats
    bias: float

    def log_odds(self, rows: Floats) -> Floats:
        """One value per row of features (shape: candidates x features)."""
        return np.asarray(rows @ self.weights + self.bias)


@dataclass(frozen=True)
class Tree:
    """One tree: per node the feature it looks at (-1 for a leaf), its threshold, both children, the leaf's value."""

    feature: npt.NDArray[np.int64]
    threshold: Floats
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    value: Floats

    def values(self, rows: Floats) -> Floats:
        """The leaf value every row falls into."""
        at = np.zeros(len(rows), dtype=np.int64)
        while True:
            feature = self.feature[at]
            inner = feature >= 0
            if not inner.any():
                return np.asarray(self.value[at])
            goes_left = rows[np.arange(len(rows)), np.maximum(feature, 0)] <= self.threshold[at]
            at = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)


@dataclass(frozen=True)
class Boosted:
    """A sum of trees over a baseline, as log-odds."""

    trees: tuple[Tree, ...]
    baseline: float

    def log_odds(self, rows: Floats) -> Floats:
        """One value per row of features."""
        return np.asarray(self.baseline + sum(tree.values(rows) for tree in self.trees))


@dataclass(frozen=True)
class Scorer:
    """Models over named features, each with its share in the score, their calibration, and the confidence an answer
    must have."""

    features: tuple[str, ...]
    models: tuple[tuple[float, Logistic | Boosted], ...]
    slope: float
    intercept: float
    threshold: float

    def log_odds(self, candidates: Sequence[Mapping[str, float]]) -> list[float]:
        """How the candidates compare; higher is likelier."""
        if not candidates:
            return []
        rows = np.array([[candidate[name] for name in self.features] for candidate in candidates], dtype=np.float64)
        total = sum((share * model.log_odds(rows) for share, model in self.models), np.zeros(len(rows)))
        return [float(value) for value in total]

    def confidence(self, log_odds: float) -> float:
        """The share of answers with this score that are right, 0 to 1."""
        return _sigmoid(self.slope * log_odds + self.intercept)


class StoredTree(TypedDict):
    """The nodes of a tree as `weights.json` holds them."""

    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]


class StoredModel(TypedDict, total=False):
    """A model as `weights.json` holds it: `weights` and `bias` of a logistic form, `trees` and `baseline` of trees."""

    share: float
    form: str
    weights: list[float]
    bias: float
    trees: list[StoredTree]
    baseline: float


class StoredScorer(TypedDict):
    """A scorer as `weights.json` holds it."""

    features: list[str]
    models: list[StoredModel]
    slope: float
    intercept: float
    threshold: float


@cache
def scorer(kind: str) -> Scorer:
    """The scorer of a kind of candidate ("cells", "sentences"); KeyError for another kind."""
    return read_scorer(json.loads((files("service.scoring") / "weights.json").read_text(encoding="utf-8"))[kind])


def read_scorer(stored: StoredScorer) -> Scorer:
    """A scorer as it was stored."""
    calibration = stored["slope"], stored["intercept"]
    models = tuple((each["share"], _model(each)) for each in stored["models"])
    return Scorer(tuple(stored["features"]), models, *calibration, stored["threshold"])


def _model(stored: StoredModel) -> Logistic | Boosted:
    if stored["form"] == "logistic":
        return Logistic(np.array(stored["weights"], dtype=np.float64), stored["bias"])
    return Boosted(tuple(_tree(tree) for tree in stored["trees"]), stored["baseline"])


def _tree(stored: StoredTree) -> Tree:
    return Tree(
        np.array(stored["feature"], dtype=np.int64),
        np.array(stored["threshold"], dtype=np.float64),
        np.array(stored["left"], dtype=np.int64),
        np.array(stored["right"], dtype=np.int64),
        np.array(stored["value"], dtype=np.float64),
    )


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-MAX_LOG_ODDS, min(MAX_LOG_ODDS, value))))

"""A trained model as plain numbers, in the form service/scoring/scorer.py reads."""

from typing import Any

DIGITS = 5


def exported(form: str, trained: Any) -> dict[str, Any]:
    """Weights and bias of a logistic regression, or the nodes of boosted trees."""
    if form == "logistic":
        return {
            "form": form,
            "weights": [round(float(weight), DIGITS) for weight in trained.coef_[0]],
            "bias": round(float(trained.intercept_[0]), DIGITS),
        }
    trees = [tree(each[0].nodes) for each in trained._predictors]
    return {"form": form, "baseline": round(float(trained._baseline_prediction[0][0]), DIGITS), "trees": trees}


def tree(nodes: Any) -> dict[str, list[float]]:
    """One tree as arrays; a leaf has the feature -1."""
    leaf = nodes["is_leaf"].astype(bool)
    return {
        "feature": [-1 if is_leaf else int(index) for is_leaf, index in zip(leaf, nodes["feature_idx"], strict=True)],
        "threshold": [
            0.0 if is_leaf else round(float(value), DIGITS)
            for is_leaf, value in zip(leaf, nodes["num_threshold"], strict=True)
        ],
        "left": [int(value) for value in nodes["left"]],
        "right": [int(value) for value in nodes["right"]],
        "value": [round(float(value), DIGITS) for value in nodes["value"]],
    }

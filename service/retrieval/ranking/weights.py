"""What each signal is worth, as bench/fit_ranking.py has fitted it. Knows no signal."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def page_weights() -> Mapping[str, float]:
    """Weight by signal of a page's score; each signal is between 0 and 1."""
    return _stored()["pages"]


def passage_weights() -> Mapping[str, float]:
    """Weight of what speaks for a passage: its words, its meaning, its page; and what it lends to the next one."""
    return _stored()["passages"]


@cache
def _stored() -> Mapping[str, Mapping[str, float]]:
    stored = tomllib.loads((files("service.retrieval.ranking") / "weights.toml").read_text(encoding="utf-8"))
    return {part: {name: float(value) for name, value in stored[part].items()} for part in ("pages", "passages")}

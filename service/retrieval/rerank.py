"""Lets a cross-encoder have its say on the first pages. Optional; knows nothing of how they were ranked.

It reads the passage that fits best on each page and moves pages within the first few; on its own it ranks worse than
the signals do (DESIGN: 0.24 against 0.56 at rank one), so its opinion is added, not obeyed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from service.retrieval.signals import Hit

FIRST = 10  # pages it reads; each costs a quarter of a second
OPINION = 0.3  # what the best of them gains over the worst


class Reranker(Protocol):
    """Anything that scores texts against a question."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One number a text; higher is better."""
        ...


def reranked(hits: Sequence[Hit], question: str, reranker: Reranker, text_of: Callable[[Hit], str]) -> list[Hit]:
    """The hits with the reranker's opinion of the first ones added to their scores, best first."""
    first = hits[:FIRST]
    opinions = reranker.scores(question, [text_of(hit) for hit in first])
    lowest, spread = min(opinions, default=0.0), (max(opinions, default=0.0) - min(opinions, default=0.0)) or 1.0
    gains = [OPINION * (opinion - lowest) / spread for opinion in opinions]
    moved = [
        replace(hit, score=hit.score + gain, signals={**hit.signals, "reranker": gain})
        for hit, gain in zip(first, gains, strict=True)
    ]
    return [*sorted(moved, key=lambda hit: -hit.score), *hits[FIRST:]]

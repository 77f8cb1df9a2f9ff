"""Reads whether a question wants one of several chosen by its size: "which segment had the lowest revenue?"

Knows the words of the vocabulary and nothing of tables; service/figures/comparison.py does the choosing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from service.question.phrases import padded_words, says, says_any
from service.question.vocabulary_files import Vocabulary

PERIOD_KINDS = frozenset(("quarter", "quarters", "year", "years"))  # common words that may be chosen among
MAX_WORDS = 3  # of what is chosen among, and of what it is chosen by


@dataclass(frozen=True)
class Choice:
    """That one of several is wanted: the most or the least, of an amount or of its change.

    `kind` are the words behind "which": what is chosen among; `measured` those behind "highest": what it is chosen by.
    """

    most: bool
    change: bool
    kind: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()


def read_choice(text: str, names: Sequence[str], vocabulary: Vocabulary) -> Choice | None:
    """The choice a question asks for by its padded words; words of names ("Best Buy") ask for nothing."""
    extremes = vocabulary.extremes
    for name in (*names, *extremes["not_extremes"]):
        text = text.replace(padded_words(name), " ")
    sides = [(phrase, side) for side in ("most", "least") for phrase in extremes[side] if says(phrase, text)]
    choosing = [phrase for phrase in extremes["choosing"] if says(phrase, text)]
    if not sides or not choosing:
        return None
    falls, change = (says_any(extremes[name], text) for name in ("falls", "changes"))
    phrase, side = min(sides, key=lambda pair: text.index(f" {pair[0]} "))  # "the most (or lost the least)"
    first = min(choosing, key=lambda phrase: text.index(f" {phrase} "))
    common = vocabulary.ask_words
    kind, measured = _behind(first, text, common - PERIOD_KINDS), _behind(phrase, text, common)
    return Choice(side == "most" and not falls, change, kind, measured)


def _behind(phrase: str, text: str, common: frozenset[str]) -> tuple[str, ...]:
    words = text.split(f" {phrase} ", 1)[1].split()
    return tuple([word for word in words if word not in common][:MAX_WORDS])

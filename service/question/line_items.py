"""Which of the line items a question's words allow are asked for: the longest phrase counts.

Knows the vocabulary and no document.
"""

import re
from functools import cache

from service.question.phrases import padded_words
from service.question.vocabulary_files import Item, Vocabulary


def without_statements(padded: str, vocabulary: Vocabulary) -> str:
    """The question without the names of statements: "cash flow statement" asks for no line called cash."""
    return _any_of(tuple(name for names in vocabulary.statements.values() for name in names)).sub(" ", padded)


@cache
def _any_of(names: tuple[str, ...]) -> "re.Pattern[str]":
    """What finds any of these in padded words, the longest first."""
    plain = sorted((padded_words(name).strip() for name in names), key=len, reverse=True)
    return re.compile("|".join(rf"(?<= ){re.escape(name)}(?= )" for name in plain))


def longest(items: list[Item], padded: str) -> list[Item]:
    """Drop an item asked for only by words inside a longer phrase of another ("assets" in "total current assets")."""
    phrases = {
        item: [
            phrase for phrase in (padded_words(p).strip() for p in (*item.ask, *item.labels)) if f" {phrase} " in padded
        ]
        for item in items
    }
    everything = [phrase for found in phrases.values() for phrase in found]
    return [
        item
        for item in items
        if any(not any(phrase != other and phrase in other for other in everything) for phrase in phrases[item])
    ]

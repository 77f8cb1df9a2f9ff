"""Looks for phrases of the vocabulary in a question, whole words only, whatever the case and punctuation.

Knows no vocabulary and no question of its own.
"""

from functools import lru_cache

from ingest.text.normalize import Level, normalize


@lru_cache(maxsize=8192)
def padded_words(text: str) -> str:
    """The words of a text, normalized, parted by single blanks and with a blank at either end."""
    return f" {normalize(text, Level.WORDS)} "


def says(phrase: str, text: str) -> bool:
    """Whether a text of padded words says a phrase, as whole words."""
    return padded_words(phrase) in text


def says_any(phrases: tuple[str, ...], text: str) -> bool:
    """Whether a text of padded words says any of these."""
    return any(says(phrase, text) for phrase in phrases)

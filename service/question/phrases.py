"""Looks for phrases of the vocabulary in a question, whole words only, whatever the case and punctuation.

Knows no vocabulary and no question of its own.
"""

from functools import lru_cache

from ingest.text.normalize import Level, normalize

MAX_WORDS = 12  # of a phrase


@lru_cache(maxsize=8192)
def padded_words(text: str) -> str:
    """The words of a text, normalized, parted by single blanks and with a blank at either end."""
    return f" {normalize(text, Level.WORDS)} "


def says(phrase: str, text: str) -> bool:
    """Whether a text of padded words says a phrase, as whole words."""
    return padded_words(phrase) in text


def says_any(phrases: tuple[str, ...], text: str) -> bool:
    """Whether a text of padded words says any of these."""
    return not _compiled(phrases).isdisjoint(_runs(text))


@lru_cache(maxsize=4096)
def _compiled(phrases: tuple[str, ...]) -> frozenset[str]:
    """Phrases of the vocabulary as padded words hold them."""
    return frozenset(padded_words(phrase).strip() for phrase in phrases)


@lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[str]:
    """Every run of up to so many of the words: what a text says."""
    words = text.split()
    return frozenset(
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + MAX_WORDS, len(words)) + 1)
    )

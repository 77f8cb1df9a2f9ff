"""Looks for phrases of the vocabulary in a question, whole words only, whatever the case and punctuation.

Knows no vocabulary and no question of its own.
"""

import re
from functools import lru_cache


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """A text in lower case, its words parted by single blanks, with a blank at either end."""
    return " " + re.sub(r"[^a-z0-9&%'$-]+", " ", text.lower().replace("’", "'").replace("–", "-")) + " "


def says(phrase: str, text: str) -> bool:
    """Whether a folded text says a phrase, as whole words."""
    return f" {folded(phrase).strip()} " in text


def says_any(phrases: tuple[str, ...], text: str) -> bool:
    """Whether a folded text says any of these."""
    return any(says(phrase, text) for phrase in phrases)


def squeezed(text: str) -> str:
    """Letters and digits alone, in lower case: names are written together and apart."""
    return re.sub(r"[\W_]", "", text.lower())

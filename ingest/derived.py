"""Text made for indexing from page text: ligatures, hyphens and quotes evened out, digits dropped.

Never what is cited. Knows nothing of pages or indexes.
"""

import re

EVEN = str.maketrans(
    {
        "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
        "‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
        "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ", "\u200b": None,
    }
)  # fmt: skip
BROKEN_WORD = re.compile("(?<=[a-z])(?:\x02|\ufffe|\u00ad)\\s*|(?<=[a-z])-\r?\n(?=[a-z])")
AMOUNT = re.compile(r"\(?[$€£]?\s?\(?\d[\d,]*(?:\.\d+)?\)?%?")
YEAR = re.compile(r"(?:19|20)\d\d")
FILLER = re.compile(r"[.\s_$—–•·|]{3,}")
SPACE = re.compile(r"\s+")
WORD = re.compile(r"[A-Za-z0-9]+(?:[.'&/-][A-Za-z0-9]+)*")


def even(text: str) -> str:
    """Typographic variants evened out and words broken at line ends joined."""
    return BROKEN_WORD.sub("", text.translate(EVEN)).replace("\x02", "-").replace("\ufffe", "-")


def without_amounts(text: str) -> str:
    """The words of a text: amounts and leader dots dropped, years kept. What is embedded."""
    kept = AMOUNT.sub(lambda match: match.group() if YEAR.fullmatch(match.group()) else " ", even(text))
    return SPACE.sub(" ", FILLER.sub(" ", kept)).strip()


def index_words(text: str) -> str:
    """The text as the lexical index wants it: words and years; amounts freed of separators, so they can be found."""
    return " ".join(_index_word(word) for word in WORD.findall(even(re.sub(r"(?<=\d),(?=\d{3})", "", text))))


def _index_word(word: str) -> str:
    # "year-over-year" is found under its parts, "10-K" and "1.2" only whole
    return word if any(character.isdigit() for character in word) else re.sub(r"['.&/-]", " ", word)

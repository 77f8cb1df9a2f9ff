"""Text made for indexing from page text: typography normalized, amounts dropped or freed of separators.

Never what is cited. Knows nothing of pages or indexes.
"""

import re

from ingest.text.currency import CURRENCY_SIGNS
from ingest.text.dates import YEAR, is_year
from ingest.text.normalize import Level, normalize
from ingest.text.scripts import in_pairs

AMOUNT = re.compile(rf"\(?[{CURRENCY_SIGNS}]?\s?\(?\d[\d,]*(?:\.\d+)?\)?%?")
FILLER = re.compile(r"[.\s_$—–•·|]{3,}")
SPACE = re.compile(r"\s+")
CONTENT_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|['&-](?=[^\W\d_]))*|(?<![\d.,]){YEAR}(?![\d,])")
STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        """a about against all also an and any are as at be been being between both by can could did do does during
        each for from had has have if in into is it its may more most no not of on only or other our out over own per
        same shall should so such than that the their then there these they this those through to under up upon us
        very was we were what when where which who whom will with within would""",
    )
)
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
INNER_MARK = re.compile(r"(?<=[^\W\d_])['.&/-](?=[^\W\d_])")
WORD = re.compile(r"[^\W_]+(?:[.'&/-][^\W_]+)*")


def without_amounts(text: str) -> str:
    """The words of a text: amounts and leader dots dropped, years kept."""
    plain = normalize(text, Level.TYPOGRAPHY)
    kept = AMOUNT.sub(lambda match: match.group() if is_year(match.group().strip()) else " ", plain)
    return SPACE.sub(" ", FILLER.sub(" ", kept)).strip()


def distinct_words(text: str) -> list[str]:
    """The content words of a text in order, each once: no stop words, no amounts, years kept. What is embedded."""
    words: dict[str, str] = {}
    for word in CONTENT_WORD.findall(normalize(text, Level.TYPOGRAPHY)):
        plain = word.lower()
        if plain not in STOP_WORDS:
            words.setdefault(plain, word)
    return list(words.values())


def index_words(text: str) -> str:
    """The text as the lexical index wants it: words, years, and amounts freed of separators so they can be found.

    "year-over-year" is found under its parts, "10-K" and "1.2" only whole, Chinese, Japanese and Korean by pairs.
    """
    plain = in_pairs(normalize(text, Level.TYPOGRAPHY))
    return " ".join(WORD.findall(INNER_MARK.sub(" ", THOUSANDS.sub("", plain))))

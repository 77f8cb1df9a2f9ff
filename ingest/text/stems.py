"""Words cut to their stem, so that plural and tense do not matter (Snowball's English stemmer).

Terms of art that Snowball would take for others ("securities" for "secured", "capitalized" for "capital") lose their
plural and nothing else. Knows nothing of questions or tables.
"""

import re
from functools import lru_cache

import Stemmer

from ingest.text.scripts import CJK, in_pairs, without_accents

WORD = re.compile(rf"[a-z]+|[{CJK}]+|[^\W\d_]+")
FILLER = frozenset(
    ("the", "of", "and", "in", "to", "for", "from", "by", "on", "at", "a", "an", "net", "total", "its", "with")
)
# nouns and adjectives of filings and contracts that share Snowball's stem with a word that means something else
TERMS_OF_ART = """additional capitalized derivative employer executive governance government liquidation marketable
marketing office officer positive production productivity receivable security severance underlying utility"""
_KEPT = {form: word for word in TERMS_OF_ART.split() for form in (word, f"{word}s", re.sub(r"y$", "ies", word))}
_SNOWBALL = Stemmer.Stemmer("english", 0)  # without its own cache, which threads may not share


@lru_cache(maxsize=32768)
def stems(text: str) -> tuple[str, ...]:
    """Content words cut to their stem, so that plural and tense do not matter; remembered, as labels come again."""
    plain = in_pairs(without_accents(text.lower().replace("&", " and ").replace("’", "'")))
    words = WORD.findall(plain)
    return tuple(stem(word) for word in words if word not in FILLER and len(word) > 1)


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """The stem of one word in small letters: "liabilities" and "liability" are `liabil`."""
    return _KEPT.get(word) or str(_SNOWBALL.stemWord(word))

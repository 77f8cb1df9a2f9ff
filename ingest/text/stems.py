"""Words cut to their stem, so that plural and tense do not matter. Knows nothing of questions or tables."""

import re
from functools import cache, lru_cache

FILLER = frozenset(
    ("the", "of", "and", "in", "to", "for", "from", "by", "on", "at", "a", "an", "net", "total", "its", "with")
)
# words without which a label means another line: they may not stand on one side alone
CONTRASTIVE_MODIFIERS = """not non other before after per deferred accumulated discontinued continuing comprehensive
current operating operations gross pretax noncontrolling prepaid accrued parent unconsolidated intangible equity
derivative
proceeds gain disposal lease dividends capitalized rate"""
SUFFIXES = ("ments", "ment", "ings", "ing", "ies", "es", "ed", "s")


@lru_cache(maxsize=32768)
def stems(text: str) -> tuple[str, ...]:
    """Content words cut to their stem, so that plural and tense do not matter; remembered, as labels come again."""
    words = re.findall(r"[a-z]+", text.lower().replace("&", " and ").replace("’", "'"))
    return tuple(stem(word) for word in words if word not in FILLER and len(word) > 1)


@cache
def turning_stems() -> frozenset[str]:
    """Stems of the words without which a label means another line."""
    return frozenset(stems(CONTRASTIVE_MODIFIERS))


def stem(word: str) -> str:
    """A word in small letters without its commonest ending."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)].removesuffix("e")
    return word.removesuffix("e")

"""Features of a sentence as an answer: its words, its place, and whether it holds what the question wants to be told.

Each is between 0 and 1 and named; what they weigh is fitted (bench/fit.py). Knows no page and no decision.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.text.stems import stems
from service.question.answer_type import answer_kind as answer_type
from service.question.asked import Asked
from service.question.understand import Query

MAX_CONTENTS_LINE = 160  # characters of a line of a table of contents
LONG = 400.0  # characters from which on a sentence's length speaks against it
MODAL = re.compile(r"\b(?:shall|must|will|may|agrees?|is entitled|are entitled|is required)\b", re.I)
DEFINES = re.compile(r"\b(?:means?|shall mean|has the meaning|have the meaning|is defined|refers? to)\b", re.I)
ASKS_MEANING = re.compile(
    r"\b(?:define[ds]?|definition|mean|means|meaning)\b|^\W*(?:what|who) (?:is|are) (?:an? |the )?[\"“']", re.I
)
QUOTED_TERM = re.compile(r"[\"“']([^\"”']{2,70})[\"”']")
MONEY = re.compile(r"[$€£¥]\s?\d|\b(?:dollars|USD)\b")
NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|thirty|sixty|ninety)\b", re.I
)
PERCENT = re.compile(r"\d\s?%|\bper\s?cent\b", re.I)
DURATION = re.compile(r"\b(?:days?|months?|years?|weeks?|hours?)\b", re.I)
DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d|\b(?:19|20)\d\d\b"
)
CONTENTS = re.compile(r"\.{4,}|\s\d{1,3}\s*$")
CAUSE = re.compile(
    r"\b(?:due to|because|driven by|primarily|as a result|reflect|attributable|resulting from|offset)\b", re.I
)
LOOKS_AHEAD = re.compile(r"\b(?:forward-looking|cautionary|could cause actual results)\b", re.I)


@dataclass(frozen=True)
class SentenceSeen:
    """A sentence with where it was found: the rank and score of its page, the score of its passage, its heading."""

    text: str
    heading: str
    page: int
    rank: int
    page_score: float
    passage: float


@dataclass(frozen=True)
class _Wants:
    """What the words a question begins with want to be told."""

    money: bool
    number: bool
    percent: bool
    duration: bool
    date: bool
    cause: bool

    @staticmethod
    def of(question: str) -> "_Wants":
        q = question.lower()
        count = re.search(r"\bhow (?:many|much|long|large|often|soon|far|big)\b", q) is not None
        return _Wants(
            re.search(r"\bhow much|amount|price|cost|fee|cap\b|dollar|value|pay\b|paid", q) is not None,
            count or re.search(r"\bnumber of|rate\b|within what|percent", q) is not None,
            re.search(r"percent|%|\brate\b|share of|margin", q) is not None,
            re.search(r"\bhow long|how many (?:days|months|years)|period|notice|term\b|within|when|deadline|by when", q)
            is not None,
            re.search(r"\bwhen\b|\bdate\b|\bas of\b|by when|since when|which year|what year", q) is not None,
            re.search(r"\bwhy\b|\bwhat (?:drove|caused|led|explains)|reason", q) is not None,
        )


class SentenceFeatures:
    """Describes the sentences of one question's evidence; how rare a word is, is counted over all of them."""

    def __init__(self, query: Query, asked: Asked, pool: Sequence[SentenceSeen]) -> None:
        self._pool = pool
        self._asked = asked
        self._own = frozenset(asked.words) or frozenset(stems(query.question))
        self._bags = [frozenset(stems(each.text)) for each in pool]
        self._heads = [frozenset(stems(each.heading)) for each in pool]
        counts = Counter(stem for bag, head in zip(self._bags, self._heads, strict=True) for stem in bag | head)
        terms = {stem: weight for term, weight in query.terms for stem in stems(term)}
        self._rarity = {stem: math.log(1 + len(pool) / (1 + counts[stem])) for stem in self._own | frozenset(terms)}
        self._terms = {stem: self._rarity[stem] * weight for stem, weight in terms.items()}
        self._rarest = max(self._own, key=lambda stem: self._rarity.get(stem, 0.0), default="")
        self._wants, self._holds = _Wants.of(query.question), answer_type(query.question)
        asks_meaning = ASKS_MEANING.search(query.question) is not None
        self._defined = [term.lower() for term in QUOTED_TERM.findall(query.question)] if asks_meaning else []
        self._phrases = list(pairwise(asked.words))

    def all(self) -> list[dict[str, float]]:
        """The features of every sentence, in order."""
        return [
            {**self._of_words(index), **self._of_place(index), **self._of_kind(each.text)}
            for index, each in enumerate(self._pool)
        ]

    def _of_words(self, index: int) -> dict[str, float]:
        own, rarity, names = self._own, self._rarity, self._asked.names
        bag, head = self._bags[index], self._heads[index]
        follows = index > 0 and self._pool[index - 1].page == self._pool[index].page
        return {
            "own_words": _weighted(own, bag, rarity),
            "own_words_with_heading": _weighted(own, bag | head, rarity),
            "heading": _weighted(own, head, rarity),
            "all_own_words": float(own <= bag | head),
            "terms": _weighted(frozenset(self._terms), bag, self._terms),
            "phrase": _phrases(self._phrases, stems(self._pool[index].text)),
            "rarest_said": float(self._rarest in bag),
            "names_said": len(names & (bag | head)) / len(names) if names else 1.0,
            "before_said": _weighted(own, self._bags[index - 1], rarity) if follows else 0.0,
        }

    def _of_place(self, index: int) -> dict[str, float]:
        each = self._pool[index]
        return {"page_score": each.page_score, "first_page": 1.0 / (1 + each.rank), "passage": each.passage}

    def _of_kind(self, text: str) -> dict[str, float]:
        return {
            "type_present": 0.5 if self._holds is None else float(self._holds(text)),
            **_wanted_features(self._wants, text),
            "defines_term": _defines(self._defined, text),
            "short": 1.0 / (1.0 + len(text) / LONG),
            "introduces": float(text.rstrip().endswith(":")),
            "contents_line": float(CONTENTS.search(text) is not None and len(text) < MAX_CONTENTS_LINE),
            "looks_ahead": float(LOOKS_AHEAD.search(text) is not None),
            "period_said": _period_said(self._asked, text),
            "operative": float(MODAL.search(text) is not None),
        }


def _period_said(asked: Asked, text: str) -> float:
    years = [str(period.year) for period in asked.periods if period.year]
    return sum(year in text for year in years) / len(years) if years else 0.5


def _wanted_features(wants: _Wants, text: str) -> dict[str, float]:
    pairs = {
        "money": (wants.money, MONEY),
        "number": (wants.number, NUMBER),
        "percent": (wants.percent, PERCENT),
        "duration": (wants.duration, DURATION),
        "date": (wants.date, DATE),
        "cause": (wants.cause, CAUSE),
    }
    return {
        f"wants_{name}": (float(pattern.search(text) is not None) if wanted else 0.5)
        for name, (wanted, pattern) in pairs.items()
    }


def _weighted(wanted: frozenset[str], said: frozenset[str], rarity: Mapping[str, float]) -> float:
    total = sum(rarity.get(stem, 0.0) for stem in wanted)
    return sum(rarity.get(stem, 0.0) for stem in wanted & said) / total if total else 0.0


def _phrases(pairs: Sequence[tuple[str, str]], said: Sequence[str]) -> float:
    if not pairs:
        return 0.0
    beside = set(pairwise(said))
    return sum(pair in beside for pair in pairs) / len(pairs)


def _defines(terms: Sequence[str], text: str) -> float:
    """Whether a sentence defines one of the terms asked about: the term in quotation marks, and a word of defining."""
    plain = re.sub(r"\s+", " ", text.lower())
    for term in terms:
        marked = re.search(rf"[\"“”']\s*{re.escape(term)}s?\s*[\"”“']", plain)
        if marked:
            near = plain[marked.end() : marked.end() + 40]
            begins = marked.start() < 12
            if DEFINES.match(near.strip(" ,")) or DEFINES.search(near):
                return 1.0 if begins else 0.9
            return (
                0.75
                if re.search(r"\(\s*(?:the|each|a|an|collectively|together)?[^)]{0,40}$", plain[: marked.start()])
                else 0.4
            )
    return 0.0

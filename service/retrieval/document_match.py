"""How well a document is the one a question speaks of: company, period, form. Knows nothing of pages or scores.

Matches the question's names against a document's name, detected or given company at word boundaries, so that "MA"
is not found in "WALMART". A question without a period prefers what is newest.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.text.normalize import Level, normalize
from ingest.types import Document
from service.question.understand import Query

NAME, YEAR, QUARTER, FORM, ANNUAL, NEWEST = 0.6, 0.3, 0.15, 0.2, 0.1, 0.05
MIN_PREFIX = 3  # "JPM" is found in "JPMORGAN"; shorter names must be whole words
NEAR_BEST = 0.75  # documents that fit the names almost as well as the best are searched with it
MAX_DOCUMENTS = 4096  # whose names are remembered as words
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[A-Za-z]*|[^\W\d_]+")


@dataclass(frozen=True)
class Fits:
    """Fit by content, 0 to about 1.2, and the contents whose company the question names.

    `groups` holds the contents of each of several companies when the question names more than one.
    """

    scores: dict[str, float]
    named: frozenset[str]
    groups: tuple[frozenset[str], ...] = ()

    def asked(self, documents: Sequence[Document]) -> list[Document]:
        """The documents of whoever the question names; all of them when it names nobody known."""
        return [document for document in documents if document.content in self.named] or list(documents)


def document_fits(documents: Sequence[Document], query: Query) -> Fits:
    """Fit of every document; with a single one there is nothing to choose."""
    if len(documents) < 2:
        return Fits({document.content: 0.0 for document in documents}, frozenset())
    newest = max((_year(document) for document in documents), default=0)
    bearers = _bearers(documents, query)
    names = _name_fits(documents, bearers)
    best = max(names.values(), default=0.0)
    named = frozenset(content for content, fit in names.items() if fit and fit >= NEAR_BEST * best)
    scores = {
        document.content: names.get(document.content, 0.0) + _period_fit(document, query, newest)
        for document in documents
    }
    return Fits(scores, named, _groups(bearers, query))


def _bearers(documents: Sequence[Document], query: Query) -> dict[str, frozenset[str]]:
    """The contents that bear each name of the question, and each word of a name."""
    runs = {document.content: _name_words(document) for document in documents}
    parts = dict.fromkeys(part for name in query.names for part in (name, *name.split()))
    return {
        part: frozenset(c for c, words in runs.items() if any(_begins(plain, run) for run in words))
        for part, plain in ((part, normalize(part, Level.ALPHANUMERIC)) for part in parts)
    }


def _groups(bearers: Mapping[str, frozenset[str]], query: Query) -> tuple[frozenset[str], ...]:
    found: list[frozenset[str]] = []
    for name in query.names:
        group = bearers[name]
        if group and all(group.isdisjoint(other) for other in found):
            found.append(group)
    return tuple(found) if len(found) > 1 else ()


def _name_fits(documents: Sequence[Document], bearers: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Share of the question's names each document bears; the rarer a name among the documents, the more it counts."""
    rarity = {
        part: math.log(1 + len(documents) / len(found)) for part, found in bearers.items() if found and len(part) > 1
    }
    total = sum(rarity.values())
    if not total:
        return {}
    return {
        document.content: NAME * sum(rarity[part] for part in rarity if document.content in bearers[part]) / total
        for document in documents
    }


def _name_words(document: Document) -> tuple[tuple[str, ...], ...]:
    about = document.name, document.detected.company or "", str(document.metadata.get("company", ""))
    return _words_of(about)


@lru_cache(maxsize=MAX_DOCUMENTS)
def _words_of(about: tuple[str, str, str]) -> tuple[tuple[str, ...], ...]:
    """The words of a document's name, without its ending, and of its company as detected and as given."""
    name, *companies = about
    texts = (re.sub(r"\.[A-Za-z]{2,4}$", "", name), *companies)
    return tuple(tuple(word.lower() for word in WORDS.findall(t.replace("%20", " "))) for t in texts if t)


@lru_cache(maxsize=65536)
def _begins(name: str, words: tuple[str, ...]) -> bool:
    """Whether a name without blanks begins at some word: spread over several words, or as the head of a long one."""
    for index in range(len(words)):
        rest = "".join(words[index:])
        if name == words[index] or (len(name) >= MIN_PREFIX and rest.startswith(name)):
            return True
    return False


def _period_fit(document: Document, query: Query, newest: int) -> float:
    form = str(document.metadata.get("form", document.detected.form or ""))
    period = document.detected.period or ""
    score = 0.0
    if query.forms and any(wanted in f"{form} {document.name}".upper().replace("-", "") for wanted in query.forms):
        score += FORM
    if not query.years:
        score += NEWEST if _year(document) == newest else 0.0
        return score + (ANNUAL / 2 if form.startswith("10-K") else 0.0)
    if any(str(year) in f"{_year(document)} {document.name}" for year in query.years):
        score += YEAR
    if query.quarter is not None:
        score += QUARTER if re.search(rf"Q{query.quarter}", f"{document.name} {period}") else 0.0
    elif form.startswith("10-K"):
        score += ANNUAL
    return score


def _year(document: Document) -> int:
    return int(document.metadata.get("fiscal_year", document.detected.fiscal_year) or 0)

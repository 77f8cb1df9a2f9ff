"""How well a document is the one a question speaks of: company, period, form. Knows nothing of pages or scores.

Matches the question's names against a document's name, detected or given company at word boundaries, so that "MA"
is not found in "WALMART". A question without a period prefers what is newest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.types import Document
from service.understand import Query

NAME, WORD_OF_NAME, YEAR, QUARTER, FORM, ANNUAL, NEWEST = 0.6, 0.4, 0.3, 0.15, 0.2, 0.1, 0.05
SHORTEST_PREFIX = 3  # "JPM" is found in "JPMORGAN"; shorter names must be whole words
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[A-Za-z]*|[^\W\d_]+")


@dataclass(frozen=True)
class Fits:
    """Fit by content, 0 to about 1.2, and the contents whose company the question names."""

    scores: dict[str, float]
    named: frozenset[str]


def document_fits(documents: Sequence[Document], query: Query) -> Fits:
    """Fit of every document; with a single one there is nothing to choose."""
    if len(documents) < 2:
        return Fits({document.content: 0.0 for document in documents}, frozenset())
    newest = max((_year(document) for document in documents), default=0)
    scores, named = {}, set()
    for document in documents:
        name = name_fit(document, query)
        if name:
            named.add(document.content)
        scores[document.content] = name + _period_fit(document, query, newest)
    return Fits(scores, frozenset(named))


def name_fit(document: Document, query: Query) -> float:
    """Whether the question names the document's company: whole, or by a word of its name."""
    stem = re.sub(r"\.[A-Za-z]{2,4}$", "", document.name)
    about = [stem, str(document.detected.get("company", "")), str(document.metadata.get("company", ""))]
    words = [[word.lower() for word in WORDS.findall(text.replace("%20", " "))] for text in about]
    if any(_begins(_squeeze(name), run) for name in query.names for run in words):
        return NAME
    parts = [part for name in query.names for part in name.split() if len(part) > SHORTEST_PREFIX]
    return WORD_OF_NAME if any(_squeeze(part) in run for part in parts for run in words) else 0.0


def _begins(name: str, words: Sequence[str]) -> bool:
    """Whether a squeezed name begins at some word: spread over several words, or as the head of a long one."""
    for index in range(len(words)):
        rest = "".join(words[index:])
        if name == words[index] or (len(name) >= SHORTEST_PREFIX and rest.startswith(name)):
            return True
    return False


def _period_fit(document: Document, query: Query, newest: int) -> float:
    form = str(document.metadata.get("form", document.detected.get("form", "")))
    period = str(document.detected.get("period", ""))
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
    return int(document.metadata.get("fiscal_year", document.detected.get("fiscal_year", 0)) or 0)


def _squeeze(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())

"""How well a document is the one a question speaks of: company, period, form. Knows nothing of pages or weights.

Matches names against a document's name, detected or given company at word boundaries, so that "MA" is not found in
"WALMART": the names a question writes with capitals, and, whatever their case, the names of the documents in scope.
A question without a period prefers what is newest.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.text.normalize import Level, normalize
from ingest.types import Document
from service.question.understand import Query
from service.retrieval.ranking.document_names import about_of, begins, spoken_names, words_of

NEAR_BEST = 0.75  # documents that fit the names almost as well as the best are searched with it


@dataclass(frozen=True)
class Fits:
    """Signals by content, each 0 to 1, and the contents whose company the question names.

    `known` are the names of the question that some document bears, in the question's words; `groups` holds the contents
    of each of several companies when the question names more than one.
    """

    signals: dict[str, dict[str, float]]
    named: frozenset[str]
    known: frozenset[str] = frozenset()
    groups: tuple[frozenset[str], ...] = ()

    def asked(self, documents: Sequence[Document]) -> list[Document]:
        """The documents of whoever the question names; all of them when it names nobody known."""
        return [document for document in documents if document.content in self.named] or list(documents)


def document_fits(documents: Sequence[Document], query: Query) -> Fits:
    """Fit of every document; with a single one there is nothing to choose."""
    names = _names(documents, query)
    bearers = _bearers(documents, names)
    known = frozenset(name for name in names if bearers[name])
    if len(documents) < 2:
        return Fits({document.content: {} for document in documents}, frozenset(), known)
    newest = max((_year(document) for document in documents), default=0)
    shares = _name_shares(documents, bearers)
    best = max(shares.values(), default=0.0)
    named = frozenset(content for content, share in shares.items() if share and share >= NEAR_BEST * best)
    signals = {
        document.content: {"name": shares.get(document.content, 0.0), **_period_signals(document, query, newest)}
        for document in documents
    }
    return Fits(signals, named, known, _groups(bearers, names))


def _names(documents: Sequence[Document], query: Query) -> tuple[str, ...]:
    """The names a question writes with capitals, and those it says of the documents beside them."""
    written = [normalize(name, Level.ALPHANUMERIC) for name in query.names]
    spoken = {name: normalize(name, Level.ALPHANUMERIC) for name in spoken_names(query.question, documents)}
    return (*query.names, *(name for name, plain in spoken.items() if not any(plain in other for other in written)))


def _bearers(documents: Sequence[Document], names: Sequence[str]) -> dict[str, frozenset[str]]:
    """The contents that bear each name of the question, and each word of a name."""
    runs = {document.content: words_of(about_of(document)) for document in documents}
    parts = dict.fromkeys(part for name in names for part in (name, *name.split()))
    return {
        part: frozenset(c for c, words in runs.items() if any(begins(plain, run) for run in words))
        for part, plain in ((part, normalize(part, Level.ALPHANUMERIC)) for part in parts)
    }


def _groups(bearers: Mapping[str, frozenset[str]], names: Sequence[str]) -> tuple[frozenset[str], ...]:
    found: list[frozenset[str]] = []
    for name in names:
        group = bearers[name]
        if group and all(group.isdisjoint(other) for other in found):
            found.append(group)
    return tuple(found) if len(found) > 1 else ()


def _name_shares(documents: Sequence[Document], bearers: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Share of the question's names each document bears; the rarer a name among the documents, the more it counts."""
    rarity = {
        part: math.log(1 + len(documents) / len(found)) for part, found in bearers.items() if found and len(part) > 1
    }
    total = sum(rarity.values())
    if not total:
        return {}
    return {
        document.content: sum(rarity[part] for part in rarity if document.content in bearers[part]) / total
        for document in documents
    }


def _period_signals(document: Document, query: Query, newest: int) -> dict[str, float]:
    """How far form and period are those asked for: "year" of the filing itself, "year_near" of another year named."""
    form = str(document.metadata.get("form", document.detected.form or ""))
    period = document.detected.period or ""
    signals: dict[str, float] = {}
    if query.forms and any(wanted in f"{form} {document.name}".upper().replace("-", "") for wanted in query.forms):
        signals["form"] = 1.0
    if not query.years:
        return signals | {"newest": float(_year(document) == newest), "annual": 0.5 * form.startswith("10-K")}
    said = f"{_year(document)} {document.name}"
    if str(query.filing_year) in said:
        signals["year"] = 1.0
    elif any(str(year) in said for year in query.years):
        signals["year_near"] = 1.0
    if query.quarter is not None:
        signals["quarter"] = float(re.search(rf"Q{query.quarter}", f"{document.name} {period}") is not None)
    else:
        signals["annual"] = float(form.startswith("10-K"))
    return signals


def _year(document: Document) -> int:
    return int(document.metadata.get("fiscal_year", document.detected.fiscal_year or 0) or 0)

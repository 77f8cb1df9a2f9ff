"""A signal for the first pages of a ranking: whether their tables carry the very rows a question asks for.

Reading a page's tables takes a few milliseconds, so only the first pages are looked at, and only for questions that ask
for figures. What was read is remembered while nothing in the indexes changes. Knows no index and no catalog.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Lock

from cachetools import LRUCache

from ingest.table_types import Table
from ingest.types import Document
from service.figures.comparison import choose
from service.figures.lookup import figures
from service.question.understand import FIGURE_INTENTS, Query
from service.question.vocabulary_files import Item
from service.retrieval.signals import Hit

FIRST = 12  # pages that are looked at
GOOD = 0.9  # fit of a row that is no doubt the line item
MAX_KNOWN = 4000  # pages whose tables are remembered
Key = tuple[int, str, str, int]  # version of the indexes, tenant, content, page
ReadTables = Callable[[Document, Sequence[int]], Mapping[int, Sequence[Table]]]


def asks_for_rows(query: Query) -> bool:
    """Whether tables may hold the answer."""
    return query.choice is not None or (bool(query.items) and query.intent in FIGURE_INTENTS)


def carries(tables: Sequence[Table], query: Query) -> float:
    """How much of what is asked stands in these tables, 0 to 1: what can be compared, or the share of line items."""
    if query.choice is not None:
        chosen = choose(tables, query)
        return min(1.0, chosen.fit) if chosen is not None else 0.0
    if query.ratio is not None and query.ratio.ask:  # the ratio itself may be printed
        ratio = query.ratio
        if _best_fit(tables, query, Item(ratio.name, "", ratio.ask, ratio.ask)) >= GOOD:
            return 1.0
    best = [_best_fit(tables, query, item) for item in query.items]
    return sum(fit >= GOOD for fit in best) / len(best) if best else 0.0


def _best_fit(tables: Sequence[Table], query: Query, item: Item) -> float:
    return max((figure.fit for figure in figures(tables, query.about(item))), default=0.0)


class RowSignal:
    """Adds the signal to ranked hits. `read` gives the tables of pages of a document, by page."""

    def __init__(self, read: ReadTables) -> None:
        self._read = read
        self._known: LRUCache[Key, Sequence[Table]] = LRUCache(MAX_KNOWN)
        self._lock = Lock()

    def add(self, ranked: Sequence[Hit], query: Query, version: int, weight: float) -> list[Hit]:
        """The hits with the signal, which is worth `weight`; `version` is that of the indexes they were found in."""
        first = ranked[:FIRST]
        tables = self._tables(first, version)
        signalled = [_with_signal(hit, carries(tables[_key(hit, version)], query), weight) for hit in first]
        return [*signalled, *ranked[FIRST:]]

    def _tables(self, hits: Sequence[Hit], version: int) -> dict[Key, Sequence[Table]]:
        with self._lock:
            known = {key: self._known[key] for key in (_key(hit, version) for hit in hits) if key in self._known}
        missing = [hit for hit in hits if _key(hit, version) not in known]
        for document in {hit.document.id: hit.document for hit in missing}.values():
            numbers = [hit.page for hit in missing if hit.document is document]
            for number, tables in self._read(document, numbers).items():
                known[version, document.tenant, document.content, number] = tables
        with self._lock:
            self._known.update(known)
        return known


def _key(hit: Hit, version: int) -> Key:
    return version, hit.document.tenant, hit.document.content, hit.page


def _with_signal(hit: Hit, carried: float, weight: float) -> Hit:
    if not carried:
        return hit
    return replace(hit, score=hit.score + weight * carried, signals={**hit.signals, "rows": carried})

"""A signal for the first pages of a ranking: whether their tables carry the very rows a question asks for.

Reading a page's tables takes a few milliseconds, so only the first pages are looked at, and only for questions that ask
for figures. What was read is remembered while nothing in the indexes changes. Knows no index and no catalog.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ingest.table_types import Table
from ingest.types import Document
from service.figures.comparison import choose
from service.figures.lookup import figures
from service.question.understand import FIGURE_INTENTS, Query
from service.retrieval.signals import WEIGHTS, Hit

FIRST = 12  # pages that are looked at
GOOD = 0.9  # fit of a row that is no doubt the line item
MAX_KNOWN = 2000  # pages whose tables are remembered
Place = tuple[str, str, int]  # tenant, content, page
ReadTables = Callable[[Document, Sequence[int]], Mapping[int, Sequence[Table]]]


def asks_for_rows(query: Query) -> bool:
    """Whether tables may hold the answer."""
    return query.choice is not None or (bool(query.items) and query.intent in FIGURE_INTENTS)


def carries(tables: Sequence[Table], query: Query) -> float:
    """How much of what is asked stands in these tables, 0 to 1: what can be compared, or the share of line items."""
    if query.choice is not None:
        chosen = choose(tables, query)
        return min(1.0, chosen.fit) if chosen is not None else 0.0
    best = [max((figure.fit for figure in figures(tables, query.about(item))), default=0.0) for item in query.items]
    return sum(fit >= GOOD for fit in best) / len(best) if best else 0.0


class RowSignal:
    """Adds the signal to ranked hits. `read` gives the tables of pages of a document, by page."""

    def __init__(self, read: ReadTables) -> None:
        self._read = read
        self._known: dict[Place, Sequence[Table]] = {}
        self._version = -1

    def add(self, ranked: Sequence[Hit], query: Query, version: int) -> list[Hit]:
        """The hits with the signal and its worth; `version` is that of the indexes they were found in."""
        if version != self._version or len(self._known) > MAX_KNOWN:
            self._known, self._version = {}, version
        known = self._read_missing(ranked[:FIRST])
        return [*(_with_signal(hit, carries(known[_place(hit)], query)) for hit in ranked[:FIRST]), *ranked[FIRST:]]

    def _read_missing(self, hits: Sequence[Hit]) -> dict[Place, Sequence[Table]]:
        known = self._known  # another search may replace it meanwhile
        missing = [hit for hit in hits if _place(hit) not in known]
        for document in {hit.document.id: hit.document for hit in missing}.values():
            numbers = [hit.page for hit in missing if hit.document is document]
            for number, tables in self._read(document, numbers).items():
                known[document.tenant, document.content, number] = tables
        return known


def _place(hit: Hit) -> Place:
    return hit.document.tenant, hit.document.content, hit.page


def _with_signal(hit: Hit, worth: float) -> Hit:
    if not worth:
        return hit
    return replace(hit, score=hit.score + WEIGHTS["rows"] * worth, signals={**hit.signals, "rows": worth})

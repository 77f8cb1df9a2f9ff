"""Signals of pages, each between 0 and 1: what words, meaning and the document's own structure say for a page.

Knows no index and no catalog: it is given hits, outlines and the weights that bench/fit_ranking.py has fitted.
bench/ablate.py switches every signal off by its name; one whose loss hurt nobody is not here (docs/decisions.md).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.index_types import IndexHit
from ingest.types import Document, Section, Status
from service.question.understand import Query

# a document that is still being read has its pages' words alone; they stand for what is to come
TEXT = ("lexical", "passages", "vectors")
STATEMENTS = ("income_statement", "balance_sheet", "cash_flow_statement", "equity_statement", "comprehensive_income")
TOGETHER = 8  # pages within which the primary statements of a filing stand
LOOKALIKE = 0.5  # worth of a statement that is not among them
IS_STATEMENT = 0.55  # from this signal on a page is a primary statement the question asks for
SUB_HEADING = 4  # level; there are too many of them with the same words to prefer their pages
SHORT_SECTION = 6  # pages; that a page stands in a longer section says less


@dataclass(frozen=True)
class Hit:
    """A ranked page with what each signal gave it. `passage` is the best chunk's id, if one was found."""

    document: Document
    page: int
    score: float
    signals: dict[str, float] = field(default_factory=dict)
    passage: str | None = None
    of_document: float = 0.0  # the part of its score that every page of the document has

    @property
    def is_statement(self) -> bool:
        """Whether it is a primary statement the question asks for."""
        return self.signals.get("statement", 0.0) >= IS_STATEMENT


def last_page(section: Section) -> int:
    """The last page a section has text on."""
    return section.end_page if section.end > 0 else max(section.start_page, section.end_page - 1)


def main_statements(outline: Sequence[Section]) -> frozenset[int]:
    """Ordinals of the primary statements proper: those that stand together with the most other kinds of statement.

    Summaries before them and a parent's or guarantor's statements behind them bear the same titles.
    """
    statements = [section for section in outline if section.kind in STATEMENTS]
    company = {
        section.ordinal: {o.kind for o in statements if abs(o.start_page - section.start_page) <= TOGETHER}
        for section in statements
    }
    most = max((len(kinds) for kinds in company.values()), default=0)
    first = next((s.start_page for s in statements if len(company[s.ordinal]) == most), 0)
    return frozenset(s.ordinal for s in statements if abs(s.start_page - first) <= TOGETHER)


def structural(section: Section, query: Query, main: frozenset[int]) -> Iterable[tuple[int, str, float]]:
    """(page, signal, value) for every page of a section the question asks for."""
    named = section.kind in query.statements
    title = section.title.lower()
    named_so = any(name.lower() in title or name == section.kind for name in query.sections)
    wanted = section.level < SUB_HEADING and named_so
    if not (named or wanted):
        return
    worth = 1.0 if section.ordinal in main else LOOKALIKE
    pages = last_page(section) - section.start_page + 1
    for page in range(section.start_page, last_page(section) + 1):
        first = page == section.start_page
        if named:
            yield page, "statement", worth * (1.0 if first else 0.6)
        if wanted:
            yield page, "section", 1.0 if first else 0.7 * min(1.0, SHORT_SECTION / pages)


def beginning(outline: Sequence[Section]) -> Iterable[tuple[int, float]]:
    """(page, value) where an agreement names its parties and dates: its preamble, else its first pages."""
    first = next((section.start_page for section in outline if section.kind == "preamble"), 1)
    yield first, 1.0
    yield first + 1, 0.5
    yield (1, 0.5) if first > 1 else (3, 1 / 3)


class Signals:
    """Scores of pages by signal, each between 0 and 1 before its weight; a signal without a weight counts nothing."""

    def __init__(self, weights: Mapping[str, float], off: Collection[str] = ()) -> None:
        self._off = off
        words_alone = {**dict.fromkeys(TEXT, 0.0), "lexical": sum(weights.get(name, 0.0) for name in TEXT)}
        self._weights = {Status.SEARCHABLE: {**weights, **words_alone}}
        self._otherwise = weights
        self._scores: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
        self._passages: dict[tuple[str, int], str] = {}
        self._everywhere: Mapping[str, Mapping[str, float]] = {}

    def put(self, signal: str, content: str, page: int, value: float) -> None:
        """Give a page a signal's value, unless it has a better one or the signal is off."""
        if signal in self._off:
            return
        scores = self._scores[content, page]
        scores[signal] = max(scores.get(signal, 0.0), value)

    def add_pages(self, signal: str, hits: Sequence[IndexHit]) -> None:
        best = max((hit.score for hit in hits), default=0.0)
        for hit in hits:
            self.put(signal, hit.content, hit.page, hit.score / best)

    def add_passages(self, signal: str, hits: Sequence[IndexHit], *, from_lowest: bool) -> None:
        lowest = min((hit.score for hit in hits), default=0.0) if from_lowest else 0.0
        spread = max((hit.score for hit in hits), default=1.0) - lowest
        for hit in hits:
            value = (hit.score - lowest) / spread if spread > 0 else 0.0
            better = value > self._scores[hit.content, hit.page].get(signal, -1.0)
            if better and signal == "passages":
                self._passages[hit.content, hit.page] = hit.id
            self.put(signal, hit.content, hit.page, value)

    def add_everywhere(self, by_content: Mapping[str, Mapping[str, float]]) -> None:
        """Signals that every page of a content has."""
        self._everywhere = by_content

    def hits(self, documents: Mapping[str, Document]) -> Iterable[Hit]:
        """Every page some signal speaks for."""
        for (content, page), scores in self._scores.items():
            document = documents.get(content)
            if document is None or page > (document.pages or page):  # a beginning may be shorter than it is taken for
                continue
            weights = self._weights.get(document.status, self._otherwise)
            everywhere = self._everywhere.get(content, {})
            shared = {name: value for name, value in everywhere.items() if name not in self._off}
            own, of_document = (sum(weights.get(n, 0.0) * v for n, v in each.items()) for each in (scores, shared))
            passage = self._passages.get((content, page))
            yield Hit(document, page, own + of_document, {**scores, **shared}, passage, of_document)

"""Signals of pages, each between 0 and 1: what words, meaning and the document's own structure say for a page.

Knows no index and no catalog: it is given hits and outlines. The weights were measured with bench/ablate.py, which
switches every signal off by its name; one whose loss hurt nobody is no longer here (docs/decisions.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.index_types import IndexHit
from ingest.types import Document, Section, Status
from service.question.understand import Query

WEIGHTS = {
    "lexical": 0.45,
    "passages": 0.35,
    "vectors": 0.5,
    "statement": 0.65,
    "section": 0.30,
    "document": 0.9,
    "start": 1.0,
    "rows": 0.22,
}
# a document that is still being read has its pages' words alone; they stand for what is to come
TEXT = ("lexical", "passages", "vectors")
WORDS_ALONE = {**WEIGHTS, **dict.fromkeys(TEXT, 0.0), "lexical": sum(WEIGHTS[name] for name in TEXT)}
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
    wanted = section.level < SUB_HEADING and any(name.lower() in title for name in query.sections)
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
    """Scores of pages by signal, each between 0 and 1 before its weight."""

    def __init__(self) -> None:
        self._scores: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
        self._passages: dict[tuple[str, int], str] = {}
        self._everywhere: dict[str, dict[str, float]] = {}

    def put(self, signal: str, content: str, page: int, value: float) -> None:
        scores = self._scores[content, page]
        scores[signal] = max(scores.get(signal, 0.0), value)

    def add_pages(self, signal: str, hits: Sequence[IndexHit]) -> None:
        best = max((hit.score for hit in hits), default=0.0)
        for hit in hits:
            self.put(signal, hit.content, hit.page, hit.score / best)

    def add_passages(self, signal: str, hits: Sequence[IndexHit], from_lowest: bool) -> None:
        lowest = min((hit.score for hit in hits), default=0.0) if from_lowest else 0.0
        spread = max((hit.score for hit in hits), default=1.0) - lowest
        for hit in hits:
            value = (hit.score - lowest) / spread if spread > 0 else 0.0
            better = value > self._scores[hit.content, hit.page].get(signal, -1.0)
            if better and signal == "passages":
                self._passages[hit.content, hit.page] = hit.id
            self.put(signal, hit.content, hit.page, value)

    def add_everywhere(self, signal: str, by_content: dict[str, float]) -> None:
        self._everywhere[signal] = by_content

    def hits(self, documents: dict[str, Document], off: frozenset[str]) -> Iterable[Hit]:
        for (content, page), scores in self._scores.items():
            document = documents.get(content)
            if document is None or page > (document.pages or page):  # a beginning may be shorter than it is taken for
                continue
            signals = {**scores, **{name: values.get(content, 0.0) for name, values in self._everywhere.items()}}
            weights = WORDS_ALONE if document.status is Status.SEARCHABLE else WEIGHTS
            score = sum(weights[name] * value for name, value in signals.items() if name not in off)
            yield Hit(document, page, score, signals, self._passages.get((content, page)))

"""What an answer without a model is made of: pages it may use, statements with the spans they quote, calculations.

Data only; citing and checking is done elsewhere.
"""

from dataclasses import dataclass
from decimal import Decimal

from ingest.table_types import Table
from ingest.types import Document, Page, Span
from service.extractive.about_document import UNKNOWN, AboutDocument
from service.figures.lookup import Figure


@dataclass(frozen=True)
class EvidencePage:
    """A page an answer may use, best first.

    `score` is its share of the best page's; `passages` are its passages found: (start, end, share of the best one's).
    """

    document: Document
    page: Page
    tables: tuple[Table, ...]
    statement: bool = False  # a primary statement the question asks for stands here
    beginning: bool = False  # the question asks for what stands where an agreement begins, and one begins here
    score: float = 0.0
    passages: tuple[tuple[int, int, float], ...] = ()
    about: AboutDocument = UNKNOWN

    def passage_at(self, offset: int) -> float:
        """How good the passage is in which this character stands, 0 to 1."""
        return max((score for start, end, score in self.passages if start <= offset < end), default=0.0)


@dataclass(frozen=True)
class DraftStatement:
    """A sentence of the answer and the span it quotes.

    `confidence` is how likely it is right, from 0 to 1, where that was fitted; `segment` what narrows a figure down.
    """

    text: str
    evidence: EvidencePage
    span: Span
    figure: Figure | None = None
    confidence: float | None = None
    segment: str | None = None


@dataclass(frozen=True)
class Draft:
    """An extractive answer before its citations are checked; no statements means nothing was found."""

    statements: tuple[DraftStatement, ...]
    reason: str
    worked: tuple["Worked", ...] = ()
    nearest: tuple[DraftStatement, ...] = ()  # shown as nearest, not as an answer


@dataclass(frozen=True)
class WorkedOperand:
    """A line item of one year in a calculation, with the statement that quotes its row."""

    name: str
    statement: DraftStatement


@dataclass(frozen=True)
class Worked:
    """A result worked out from quoted rows: `result` in `unit` and `scale`, rounded for reading."""

    name: str
    expression: str
    operands: tuple[WorkedOperand, ...]
    result: Decimal
    unit: str | None
    scale: int
    text: str

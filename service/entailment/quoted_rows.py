"""The rows of tables that quotes show: which cells of each, and whether its label is quoted, too.

Row, header and caption may be quoted apart; the table knows its own header, so a quote of it adds nothing that is not
known. Knows no claim.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.table_types import Cell, Column, Row, Table
from ingest.types import Document, Page, Span
from service.citation.evidence import Proof

TablesOf = Callable[[Document, Page], Sequence[Table]]
MIN_LABEL = 0.6  # share of a label that must be quoted


def remembered(tables: Callable[[Document, int], Sequence[Table]]) -> TablesOf:
    """Tables of pages, each page read once: every statement of an answer is held against them."""
    known: dict[tuple[str, int], Sequence[Table]] = {}

    def of(document: Document, page: Page) -> Sequence[Table]:
        key = document.id, page.number
        if key not in known:
            known[key] = tables(document, page.number)
        return known[key]

    return of


@dataclass(frozen=True)
class QuotedRow:
    """A row with the cells quoted of it. `labelled` is whether the words that say what it is are quoted as well."""

    document: Document
    page: Page
    table: Table
    row: Row
    cells: tuple[Cell, ...]
    labelled: bool

    def column(self, cell: Cell) -> Column | None:
        """The column a cell stands in, None where it is not known."""
        return self.table.columns[cell.column] if 0 <= cell.column < len(self.table.columns) else None


def quoted_rows(proofs: Sequence[Proof], tables: TablesOf) -> list[QuotedRow]:
    """Rows of which the quotes show at least one cell, in the order of the quotes."""
    spans: dict[tuple[str, int], list[Span]] = {}
    pages: dict[tuple[str, int], tuple[Document, Page]] = {}
    for proof in proofs:
        for page, span in ((proof.located.page, proof.located.span), *proof.located.continued):
            key = proof.document.id, page.number
            spans.setdefault(key, []).append(span)
            pages[key] = proof.document, page
    return [row for key, (document, page) in pages.items() for row in _rows(document, page, spans[key], tables)]


def _rows(document: Document, page: Page, spans: Sequence[Span], tables: TablesOf) -> Iterator[QuotedRow]:
    for table in tables(document, page):
        for row in table.rows:
            cells = tuple(cell for cell in row.cells if any(_inside(cell, span) for span in spans))
            if cells:
                yield QuotedRow(document, page, table, row, cells, _labelled(page, row, spans))


def _inside(cell: Cell, span: Span) -> bool:
    """Whether a cell's digits are quoted; its sign of currency or its bracket may be left out."""
    digits = [at for at, character in enumerate(cell.text) if character.isdigit()]
    first, last = (cell.start + digits[0], cell.start + digits[-1] + 1) if digits else (cell.start, cell.end)
    return span.start <= first and last <= span.end


def _labelled(page: Page, row: Row, spans: Sequence[Span]) -> bool:
    cells = [(cell.start, cell.end) for cell in row.cells]
    letters = [
        at
        for at in range(row.start, row.end)
        if page.text[at].isalpha() and not any(start <= at < end for start, end in cells)
    ]
    quoted = sum(any(span.start <= at < span.end for span in spans) for at in letters)
    return not letters or quoted >= MIN_LABEL * len(letters)

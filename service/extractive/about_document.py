"""What is known of whoever a document is about: its names, its fiscal calendar. Read once per document and remembered.

Knows nothing of questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cachetools import LRUCache

from ingest.catalog import Catalog
from ingest.pages import Pages
from ingest.table_types import Column
from ingest.types import Document, Page, Section
from service.figures.calendar import FiscalCalendar, calendar_of

COVER = 2500  # characters of the first page that name the filer
MAX_KNOWN = 500  # documents


@dataclass(frozen=True)
class AboutDocument:
    """`filer` is text that names who the document is of; `outline` its sections in order."""

    filer: str
    calendar: FiscalCalendar
    outline: tuple[Section, ...] = ()


UNKNOWN = AboutDocument("", FiscalCalendar())


class DocumentReader:
    """Reads what is known of documents."""

    def __init__(self, pages: Pages, catalog: Catalog) -> None:
        self._pages = pages
        self._catalog = catalog
        self._known: LRUCache[tuple[str, str, str], AboutDocument] = LRUCache(MAX_KNOWN)

    def about(self, document: Document) -> AboutDocument:
        """What is known of a document; a document still being read is looked at anew."""
        key = document.tenant, document.content, f"{document.status} {document.metadata.get('company', '')}"
        if key not in self._known:
            self._known[key] = self._read(document)
        return self._known[key]

    def page(self, document: Document, number: int) -> Page:
        """A page of a document with its lines."""
        return self._pages.page(document, number)

    def _read(self, document: Document) -> AboutDocument:
        said = document.detected
        outline = tuple(self._catalog.contents.outline(document.tenant, document.content))
        annual = (said.form or "").upper().startswith("10-K")
        columns = [] if annual else list(self._statement_columns(document, outline))
        calendar = calendar_of(_date(said.period_end), said.fiscal_year, columns, annual=annual)
        given = str(document.metadata.get("company", ""))
        cover = self._pages.page(document, 1).text[:COVER] if document.pages else ""
        return AboutDocument(" ".join((document.name, said.company or "", given, cover)), calendar, outline)

    def _statement_columns(self, document: Document, outline: tuple[Section, ...]) -> Iterator[Column]:
        for section in outline:
            if section.kind in ("balance_sheet", "income_statement"):
                for table in self._pages.tables(document, section.start_page):
                    yield from table.columns


def _date(printed: str | None) -> date | None:
    """The date of a cover, as printed there."""
    match = re.search(r"[A-Z][a-z]+ \d{1,2}, \d{4}", printed or "")
    try:
        return datetime.strptime(match.group(), "%B %d, %Y").date() if match else None
    except ValueError:
        return None

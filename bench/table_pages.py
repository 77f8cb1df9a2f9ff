"""Pages of a PDF and their tables, read in this process as a worker and the service read them, without a store."""

from dataclasses import dataclass, field
from pathlib import Path

from ingest.reading.pdf import PdfFile
from ingest.table_types import Table
from ingest.tables.joins import tables_of
from ingest.types import Page, RawPage


@dataclass
class ReadPages:
    """All pages of one file; tables are read once a page."""

    pages: list[Page]
    _tables: dict[int, list[Table]] = field(default_factory=dict)

    @classmethod
    def of_pdf(cls, path: Path) -> "ReadPages":
        """Read a PDF; raises what `PdfFile` raises."""
        with PdfFile(path) as pdf:
            return cls([_page(raw) for raw in pdf.pages()])

    def page(self, number: int) -> Page:
        """A page by its physical number."""
        return self.pages[number - 1]

    def tables(self, number: int) -> list[Table]:
        """The tables of a page, the first with what it inherits from the page before."""
        if number not in self._tables:
            self._tables[number] = tables_of(number, self.page)
        return self._tables[number]


def _page(raw: RawPage) -> Page:
    return Page(raw.number, None, raw.kind, raw.text, raw.width, raw.height, 0, 0, raw.error, raw.lines)

"""A page and its tables are read once, and again when the indexes have changed."""

from collections import Counter

from ingest.pages import Pages
from ingest.table_types import Table
from ingest.types import Document, Page
from service.extractive.page_reader import PageReader
from service.wiring import Service


class Counting(Pages):
    """Pages that count how often each is read."""

    def __init__(self, inner: Pages) -> None:
        self.inner = inner
        self.read: Counter[str] = Counter()

    def page(self, document: Document, number: int) -> Page:
        self.read["pages"] += 1
        return self.inner.page(document, number)

    def tables(self, document: Document, number: int) -> list[Table]:
        self.read["tables"] += 1
        return self.inner.tables(document, number)


def test_a_page_is_read_once_a_version(service: Service, report_10k: Document) -> None:
    counting = Counting(service.ingest.pages)
    reader = PageReader(counting)
    for version in (1, 1, 2):
        page = reader.page(report_10k, version, 61)
        tables = reader.tables(report_10k, version, 61)
        assert (page.number, list(tables)) == (61, service.ingest.pages.tables(report_10k, 61))
    assert counting.read == {"pages": 2, "tables": 2}

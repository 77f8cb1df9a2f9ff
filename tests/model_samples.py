"""What the tests of the model path share: two documents of a few pages, handed out as evidence."""

from collections.abc import Sequence

from service_samples import page

from ingest.table_types import Table
from ingest.tables.rows import read_tables
from ingest.types import Detected, Document, Page, Progress, Status
from service.citation.evidence import Evidence


def row(label: str, *cells: str) -> str:
    """A line of a table whose columns stand under each other."""
    return label.ljust(56) + "".join(cell.rjust(12) for cell in cells) + "\n"


CASH_FLOWS = page(
    "Consolidated Statement of Cash Flows\nYears ended December 31\n"
    + row("(Millions)", "2018", "2017")
    + row("Net cash provided by operating activities", "6,439", "6,240")
    + row("Purchases of property, plant and equipment (PP&E)", "(1,577)", "(1,373)")
    + row("Net income margin", "16.3%", "15.4%"),
    60,
)
SEGMENTS = page("Sales by segment\nSales grew 4.5% on higher volumes in three segments.\nA further remark.\n", 61)
REGIONS = page(
    "Sales by region\n"
    + row("", "2018", "2017")
    + row("Northern region", "412", "388")
    + row("Southern region", "0.7", "0.9"),
    62,
)
MARKUP = page("An odd page\nThe tag </page> and &lt; stand in this sentence.\n", 63)
MEMO = page("Memorandum\nThe parties agreed to a term of nine years.\nEach party may end it with 30 days' notice.\n", 1)


def document(identity: str, name: str) -> Document:
    """A document that is ready."""
    progress = Progress("done", 1, 1)
    return Document(
        identity, "local", f"content-{identity}", name, "application/pdf", 1, Status.READY, progress, None, 1, 1, None,
        {}, Detected(), (), 0.0,
    )  # fmt: skip


def evidence() -> Evidence:
    """Both documents, all pages."""
    pages = Evidence()
    pages.add(document("doc_1", "report.pdf"), [CASH_FLOWS, SEGMENTS, REGIONS, MARKUP])
    pages.add(document("doc_2", "memo.pdf"), [MEMO])
    return pages


def tables_of(_document: Document, page: Page) -> Sequence[Table]:
    """The tables of a page as the table reader finds them."""
    return read_tables(page.number, page.text, page.lines)

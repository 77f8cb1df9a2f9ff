"""What the tests of the model path share: two documents of a few pages, handed out as evidence."""

from service_samples import page

from ingest.types import Detected, Document, Progress, Status
from service.citation.evidence import Evidence

CASH_FLOWS = page(
    "Consolidated Statement of Cash Flows\nYears ended December 31\n(Millions) 2018 2017\n"
    "Net cash provided by operating activities 6,439 6,240\n"
    "Purchases of property, plant and equipment (PP&E) (1,577) (1,373)\nNet income margin 16.3% 15.4%\n",
    60,
)
SEGMENTS = page("Sales by segment\nSales grew 4.5% on higher volumes in three segments.\nA further remark.\n", 61)
REGIONS = page("Sales by region\nNorthern region 412 388\nSouthern region 0.7 0.9\n", 62)
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

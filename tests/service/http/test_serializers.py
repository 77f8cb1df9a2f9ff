"""What goes over the wire of documents, pages and collections."""

from dataclasses import replace

from ingest.catalog import Collection
from ingest.types import Detected, Document, Page, PageKind, Progress, Status
from service.http.document_schemas import DocumentDetail, DocumentModel
from service.http.schemas import CollectionModel, PageModel
from service.http.serializers import collection_row, document_detail, document_row, page_row
from service.wiring import Service

WAITING = Document("doc_1", "local", "c" * 64, "a.pdf", "application/pdf", 12, Status.READING, Progress("reading", 3, 9), None, None, None, None, {"k": 1}, Detected(form="10-K", title="Annual report"), ("col_1",), 1.5)  # fmt: skip


def test_a_document_that_waits_shows_its_progress() -> None:
    row = document_row(WAITING)
    assert DocumentModel.model_validate(row)
    assert row["progress"] == {"stage": "reading", "done": 3, "total": 9}
    assert (row["status"], row["error"], row["pages"]) == ("reading", None, None)
    assert row["detected"] == {"form": "10-K", "title": "Annual report"}
    assert (row["title"], row["company"], row["form"], row["period"]) == ("Annual report", None, "10-K", None)
    assert row["collections"] == ["col_1"]


def test_a_failed_document_shows_why() -> None:
    row = document_row(replace(WAITING, status=Status.FAILED, error=("file_damaged", "It is damaged.")))
    assert row["error"] == {"code": "file_damaged", "message": "It is damaged."}


def test_a_document_is_detailed_once_it_can_be_shown(service: Service, report_10k: Document) -> None:
    detail = document_detail(report_10k, service.ingest.catalog)
    assert DocumentDetail.model_validate(detail)
    assert len(detail["page_report"]) == report_10k.pages
    assert "sections" not in document_detail(WAITING, service.ingest.catalog)


def test_a_page_keeps_its_text_unchanged() -> None:
    text = "one\r\ntwo \x02 ﬁ"
    row = page_row(WAITING, Page(4, "iv", PageKind.TEXT, text, 612.0, 792.0, 90, 5), "Item 1")
    assert PageModel.model_validate(row)
    assert (row["text"], row["label"], row["section"], row["document_start"]) == (text, "iv", "Item 1", 90)


def test_a_collection_counts_its_documents() -> None:
    row = collection_row(Collection("col_1", "filings", 3, 1.0))
    assert CollectionModel.model_validate(row).documents == 3

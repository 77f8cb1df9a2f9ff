"""Documents on the wire: progress, what they say of themselves, outline, page report. Pure data."""

from typing import Any

from pydantic import BaseModel


class ProgressModel(BaseModel):
    """How far the current stage is."""

    stage: str
    done: int
    total: int


class ErrorModel(BaseModel):
    """Why a document failed or is partial."""

    code: str
    message: str


class DocumentModel(BaseModel):
    """One upload."""

    id: str
    name: str
    status: str
    progress: ProgressModel
    error: ErrorModel | None
    media_type: str
    bytes: int
    content_sha256: str
    pages: int | None
    tokens: int | None
    tokenizer: str | None
    metadata: dict[str, Any]
    detected: dict[str, str | int]
    title: str | None
    company: str | None
    form: str | None
    period: str | None
    collections: list[str]
    created_at: float


class SectionModel(BaseModel):
    """A node of the outline."""

    ordinal: int
    parent: int | None
    level: int
    kind: str
    title: str
    number: str | None
    start_page: int
    end_page: int


class PageReport(BaseModel):
    """A page in the document's report."""

    number: int
    label: str | None
    kind: str
    width: float
    height: float
    tokens: int
    error: str | None
    hidden_characters: int
    text_layer: str


class AttachmentModel(BaseModel):
    """A file inside the file; `page` where it is pinned to one."""

    name: str
    type: str | None
    bytes: int | None
    page: int | None


class DocumentDetail(DocumentModel):
    """One upload with its pages and outline, once it can be shown."""

    attachments: list[AttachmentModel] = []

    page_report: list[PageReport] = []
    sections: list[SectionModel] = []


class DocumentList(BaseModel):
    """A page of documents, newest first."""

    documents: list[DocumentModel]
    next_cursor: str | None

"""What the tools of the Model Context Protocol's door reply, as models: their schemas go to the client. Pure data."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Loose(BaseModel):
    """A reply: takes what it names from a larger value."""

    model_config = ConfigDict(extra="ignore")


class DocumentEntry(Loose):
    """A document: `detected` is what it says of itself (company, form, period)."""

    id: str
    name: str
    status: str
    pages: int | None
    metadata: dict[str, Any]
    detected: dict[str, Any]
    collections: list[str]


class DocumentsReply(Loose):
    """Documents, newest first."""

    documents: list[DocumentEntry]
    next_cursor: str | None


class HitEntry(Loose):
    """A page or passage: physical page number, printed label or null, the part that fits."""

    document_id: str
    document_name: str
    page: int
    page_label: str | None
    section: str | None
    score: float
    snippet: str


class HitsReply(Loose):
    """Hits, best first, and ids of documents that could not be searched yet."""

    hits: list[HitEntry]
    not_yet_searchable: list[str]


class PageEntry(Loose):
    """A page as extracted: physical number, printed label or null."""

    number: int
    page_label: str | None
    section: str | None
    text: str


class PagesReply(Loose):
    """Pages of one document."""

    document_id: str
    document_name: str
    document_pages: int
    pages: list[PageEntry]


class StatementEntry(Loose):
    """A statement of an answer; `citations` are places in the list of citations."""

    text: str
    citations: list[int]
    supported: bool


class CitationEntry(Loose):
    """A quote with where it stands; the end page is exclusive, `verification` says how it was found."""

    document_id: str
    document_name: str
    cited_text: str
    start_page_number: int
    end_page_number: int
    page_label: str | None
    section: str | None
    verification: str


class AnswerReply(Loose):
    """An answer; `id` finds it again, `route` says how it came about."""

    id: str
    answer: str
    answered: bool
    statements: list[StatementEntry]
    citations: list[CitationEntry]
    route: dict[str, Any]
    not_yet_searchable: list[str]

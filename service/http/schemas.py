"""What goes back over the wire, as pydantic models: replies are documented here."""

from typing import Any

from pydantic import BaseModel, Field


class SpanModel(BaseModel):
    """Code points in the page's text, half open."""

    start: int
    end: int


class MarkedModel(BaseModel):
    """A span that nobody sees (its words stand in `text`, blanks in the page's) or that is struck through."""

    span: SpanModel
    reason: str
    text: str


class PageModel(BaseModel):
    """One page."""

    document_id: str
    number: int
    label: str | None
    kind: str
    text: str
    width: float
    height: float
    document_start: int
    tokens: int
    section: str | None
    error: str | None
    text_layer: str
    hidden_characters: int
    hidden: list[MarkedModel]
    struck: list[MarkedModel]


class HitModel(BaseModel):
    """A ranked page or passage."""

    document_id: str
    document_name: str
    page: int
    page_label: str | None
    score: float
    section: str | None
    snippet: str
    span: SpanModel
    signals: dict[str, float] | None = None


class SearchReply(BaseModel):
    """Ranked hits, best first."""

    hits: list[HitModel]
    understood: dict[str, Any] | None = None
    not_yet_searchable: list[str]
    lexical_only: bool = Field(description="true while the encoder is being prepared: vectors were not used")


class CollectionModel(BaseModel):
    """A named set of documents."""

    id: str
    name: str
    documents: int
    created_at: float


class ThreadModel(BaseModel):
    """A conversation."""

    id: str
    name: str | None
    collection: str | None
    document_ids: list[str] | None
    created_at: float
    updated_at: float
    answers: int


class ThreadDetail(ThreadModel):
    """A conversation with its answers, oldest first."""

    turns: list[dict[str, Any]]


class ThreadList(BaseModel):
    """A page of conversations, newest activity first."""

    threads: list[ThreadModel]
    next_cursor: str | None


class DeletionReceipt(BaseModel):
    """What a deletion removes, counted per store."""

    id: str
    deleted: dict[str, int]

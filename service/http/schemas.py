"""What goes over the wire, as pydantic models: requests are checked here, answers documented here."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Question = Annotated[str, Field(min_length=1, max_length=20_000)]


class Strict(BaseModel):
    """A request body: unknown fields are an error, so that a typing mistake is noticed."""

    model_config = ConfigDict(extra="forbid")


class ScopeFields(Strict):
    """Which documents: neither field means everything visible, both mean their intersection."""

    document_ids: list[str] | None = Field(None, max_length=10_000)
    collection: str | None = None
    filter: dict[str, Any] | None = Field(
        None,
        description="{type: eq|ne|gt|…|in|and|or, key, value | filters}; keys: section, page, form, company, period",
    )


class SearchRequest(ScopeFields):
    """A search for pages or passages."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"query": "purchases of property, plant and equipment", "limit": 5}]},
    )
    query: Question
    unit: Literal["page", "passage"] = "page"
    limit: int = Field(10, ge=1, le=100)
    explain: bool = False


class ExampleModel(Strict):
    """A question with the answer it should get, citations included."""

    question: Question
    answer: str = Field(min_length=1, max_length=20_000)


class AnswerRequest(ScopeFields):
    """A question."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"question": "What were capital expenditures in fiscal 2024?", "mode": "auto"}]
        },
    )
    question: Question
    mode: Literal["auto", "full", "sections", "retrieval", "extractive"] = "auto"
    model: str | None = Field(None, max_length=200, description="a model's name; the configured one when left out")
    persona: Literal["general", "financial", "legal", "scientific"] = "general"
    instructions: str | None = Field(None, max_length=20_000, description="the caller's own, in place of a persona")
    examples: list[ExampleModel] = Field([], max_length=20, description="few-shot examples in place of ours")
    verify: bool = Field(False, description="have the model read its draft against its citations and correct it")
    strict: bool = Field(False, description="leave out sentences that are unsupported")
    json_schema: dict[str, Any] | None = Field(
        None, alias="schema", description="a JSON Schema: every leaf comes back with citations, or null with a reason"
    )
    tools: list[dict[str, Any]] = Field([], max_length=64, description="the caller's own tools, passed through")
    tool_choice: str | dict[str, Any] | None = None
    budget_usd: float | None = Field(None, ge=0, description="a ceiling over everything this answer may cost")
    max_latency_s: float | None = Field(None, gt=0)
    images: bool | None = Field(None, description="false: never send pictures of scanned pages")
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    max_tokens: int | None = Field(None, ge=1, le=1_000_000)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    seed: int | None = None
    response_format: dict[str, Any] | None = None
    thread: str | None = Field(None, description="a thread's id: the answer continues that conversation")
    stream: bool = Field(False, description="answer as server-sent events: route, evidence, delta, citation, …, done")


class SpanModel(BaseModel):
    """Code points in the page's text, half open."""

    start: int
    end: int


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


class CollectionRequest(Strict):
    """A collection's name."""

    name: str = Field(min_length=1, max_length=200)


class DocumentPatch(Strict):
    """What of a document may change."""

    name: str | None = Field(None, min_length=1, max_length=300)
    metadata: dict[str, Any] | None = None
    collections: list[str] | None = None


class RetryRequest(Strict):
    """A new try, with a password for an encrypted file."""

    password: str | None = None


class ThreadRequest(Strict):
    """A new conversation, and the documents it is about; without a name its first question names it."""

    name: str | None = Field(None, min_length=1, max_length=200)
    collection: str | None = None
    document_ids: list[str] | None = Field(None, max_length=10_000)


class ThreadPatch(Strict):
    """What of a conversation may change."""

    name: str = Field(min_length=1, max_length=200)


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

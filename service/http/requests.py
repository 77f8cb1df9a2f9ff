"""What comes over the wire, as pydantic models: typed, strict and bounded. Knows no route."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from service.http.free_json import MAX_INTEGER, FreeObject, SchemaObject


def not_blank(text: str) -> str:
    """The text, if it holds more than white space; raises ValueError."""
    if not text.strip():
        raise ValueError("must hold more than white space")
    return text


def clean_name(name: str) -> str:
    """A name without control characters, its white space evened out."""
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") else sign for sign in name)
    return not_blank(" ".join(kept.split()))


Question = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(not_blank)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean_name)]
FileName = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(clean_name)]
Key = Annotated[str, Field(min_length=1, max_length=200)]  # an id, or a name where names are taken for ids
Seed = Annotated[int, Field(ge=-MAX_INTEGER, le=MAX_INTEGER)]


class Strict(BaseModel):
    """A request body: unknown fields are an error, so that a typing mistake is noticed."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ScopeFields(Strict):
    """Which documents: neither field means everything visible, both mean their intersection."""

    document_ids: list[Key] | None = Field(None, max_length=10_000)
    collection: Key | None = None
    filter: FreeObject | None = Field(
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
    explain: StrictBool = False


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
    verify: StrictBool = Field(default=False, description="have the model check its draft and correct it")
    strict: StrictBool = Field(default=False, description="leave out sentences that are unsupported")
    json_schema: SchemaObject | None = Field(
        None, alias="schema", description="a JSON Schema: every leaf comes back with citations, or null with a reason"
    )
    tools: list[SchemaObject] = Field([], max_length=64, description="the caller's own tools, passed through")
    tool_choice: Key | FreeObject | None = None
    budget_usd: float | None = Field(None, ge=0, description="a ceiling over everything this answer may cost")
    max_latency_s: float | None = Field(None, gt=0)
    images: StrictBool | None = Field(None, description="false: never send pictures of scanned pages")
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    max_tokens: int | None = Field(None, ge=1, le=1_000_000)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    seed: Seed | None = None
    response_format: SchemaObject | None = None
    thread: Key | None = Field(None, description="a thread's id: the answer continues that conversation")
    stream: StrictBool = Field(
        default=False, description="answer as server-sent events: route, evidence, delta, citation, …, done"
    )


class CollectionRequest(Strict):
    """A collection's name."""

    name: Name


class DocumentPatch(Strict):
    """What of a document may change."""

    name: FileName | None = None
    metadata: FreeObject | None = None
    collections: list[Key] | None = Field(None, max_length=1_000)


class RetryRequest(Strict):
    """A new try, with a password for an encrypted file."""

    password: str | None = Field(None, max_length=1000)


class ThreadRequest(Strict):
    """A new conversation, and the documents it is about; without a name its first question names it."""

    name: Name | None = None
    collection: Key | None = None
    document_ids: list[Key] | None = Field(None, max_length=10_000)


class ThreadPatch(Strict):
    """What of a conversation may change."""

    name: Name

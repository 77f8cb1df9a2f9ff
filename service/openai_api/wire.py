"""Request bodies of this surface. Fields OpenAI knows and we need not are ignored; what would change the answer
and cannot be honoured is refused by name, so that nobody believes it was.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ingest.errors import BadRequest
from service.http.free_json import MAX_INTEGER, FreeJson, FreeObject, SchemaObject, checked_object
from service.http.requests import clean_name, not_blank


def _clean_or_empty(name: str) -> str:
    return clean_name(name) if name.strip() else ""


Key = Annotated[str, Field(min_length=1, max_length=200)]
Attributes = Annotated[dict[str, str | int | float | bool], AfterValidator(checked_object)] | None
Metadata = Annotated[dict[str, str], AfterValidator(checked_object)] | None
Query = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(not_blank)]
StoreName = Annotated[str, Field(max_length=200), AfterValidator(_clean_or_empty)]
Integer = Annotated[int, Field(ge=-MAX_INTEGER, le=MAX_INTEGER)]


class Body(BaseModel):
    """A request body: numbers are finite, fields we do not know are ignored."""

    model_config = ConfigDict(allow_inf_nan=False)


class StoreCreate(Body):
    """A new vector store."""

    name: StoreName | None = None
    description: str | None = Field(None, max_length=10_000)
    file_ids: list[Key] = Field([], max_length=10_000)
    metadata: Metadata = None
    expires_after: FreeObject | None = None


class StoreUpdate(Body):
    """What of a vector store may change."""

    name: StoreName | None = None
    metadata: Metadata = None
    expires_after: FreeObject | None = None


class StoreSearch(Body):
    """A search in a vector store."""

    query: Query | Annotated[list[Query], Field(min_length=1, max_length=16)]
    filters: FreeObject | None = None
    max_num_results: int = Field(10, ge=1, le=50)
    ranking_options: FreeObject | None = None
    rewrite_query: bool = False


class StoreFileCreate(Body):
    """A file to put into a vector store."""

    file_id: Key
    attributes: Attributes = None


class StoreFileUpdate(Body):
    """A file's attributes."""

    attributes: Attributes


class BatchCreate(Body):
    """Files to put into a vector store at once."""

    file_ids: list[Key] | None = Field(None, max_length=2_000)
    files: list[StoreFileCreate] | None = Field(None, max_length=2_000)
    attributes: Attributes = None


class Asking(Body):
    """What responses and chat completions share; the second half are our own fields, sent as `extra_body`."""

    model: str | None = Field(None, max_length=200)
    tools: list[SchemaObject] = Field([], max_length=128)
    tool_choice: FreeJson = None
    metadata: Metadata = None
    temperature: float | None = None
    top_p: float | None = None
    stream: bool | None = None

    mode: Literal["auto", "full", "sections", "retrieval", "extractive"] = "auto"
    persona: Literal["financial", "legal", "scientific", "general"] = "general"
    verify: bool = False
    strict: bool = False
    mark_unsupported: bool = False
    budget_usd: float | None = Field(None, ge=0)
    max_latency_s: float | None = Field(None, gt=0)


class ResponseCreate(Asking):
    """A question in the form of the Responses API."""

    input: str | list[dict[str, Any]]
    instructions: str | None = None
    previous_response_id: str | None = None
    text: SchemaObject | None = None
    include: list[str] | None = None
    store: bool | None = None
    max_output_tokens: int | None = Field(None, ge=1)
    parallel_tool_calls: bool | None = None
    background: bool | None = None
    conversation: FreeJson = None
    prompt: FreeJson = None
    user: str | None = Field(None, max_length=1_000)


class TokenCount(Body):
    """An input whose tokens are to be counted."""

    input: str | list[dict[str, Any]] | None = None
    instructions: str | None = None
    previous_response_id: str | None = None
    tools: list[SchemaObject] = Field([], max_length=128)
    text: SchemaObject | None = None


class ChatCreate(Asking):
    """A question in the form of Chat Completions."""

    mark_unsupported: bool = True  # most of these clients show nothing but the text
    messages: list[dict[str, Any]] = Field(min_length=1)
    response_format: SchemaObject | None = None
    stream_options: FreeObject | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: Integer | None = None
    n: Integer | None = None
    stop: FreeJson = None
    logprobs: bool | None = None
    logit_bias: dict[str, float] | None = None
    modalities: list[str] | None = None
    audio: FreeJson = None
    functions: list[SchemaObject] | None = None
    vector_store_ids: list[Key] | None = Field(None, max_length=1_000)
    filters: FreeObject | None = None


def refuse(given: Mapping[str, Any], why: str) -> None:
    """Raise BadRequest naming the first of these parameters that was given."""
    for name, value in given.items():
        if value:
            raise BadRequest(f"{name} is not supported here: {why}")

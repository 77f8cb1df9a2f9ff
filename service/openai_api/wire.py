"""Request bodies of this surface. Fields OpenAI knows and we need not are ignored; what would change the answer
and cannot be honoured is refused by name, so that nobody believes it was.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from ingest.errors import BadRequest

Attributes = dict[str, str | float | bool] | None
Metadata = dict[str, str] | None


class StoreCreate(BaseModel):
    """A new vector store."""

    name: str | None = Field(None, max_length=200)
    description: str | None = None
    file_ids: list[str] = Field([], max_length=10_000)
    metadata: Metadata = None
    expires_after: dict[str, Any] | None = None


class StoreUpdate(BaseModel):
    """What of a vector store may change."""

    name: str | None = Field(None, max_length=200)
    metadata: Metadata = None
    expires_after: dict[str, Any] | None = None


class StoreSearch(BaseModel):
    """A search in a vector store."""

    query: Annotated[str, Field(min_length=1)] | Annotated[list[str], Field(min_length=1, max_length=16)]
    filters: dict[str, Any] | None = None
    max_num_results: int = Field(10, ge=1, le=50)
    ranking_options: dict[str, Any] | None = None
    rewrite_query: bool = False


class StoreFileCreate(BaseModel):
    """A file to put into a vector store."""

    file_id: str
    attributes: Attributes = None


class StoreFileUpdate(BaseModel):
    """A file's attributes."""

    attributes: Attributes


class BatchCreate(BaseModel):
    """Files to put into a vector store at once."""

    file_ids: list[str] | None = Field(None, max_length=2_000)
    files: list[StoreFileCreate] | None = Field(None, max_length=2_000)
    attributes: Attributes = None


class Asking(BaseModel):
    """What responses and chat completions share; the second half are our own fields, sent as `extra_body`."""

    model: str | None = None
    tools: list[dict[str, Any]] = []
    tool_choice: Any = None
    metadata: Metadata = None
    temperature: float | None = None
    top_p: float | None = None
    stream: bool | None = None

    mode: Literal["auto", "full", "sections", "retrieval", "extractive"] = "auto"
    persona: Literal["financial", "legal", "scientific", "general"] = "general"
    verify: bool = False
    strict: bool = False
    budget_usd: float | None = Field(None, ge=0)
    max_latency_s: float | None = Field(None, gt=0)


class ResponseCreate(Asking):
    """A question in the form of the Responses API."""

    input: str | list[dict[str, Any]]
    instructions: str | None = None
    previous_response_id: str | None = None
    text: dict[str, Any] | None = None
    include: list[str] | None = None
    store: bool | None = None
    max_output_tokens: int | None = Field(None, ge=1)
    parallel_tool_calls: bool | None = None
    background: bool | None = None
    conversation: Any = None
    prompt: Any = None
    user: str | None = None


class TokenCount(BaseModel):
    """An input whose tokens are to be counted."""

    input: str | list[dict[str, Any]] | None = None
    instructions: str | None = None
    previous_response_id: str | None = None
    tools: list[dict[str, Any]] = []
    text: dict[str, Any] | None = None


class ChatCreate(Asking):
    """A question in the form of Chat Completions."""

    messages: list[dict[str, Any]] = Field(min_length=1)
    response_format: dict[str, Any] | None = None
    stream_options: dict[str, Any] | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    n: int | None = None
    stop: Any = None
    logprobs: bool | None = None
    logit_bias: dict[str, float] | None = None
    modalities: list[str] | None = None
    audio: Any = None
    functions: list[dict[str, Any]] | None = None
    vector_store_ids: list[str] | None = None
    filters: dict[str, Any] | None = None


def refuse(given: Mapping[str, Any], why: str) -> None:
    """Raise BadRequest naming the first of these parameters that was given."""
    for name, value in given.items():
        if value:
            raise BadRequest(f"{name} is not supported here: {why}")

"""What an answer looks like on the native wire, as a pydantic model for the API's own documentation."""

from typing import Any

from pydantic import BaseModel


class AnswerModel(BaseModel):
    """An answer; fields that are not always there are left out when empty."""

    id: str
    question: str
    answer: str
    answered: bool
    statements: list[dict[str, Any]]
    unsupported: int
    citations: list[dict[str, Any]]
    calculations: list[dict[str, Any]]
    figure: dict[str, Any] | None = None
    object: dict[str, Any] | None = None
    values: dict[str, Any] | None = None
    tool_calls: list[dict[str, Any]] | None = None
    insufficient: bool | None = None
    figures: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] | None = None
    nearest: list[dict[str, Any]] | None = None
    warnings: list[dict[str, Any]]
    finish: str = "complete"
    route: dict[str, Any]
    searched: dict[str, Any]
    not_yet_searchable: list[str]
    usage: dict[str, Any]
    thread: str | None = None
    resolved_question: str | None = None

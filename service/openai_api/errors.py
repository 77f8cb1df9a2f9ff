"""Errors in the shape OpenAI's clients read: `{error: {message, type, param, code}}`. Knows nothing of our error tree.

A client repeats 409 and 5xx by itself; `x-should-retry` tells it when that is of no use.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import JSONResponse

PREFIX = "/openai/v1"


def is_openai(scope: Mapping[str, Any]) -> bool:
    """Whether a request's path belongs to this surface, behind a path prefix or not."""
    path = str(scope["path"]).removeprefix(str(scope.get("root_path") or "").rstrip("/"))
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def error_object(status: int, code: str, message: str, param: str | None = None) -> dict[str, Any]:
    """The `error` object itself."""
    kind = "server_error" if status >= 500 else "rate_limit_error" if status == 429 else "invalid_request_error"
    return {"message": message, "type": kind, "param": param, "code": code}


def openai_error(
    status: int, code: str, message: str, retry: bool = False, fields: Sequence[Mapping[str, str]] = ()
) -> JSONResponse:
    """An error reply; what is 422 elsewhere is 400 here, as OpenAI has it."""
    param = fields[0]["field"].removeprefix("body.") if fields else None
    shown = 400 if status == 422 else status
    headers = {"x-should-retry": "true" if retry else "false"}
    return JSONResponse({"error": error_object(shown, code, message, param)}, shown, headers=headers)

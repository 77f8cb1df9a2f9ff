"""Errors in the shape OpenAI's clients read: `{error: {message, type, param, code}}`. Knows nothing of our error tree.

A client repeats 409 and 5xx by itself; `x-should-retry` tells it when that is of no use.
"""

from typing import Any

from fastapi.responses import JSONResponse

from service.http.errors import Fault

PREFIX = "/openai/v1"


def error_object(status: int, code: str, message: str, param: str | None = None) -> dict[str, Any]:
    """The `error` object itself."""
    kind = "server_error" if status >= 500 else "rate_limit_error" if status == 429 else "invalid_request_error"
    return {"message": message, "type": kind, "param": param, "code": code}


def openai_error(fault: Fault) -> JSONResponse:
    """An error reply; what is 422 elsewhere is 400 here, as OpenAI has it."""
    param = fault.fields[0]["field"].removeprefix("body.") if fault.fields else None
    shown = 400 if fault.status == 422 else fault.status
    headers = {"x-should-retry": "true" if fault.retry else "false"}
    return JSONResponse({"error": error_object(shown, fault.code, fault.message, param)}, shown, headers=headers)

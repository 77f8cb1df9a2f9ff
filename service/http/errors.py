"""One table from our errors to HTTP answers of one shape (RFC 9457 problem details). Knows nothing of routes.

Paths of the OpenAI-compatible surface get the same errors in the shape its clients read.
"""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ingest import errors
from ingest.errors import PinciteError
from service.openai_api.errors import is_openai, openai_error

log = logging.getLogger("pincite.http")
MEDIA_TYPE = "application/problem+json"
CLIENT_GONE = 499  # nginx's number; nobody reads the reply, but the metrics count it

# the nearest class on the way up the tree decides
STATUS: dict[type[PinciteError], int] = {
    errors.InputRefused: 400,
    errors.BadRequest: 422,
    errors.FileTooLarge: 413,
    errors.UnsupportedType: 415,
    errors.ReadingFailed: 422,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.BudgetExceeded: 402,
    errors.Unavailable: 503,
    errors.LlmTimedOut: 504,
    errors.LlmBrokenOff: 502,
    errors.LlmGarbled: 502,
    errors.LlmRefused: 502,
    errors.PinciteError: 500,
}


def status_of(error: type[PinciteError]) -> int:
    """The HTTP status for an error class."""
    return next(STATUS[parent] for parent in error.__mro__ if parent in STATUS)


def problem(status: int, code: str, detail: str, retry: bool = False, **extra: Any) -> JSONResponse:
    """A problem document with our stable code."""
    body = {
        "type": f"urn:pincite:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
        "retry": retry,
        **extra,
    }
    return JSONResponse(body, status, media_type=MEDIA_TYPE)


def error_reply(scope: Any, status: int, code: str, detail: str, retry: bool = False, **extra: Any) -> JSONResponse:
    """An error in the shape that the callers of this path read."""
    if is_openai(scope):
        return openai_error(status, code, detail, retry, extra.get("fields", ()))
    return problem(status, code, detail, retry, **extra)


def install(app: FastAPI) -> None:
    """Make every error of this app a problem document."""

    @app.exception_handler(PinciteError)
    def _ours(request: Request, error: PinciteError) -> JSONResponse:
        return error_reply(request.scope, status_of(type(error)), error.code, error.message, error.retry)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        found = [
            {"field": ".".join(map(str, entry["loc"])), "message": str(entry["msg"])} for entry in error.errors()[:20]
        ]
        detail = "; ".join(f"{row['field']}: {row['message']}" for row in found)
        return error_reply(request.scope, 422, "bad_request", detail, fields=found)

    @app.exception_handler(HTTPException)
    def _framework(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed", 413: "file_too_large"}.get(
            error.status_code, "bad_request"
        )
        return error_reply(request.scope, error.status_code, code, str(error.detail))

    @app.exception_handler(ClientDisconnect)
    def _gone(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=CLIENT_GONE)

    @app.exception_handler(Exception)
    def _unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected error in %s %s", request.method, request.url.path, exc_info=error)
        said = "Something unexpected happened; the server's log has the details."
        return error_reply(request.scope, 500, "internal", said)

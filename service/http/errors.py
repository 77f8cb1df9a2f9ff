"""One table from our errors to HTTP answers of one shape (RFC 9457 problem details). Knows nothing of routes.

Surfaces whose clients read another shape (`ErrorShape`) register it under their path; `install` is told of them.
"""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ingest import errors
from ingest.errors import PinciteError

log = logging.getLogger("pincite.http")


@dataclass(frozen=True)
class Fault:
    """An error on its way out, before a surface gives it its shape."""

    status: int
    code: str
    message: str
    retry: bool = False
    fields: Sequence[Mapping[str, str]] = ()
    retry_after: float | None = None


ErrorShape = Callable[[Fault], JSONResponse]
FRAMEWORK_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timed_out",
    413: "file_too_large",
}
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
    errors.Refused: 403,
    errors.Unauthenticated: 401,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
    errors.InsufficientStorage: 507,
    errors.LlmTimedOut: 504,
    errors.LlmBrokenOff: 502,
    errors.LlmGarbled: 502,
    errors.LlmRefused: 502,
    errors.PinciteError: 500,
}


def status_of(error: type[PinciteError]) -> int:
    """The HTTP status for an error class."""
    return next(STATUS[parent] for parent in error.__mro__ if parent in STATUS)


def problem(fault: Fault) -> JSONResponse:
    """A problem document with our stable code."""
    body = {
        "type": f"urn:pincite:problem:{fault.code}",
        "title": fault.code.replace("_", " "),
        "status": fault.status,
        "code": fault.code,
        "detail": fault.message,
        "retry": fault.retry,
        **({"fields": list(fault.fields)} if fault.fields else {}),
    }
    return JSONResponse(body, fault.status, media_type=MEDIA_TYPE)


def error_reply(scope: Any, fault: Fault) -> JSONResponse:
    """An error in the shape that the callers of this path read."""
    shapes: Mapping[str, ErrorShape] = scope["app"].state.error_shapes
    path = str(scope["path"]).removeprefix(str(scope.get("root_path") or "").rstrip("/"))
    for prefix, shape in shapes.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return _with_headers(shape(fault), fault)
    return _with_headers(problem(fault), fault)


def _with_headers(reply: JSONResponse, fault: Fault) -> JSONResponse:
    if fault.retry_after is not None:
        reply.headers["Retry-After"] = str(max(1, math.ceil(fault.retry_after)))
    if fault.status == 401:
        reply.headers["WWW-Authenticate"] = "Bearer"
    return reply


def _message(entry: Mapping[str, Any]) -> str:
    """What is wrong with a field; where the body is no JSON, what its reader said."""
    told = entry.get("ctx", {}).get("error") if entry["type"] == "json_invalid" else None
    return f"{entry['msg']}: {told}" if told else str(entry["msg"])


def install(app: FastAPI, shapes: Mapping[str, ErrorShape]) -> None:
    """Make every error of this app a problem document, or what `shapes` makes of it under its path prefix."""
    app.state.error_shapes = shapes

    @app.exception_handler(PinciteError)
    def _ours(request: Request, error: PinciteError) -> JSONResponse:
        fault = Fault(status_of(type(error)), error.code, error.message, error.retry, retry_after=error.retry_after)
        return error_reply(request.scope, fault)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        found = [
            {"field": ".".join(map(str, entry["loc"])), "message": _message(entry)} for entry in error.errors()[:20]
        ]
        detail = "; ".join(f"{row['field']}: {row['message']}" for row in found)
        return error_reply(request.scope, Fault(422, "bad_request", detail, fields=found))

    @app.exception_handler(HTTPException)
    def _framework(request: Request, error: HTTPException) -> JSONResponse:
        code = FRAMEWORK_CODES.get(error.status_code, "bad_request")
        return error_reply(request.scope, Fault(error.status_code, code, str(error.detail)))

    @app.exception_handler(ClientDisconnect)
    def _gone(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=CLIENT_GONE)

    @app.exception_handler(Exception)
    def _unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected error in %s %s", request.method, request.url.path, exc_info=error)
        said = "Something unexpected happened; the server's log has the details."
        return error_reply(request.scope, Fault(500, "internal", said))

"""One validator for JSON of unknown shape (metadata, attributes, filters, tools, schemas), and one reader of bodies.

What passes can be stored, listed and sent again: strings that UTF-8 can hold, finite numbers, bounded depth and size.
Knows no route and no field.
"""

import json
import math
from collections.abc import Callable, Iterator
from typing import Annotated, Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import AfterValidator

MAX_DEPTH = 20
MAX_BYTES = 16 * 1024
MAX_SCHEMA_DEPTH = 64  # schemas and tools nest their properties
MAX_SCHEMA_BYTES = 256 * 1024
MAX_BODY_DEPTH = 200
MAX_INTEGER = 2**63 - 1
MAX_DIGITS = 400  # of a number as written; Python refuses to convert more than 4,300


def read_json(text: str | bytes) -> Any:
    """Parse JSON; raises JSONDecodeError for what is no JSON or holds what could not be stored and sent again."""
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_int=_integer)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError) as error:  # ValueError: bytes that are not UTF-8, or the two below
        reason = str(error) if isinstance(error, _NotStorable) else _reason(error)
        raise json.JSONDecodeError(reason, "", 0) from error
    if (fault := _fault(value, MAX_BODY_DEPTH)) is not None:
        raise json.JSONDecodeError(fault, "", 0)
    return value


def checked(value: Any, depth: int = MAX_DEPTH, size: int = MAX_BYTES) -> Any:
    """The value, if it can be stored and sent again; raises ValueError saying what is wrong and what is allowed."""
    fault = _fault(value, depth)
    if fault is None and len(json.dumps(value, ensure_ascii=False).encode()) > size:
        fault = f"may take up {size} bytes as JSON"
    if fault is not None:
        raise ValueError(fault)
    return value


def checked_object(value: dict[str, Any]) -> dict[str, Any]:
    """The same for an object."""
    checked(value)
    return value


def _schema(value: Any) -> Any:
    return checked(value, MAX_SCHEMA_DEPTH, MAX_SCHEMA_BYTES)


FreeJson = Annotated[Any, AfterValidator(checked)]
FreeObject = Annotated[dict[str, Any], AfterValidator(checked)]
SchemaObject = Annotated[dict[str, Any], AfterValidator(_schema)]


class JsonRoute(APIRoute):
    """A route whose JSON body is read by `read_json`."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """FastAPI's handler, given a request that reads its body our way."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response: Response = await handler(JsonRequest(request.scope, request.receive))
            return response

        return handle


class JsonRequest(Request):
    """A request whose `json()` refuses what could not be stored and sent again."""

    async def json(self) -> Any:
        """The body; raises JSONDecodeError, which the framework answers with 422."""
        return read_json(await self.body())


class _NotStorable(ValueError):
    pass


def _no_constant(name: str) -> NoReturn:
    raise _NotStorable(f"{name} is not a number of JSON")


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _NotStorable(f"integers may lie between -{MAX_INTEGER} and {MAX_INTEGER}")
    return int(text)


def _reason(error: Exception) -> str:
    return "it nests too deeply" if isinstance(error, RecursionError) else "it is not UTF-8"


def _fault(value: Any, max_depth: int) -> str | None:
    """What of a value could not be stored and sent again; walks without recursion."""
    level: list[Any] = [value]
    for depth in range(max_depth + 1):
        for each in level:
            if (fault := _leaf_fault(each)) is not None:
                return fault
            if depth == max_depth and isinstance(each, dict | list | tuple):
                return f"may nest {max_depth} levels deep"
        level = [child for each in level for child in _children(each)]
    return None


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list | tuple):
        yield from value


def _leaf_fault(value: Any) -> str | None:
    if isinstance(value, str) and not value.isascii():
        return None if _encodable(value) else "texts may not hold half of a surrogate pair"
    if isinstance(value, float) and not math.isfinite(value):
        return "numbers must be finite"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return f"integers may lie between -{MAX_INTEGER} and {MAX_INTEGER}"
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

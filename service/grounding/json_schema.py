"""The one place that knows the JSON Schema library: is a schema one, and what is wrong with a value under it."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from ingest.errors import BadRequest

MAX_PROBLEMS = 20


def check_schema(schema: Mapping[str, Any]) -> None:
    """Refuse what is no JSON Schema; BadRequest names the place."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(map(str, error.absolute_path)) or "its root"
        raise BadRequest(f"The schema is no JSON Schema at {place}: {error.message}") from error


def problems(value: Any, schema: Mapping[str, Any]) -> list[str]:
    """What a value lacks under a schema, as sentences with JSON pointers; empty when it fits."""
    found = sorted(
        Draft202012Validator(schema).iter_errors(value), key=lambda error: list(map(str, error.absolute_path))
    )
    return [f"/{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found[:MAX_PROBLEMS]]

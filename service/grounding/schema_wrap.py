"""A caller's JSON Schema wrapped so that every leaf comes with quotes.

A leaf becomes `{value, citations: [{doc, page, quote}], reason}`. What goes to the model follows the rules of strict
structured outputs: every property required, none additional. Knows no reply and no model client.
"""

import re
from collections.abc import Mapping
from typing import Any

from ingest.errors import BadRequest
from service.grounding.json_schema import check_schema

LEAVES = ("string", "number", "integer", "boolean")
KEPT = ("type", "enum", "const", "description", "title")  # what strict outputs know; the rest is checked afterwards
REFUSED = ("oneOf", "allOf", "not", "if", "patternProperties", "prefixItems", "dependentSchemas", "$dynamicRef")
MAX_DEPTH, MAX_LEAVES = 12, 400
CITATION = {
    "type": "object",
    "properties": {"doc": {"type": "string"}, "page": {"type": "integer"}, "quote": {"type": "string"}},
    "required": ["doc", "page", "quote"],
    "additionalProperties": False,
}
NULL = {"type": "null"}


def response_format(schema: Mapping[str, Any], name: str = "answer") -> dict[str, Any]:
    """The `response_format` of a Chat Completions request for a caller's schema."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:64] or "answer"
    return {"type": "json_schema", "json_schema": {"name": plain, "strict": True, "schema": wrap(schema)}}


def wrap(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema the model is given; BadRequest when the caller's cannot be wrapped."""
    check_schema(schema)
    wrapper = Wrapper(schema)
    root = wrapper.resolved(schema, 0)
    if root.get("type") != "object" or not root.get("properties"):
        raise BadRequest("The schema's root is an object with properties.")
    return wrapper.wrap(root, "", 0)


class Wrapper:
    """Walks a schema, following its own references."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._leaves = 0

    def resolved(self, node: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        """The node a reference stands for; only references into the schema itself are followed."""
        if "$ref" not in node:
            return node
        reference = str(node["$ref"])
        if not reference.startswith("#/") or depth > MAX_DEPTH:
            raise BadRequest(f"{reference} cannot be followed: only references into the schema, and none without end.")
        found: Any = self._root
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or key not in found:
                raise BadRequest(f"{reference} names nothing in the schema.")
            found = found[key]
        return self.resolved(found, depth + 1)

    def wrap(self, node: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
        """The wrapped form of a node."""
        if depth > MAX_DEPTH:
            raise BadRequest(f"The schema is nested too deeply at {place or '/'}, or refers to itself.")
        node = self.resolved(node, depth)
        unknown = next((word for word in REFUSED if word in node), None)
        if unknown:
            raise BadRequest(
                f"{unknown} at {place or '/'} is not supported; use properties, items, enum or anyOf with null."
            )
        inner, nullable = without_null(node, place)
        inner = self.resolved(inner, depth)
        if inner.get("type") == "object":
            found = self._object(inner, place, depth)
        elif inner.get("type") == "array":
            if not isinstance(inner.get("items"), Mapping):
                raise BadRequest(f"The array at {place} says under `items` what it holds.")
            found = {"type": "array", "items": self.wrap(inner["items"], f"{place}/items", depth + 1)}
            found |= {key: inner[key] for key in ("description",) if key in inner}
        else:
            return self._leaf(inner, place)
        return {"anyOf": [found, NULL]} if nullable else found

    def _object(self, node: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
        if not node.get("properties"):
            raise BadRequest(f"The object at {place or '/'} names its properties; free keys cannot be asked for.")
        inner = {name: self.wrap(part, f"{place}/{name}", depth + 1) for name, part in node["properties"].items()}
        kept = {key: node[key] for key in ("description",) if key in node}
        return {"type": "object", "properties": inner, "required": list(inner), "additionalProperties": False, **kept}

    def _leaf(self, node: Mapping[str, Any], place: str) -> dict[str, Any]:
        self._leaves += 1
        if self._leaves > MAX_LEAVES:
            raise BadRequest(f"The schema has more than {MAX_LEAVES} values.")
        kind = node.get("type")
        if kind not in LEAVES and "enum" not in node and "const" not in node:
            raise BadRequest(f"{place or '/'} is none of string, number, integer, boolean, enum, array, object.")
        value = {key: node[key] for key in KEPT if key in node and key != "description"}
        described = {"description": node["description"]} if "description" in node else {}
        properties = {
            "value": {"anyOf": [value, NULL]},
            "citations": {"type": "array", "items": CITATION},
            "reason": {"anyOf": [{"type": "string"}, NULL]},
        }
        required = list(properties)
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
            **described,
        }


def without_null(node: Mapping[str, Any], place: str) -> tuple[Mapping[str, Any], bool]:
    """A node without its null alternative, and whether it had one."""
    if "anyOf" in node:
        others = [part for part in node["anyOf"] if part.get("type") != "null"]
        if len(others) != 1:
            raise BadRequest(f"anyOf at {place or '/'} may hold one schema and null.")
        return {**{k: v for k, v in node.items() if k != "anyOf"}, **others[0]}, len(others) < len(node["anyOf"])
    kinds = node.get("type")
    if isinstance(kinds, list):
        rest = [kind for kind in kinds if kind != "null"]
        if len(rest) != 1:
            raise BadRequest(f"The type at {place or '/'} is one kind, or one and null.")
        plain = {**node, "type": rest[0]}
        if "enum" in node:
            plain["enum"] = [choice for choice in node["enum"] if choice is not None]
        return plain, len(rest) < len(kinds)
    return node, False

"""A caller's JSON Schema wrapped so that every leaf comes with quotes, and the reply unwrapped and checked again.

A leaf becomes `{value, citations: [{doc, page, quote}], reason}`. What goes to the model follows the rules of strict
structured outputs: every property required, none additional. A value whose quotes do not stand, or do not show its
number, comes back as null with the reason. Knows no model client.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ingest.errors import BadRequest
from service.amounts import Kind, Number, agrees, numbers, page_scales, spelled
from service.calculation import Calculation, agrees_with
from service.evidence import Evidence, Proof
from service.json_schema import check_schema, problems

LEAVES = ("string", "number", "integer", "boolean")
KEPT = ("type", "enum", "const", "description", "title")  # what strict outputs know; the rest is checked afterwards
REFUSED = ("oneOf", "allOf", "not", "if", "patternProperties", "prefixItems", "dependentSchemas", "$dynamicRef")
DEEPEST, MOST_LEAVES = 12, 400
NO_QUOTE = "No quote was given for the value."
NOT_FOUND = "The quote given for the value does not stand on the pages."
NOT_SHOWN = "The number does not stand in the quote given for it."
CITATION = {
    "type": "object",
    "properties": {"doc": {"type": "string"}, "page": {"type": "integer"}, "quote": {"type": "string"}},
    "required": ["doc", "page", "quote"],
    "additionalProperties": False,
}
NULL = {"type": "null"}


@dataclass(frozen=True)
class Leaf:
    """A value with its proofs, or None with the reason."""

    value: Any
    proofs: tuple[Proof, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Unwrapped:
    """The plain object, its leaves by JSON pointer, and where the object does not follow the caller's schema."""

    object: Any
    leaves: dict[str, Leaf] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def unsupported(self) -> int:
        """Values the model gave that could not be proved."""
        return len(self.unproved)

    @property
    def unproved(self) -> dict[str, str]:
        """Why the values the model gave could not be proved, by JSON pointer."""
        unproved = (NO_QUOTE, NOT_FOUND, NOT_SHOWN)
        return {place: leaf.reason for place, leaf in self.leaves.items() if leaf.reason in unproved}


def response_format(schema: Mapping[str, Any], name: str = "answer") -> dict[str, Any]:
    """The `response_format` of a Chat Completions request for a caller's schema."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:64] or "answer"
    return {"type": "json_schema", "json_schema": {"name": plain, "strict": True, "schema": wrap(schema)}}


def wrap(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema the model is given; BadRequest when the caller's cannot be wrapped."""
    check_schema(schema)
    wrapper = _Wrapper(schema)
    root = wrapper.resolved(schema, 0)
    if root.get("type") != "object" or not root.get("properties"):
        raise BadRequest("The schema's root is an object with properties.")
    return wrapper.wrap(root, "", 0)


class _Wrapper:
    """Walks a schema, following its own references."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._leaves = 0

    def resolved(self, node: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        """The node a reference stands for; only references into the schema itself are followed."""
        if "$ref" not in node:
            return node
        reference = str(node["$ref"])
        if not reference.startswith("#/") or depth > DEEPEST:
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
        if depth > DEEPEST:
            raise BadRequest(f"The schema is nested too deeply at {place or '/'}, or refers to itself.")
        node = self.resolved(node, depth)
        unknown = next((word for word in REFUSED if word in node), None)
        if unknown:
            raise BadRequest(
                f"{unknown} at {place or '/'} is not supported; use properties, items, enum or anyOf with null."
            )
        inner, nullable = _without_null(node, place)
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
        if self._leaves > MOST_LEAVES:
            raise BadRequest(f"The schema has more than {MOST_LEAVES} values.")
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


def _without_null(node: Mapping[str, Any], place: str) -> tuple[Mapping[str, Any], bool]:
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


def unwrap(
    reply: str | Mapping[str, Any],
    schema: Mapping[str, Any],
    evidence: Evidence,
    calculations: Sequence[Calculation] = (),
) -> Unwrapped:
    """The plain object of a reply with every leaf's proofs; BadRequest when the reply is not in the wrapped form."""
    payload = _parsed(reply)
    wrong = problems(payload, wrap(schema))
    if wrong:
        raise BadRequest(f"The model's object does not follow the schema: {'; '.join(wrong[:3])}")
    leaves: dict[str, Leaf] = {}
    plain = _plain(payload, "", leaves, evidence, calculations)
    plain = _without_absent(plain, schema, _Wrapper(schema), 0)
    return Unwrapped(plain, leaves, tuple(problems(plain, schema)))


def _parsed(reply: str | Mapping[str, Any]) -> Any:
    if not isinstance(reply, str):
        return reply
    text = re.sub(r"^\s*```(?:json)?\s*|\s*```\s*$", "", reply)
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadRequest("The model's reply is not JSON.") from error


def _plain(node: Any, place: str, leaves: dict[str, Leaf], evidence: Evidence, known: Sequence[Calculation]) -> Any:
    if (
        isinstance(node, Mapping)
        and set(node) == {"value", "citations", "reason"}
        and isinstance(node["citations"], list)
    ):
        leaves[place] = _proved(node, evidence, known)
        return leaves[place].value
    if isinstance(node, Mapping):
        return {name: _plain(part, f"{place}/{_key(name)}", leaves, evidence, known) for name, part in node.items()}
    if isinstance(node, list):
        return [_plain(part, f"{place}/{index}", leaves, evidence, known) for index, part in enumerate(node)]
    return node


def _key(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _proved(node: Mapping[str, Any], evidence: Evidence, known: Sequence[Calculation]) -> Leaf:
    value = node["value"]
    if value is None:
        return Leaf(None, (), node["reason"] or "The model gave no reason.")
    found = [
        evidence.find(row["doc"], row["page"], [row["quote"]]) for row in node["citations"] if row["quote"].strip()
    ]
    proofs = tuple(proof for proof in found if proof is not None)
    calculated = [c for c in known if all(agrees_with(said, c) for said in _said(value))] if _said(value) else []
    if not proofs and calculated:
        return Leaf(value, tuple(operand.proof for operand in calculated[0].operands))
    if not proofs:
        return Leaf(None, (), NOT_FOUND if found else NO_QUOTE)
    if not calculated and not all(_shown(said, proofs) for said in _said(value)):
        return Leaf(None, (), NOT_SHOWN)
    return Leaf(value, proofs)


def _said(value: Any) -> list[Number]:
    """Numbers a value states; years and references inside words need not be quoted."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        number = Decimal(str(value))
        exponent = int(number.as_tuple().exponent)
        step = Decimal(1).scaleb(min(0, exponent))
        return [Number(str(value), abs(number), step, None, False, False, number < 0, Kind.AMOUNT)]
    return [number for number in numbers(str(value)) if number.kind is Kind.AMOUNT]


def _shown(said: Number, proofs: Sequence[Proof]) -> bool:
    return any(agrees(said, number, scales) for number, scales in _quoted(proofs)) or any(
        said.scale is None and said.value == number.value for number, _scales in _quoted(proofs)
    )


def _quoted(proofs: Sequence[Proof]) -> Iterator[tuple[Number, frozenset[int]]]:
    for proof in proofs:
        text = proof.located.text
        for number in (*numbers(text), *spelled(text)):
            yield number, page_scales(proof.located.page.text)


def _without_absent(value: Any, schema: Mapping[str, Any], wrapper: _Wrapper, depth: int) -> Any:
    """Leave out optional properties that came back null and may not be null."""
    node, _nullable = _without_null(wrapper.resolved(schema, depth), "")
    node = wrapper.resolved(node, depth)
    if isinstance(value, dict) and node.get("type") == "object":
        required = node.get("required", ())
        parts = node["properties"]
        kept = {
            name: part
            for name, part in value.items()
            if part is not None or name in required or _may_be_null(parts[name])
        }
        return {name: _without_absent(part, parts[name], wrapper, depth + 1) for name, part in kept.items()}
    if isinstance(value, list) and isinstance(node.get("items"), Mapping):
        return [_without_absent(part, node["items"], wrapper, depth + 1) for part in value]
    return value


def _may_be_null(node: Mapping[str, Any]) -> bool:
    kinds = node.get("type")
    return (isinstance(kinds, list) and "null" in kinds) or any(p.get("type") == "null" for p in node.get("anyOf", ()))

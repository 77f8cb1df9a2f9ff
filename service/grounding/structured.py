"""A model's object in the wrapped form of a caller's schema, unwrapped, with every value's quotes checked.

A value whose quotes do not stand, or do not show its number, comes back as null with the reason. The wrapped form is
service/grounding/schema_wrap.py's. Knows no model client.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ingest.errors import BadRequest
from ingest.text.numbers import Kind, Number, agrees, numbers, page_scales, spelled
from service.calculation.calculation import Calculation, agrees_with
from service.citation.evidence import Evidence, Proof
from service.grounding.json_schema import problems
from service.grounding.schema_wrap import Wrapper, without_null, wrap

NO_QUOTE = "No quote was given for the value."
NOT_FOUND = "The quote given for the value does not stand on the pages."
NOT_SHOWN = "The number does not stand in the quote given for it."


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
        """Values the model gave that are unsupported."""
        return len(self.unsupported_values)

    @property
    def unsupported_values(self) -> dict[str, str]:
        """Why the values the model gave are unsupported, by JSON pointer."""
        reasons = (NO_QUOTE, NOT_FOUND, NOT_SHOWN)
        return {place: leaf.reason for place, leaf in self.leaves.items() if leaf.reason in reasons}


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
    plain = _without_absent(plain, schema, Wrapper(schema), 0)
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


def _without_absent(value: Any, schema: Mapping[str, Any], wrapper: Wrapper, depth: int) -> Any:
    """Leave out optional properties that came back null and may not be null."""
    node, _nullable = without_null(wrapper.resolved(schema, depth), "")
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

"""Every value of a caller's schema comes back with quotes that stand, or as null with the reason."""

import json
from typing import Any

import pytest
from model_samples import evidence

from ingest.errors import BadRequest
from service.calculation.calculation import calculate
from service.grounding.json_schema import problems
from service.grounding.schema_wrap import response_format, wrap
from service.grounding.structured import NO_QUOTE, NOT_FOUND, NOT_SHOWN, Unwrapped, unwrap

CAPEX = "Purchases of property, plant and equipment (PP&E) (1,577) (1,373)"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "capex": {"type": "number", "description": "in millions"},
        "growing": {"type": "boolean"},
        "direction": {"enum": ["up", "down"]},
        "term": {"$ref": "#/$defs/term"},
        "regions": {"type": "array", "items": {"type": "string"}},
        "auditor": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "note": {"type": "string"},
    },
    "required": ["capex", "growing", "direction", "term", "regions", "auditor"],
    "$defs": {
        "term": {"type": "object", "properties": {"years": {"type": ["integer", "null"]}}, "required": ["years"]}
    },
}


def leaf(
    value: Any, quote: str | None = None, page: int = 60, doc: str = "D1", reason: str | None = None
) -> dict[str, Any]:
    return {
        "value": value,
        "citations": [{"doc": doc, "page": page, "quote": quote}] if quote else [],
        "reason": reason,
    }


GREW = "Sales grew 4.5% on higher volumes in three segments."
REPLY = {
    "capex": leaf(1577, CAPEX),
    "growing": leaf(True, GREW, 61),
    "direction": leaf("up", GREW, 60),
    "term": {"years": leaf(9, "The parties agreed to a term of nine years.", 1, "D2")},
    "regions": [leaf("Northern", "Northern region 412 388", 62), leaf("Southern", "Southern region 0.7 0.9", 62)],
    "auditor": leaf(None, reason="The pages name no auditor."),
    "note": leaf(None, reason="There is none."),
}


def changed(**parts: Any) -> Unwrapped:
    return unwrap({**REPLY, **parts}, SCHEMA, evidence())


def every_object(node: Any) -> list[dict[str, Any]]:
    inner = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    own = [node] if isinstance(node, dict) and node.get("type") == "object" else []
    return own + [found for part in inner for found in every_object(part)]


def test_the_wrapped_schema_keeps_the_rules_of_strict_outputs() -> None:
    objects = every_object(wrap(SCHEMA))
    assert len(objects) >= 10
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
    assert response_format(SCHEMA, "my form")["json_schema"] == {
        "name": "my_form",
        "strict": True,
        "schema": wrap(SCHEMA),
    }
    assert problems(REPLY, wrap(SCHEMA)) == []


def test_the_plain_object_comes_back_with_proofs_by_pointer() -> None:
    found = unwrap("```json\n" + json.dumps(REPLY) + "\n```", SCHEMA, evidence())
    assert found.object == {
        "capex": 1577, "growing": True, "direction": "up", "term": {"years": 9},
        "regions": ["Northern", "Southern"], "auditor": None,
    }  # fmt: skip
    assert (found.problems, found.unsupported) == ((), 0)
    places = {pointer: [p.located.page.number for p in leaf.proofs] for pointer, leaf in found.leaves.items()}
    assert places["/capex"] == [60] and places["/direction"] == [61] and places["/regions/1"] == [62]
    assert found.leaves["/auditor"].reason == "The pages name no auditor."
    assert found.leaves["/term/years"].proofs[0].alias == "D2"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (leaf(1577), NO_QUOTE),
        (leaf(1577, CAPEX.replace("1,577", "1,578")), NOT_FOUND),
        (leaf(1578, CAPEX), NOT_SHOWN),
        (leaf(None, reason=None), "The model gave no reason."),
    ],
)
def test_a_value_that_is_not_proved_becomes_null_with_the_reason(given: dict[str, Any], reason: str) -> None:
    found = changed(capex=given)
    assert found.object["capex"] is None and found.leaves["/capex"].reason == reason
    assert found.problems and found.problems[0].startswith("/capex")
    assert found.unsupported == (given["value"] is not None)


@pytest.mark.parametrize("value", [1577, 1577000000, 1577.0])
def test_a_number_may_be_given_in_the_pages_scale_or_in_full(value: float) -> None:
    assert changed(capex=leaf(value, CAPEX)).object["capex"] == value


def test_a_calculated_value_is_proved_by_its_operands() -> None:
    pages = evidence()
    row = {"name": "a", "value": "1,577", "unit": "USD", "scale": "millions", "doc": "D1", "page": 60, "quote": CAPEX}
    half = calculate({"expression": "a / 2", "operands": [row]}, pages)
    found = unwrap({**REPLY, "capex": leaf(788500000)}, SCHEMA, pages, [half])
    assert found.leaves["/capex"].proofs[0].located.page.number == 60


def test_what_breaks_the_callers_schema_is_reported() -> None:
    strict = {"type": "object", "properties": {"capex": {"type": "number", "maximum": 10}}, "required": ["capex"]}
    found = unwrap({"capex": leaf(1577, CAPEX)}, strict, evidence())
    assert "/capex: 1577 is greater than the maximum of 10" in found.problems


@pytest.mark.parametrize("reply", ["no json", "[]", json.dumps({**REPLY, "capex": 5}), json.dumps({"capex": leaf(1)})])
def test_a_reply_in_another_form_is_refused(reply: str) -> None:
    with pytest.raises(BadRequest):
        unwrap(reply, SCHEMA, evidence())


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "array", "items": {"type": "string"}}, "root"),
        ({"type": "object", "properties": {}}, "root"),
        ({"type": "odd"}, "no JSON Schema"),
        ({"type": "object", "properties": {"a": {"oneOf": [{"type": "string"}]}}}, "oneOf at /a"),
        ({"type": "object", "properties": {"a": {"type": "object"}}}, "free keys"),
        ({"type": "object", "properties": {"a": {"type": "array"}}}, "items"),
        ({"type": "object", "properties": {"a": {}}}, "none of string"),
        ({"type": "object", "properties": {"a": {"type": ["string", "integer"]}}}, "one kind"),
        ({"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}}, "one schema and null"),
        ({"type": "object", "properties": {"a": {"$ref": "https://example.org/s"}}}, "references"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}, "names nothing"),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}}, "references|nested"),
        ({"type": "object", "properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}}}}, "nested too deeply|without end"),
    ],
)  # fmt: skip
def test_a_schema_that_cannot_be_wrapped_is_refused_with_the_place(schema: dict[str, Any], says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        wrap(schema)

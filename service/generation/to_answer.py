"""A model's grounded draft in the form an answer goes out. Knows no HTTP, calls nothing."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ingest.errors import BadRequest
from service.calculation.calculation import Calculation
from service.citation.evidence import Evidence, Proof
from service.generation.attempt_state import Draft
from service.grounding.structured import Leaf, Unwrapped
from service.http.serializers import calculation_row, operand_row
from service.prompting.prompts import suspicious

CiteProof = Callable[[Proof], dict[str, Any]]
DOUBLE_SPACE = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")  # where a citation stood between two sentences
NO_ANSWER = "The pages given to the model do not hold the answer."


class Shipped:
    """The citations of one answer, each place once, in the order they are first used."""

    def __init__(self, cite: CiteProof, proofs: Sequence[Proof] = ()) -> None:
        self._cite = cite
        self._places: dict[tuple[str, int, int, int], int] = {}
        self.rows: list[dict[str, Any]] = []
        for proof in proofs:
            self.index(proof)

    def index(self, proof: Proof) -> int:
        """The citation's number, shipping it when it is new."""
        if proof.place not in self._places:
            self._places[proof.place] = len(self.rows)
            self.rows.append(self._cite(proof))
        return self._places[proof.place]


def written_body(draft: Draft, cite: CiteProof) -> dict[str, Any]:
    """What of an answer's body a draft fills."""
    shipped = Shipped(cite, draft.grounder.citations)
    if draft.ask.schema is not None and not draft.asked_for:
        return {**_structured(draft, shipped), **_common(draft, shipped)}
    text = DOUBLE_SPACE.sub(" ", draft.prose).strip()
    statements = [
        {
            "text": statement.text,
            "citations": list(statement.citations),
            "supported": statement.supported,
            "flags": list(statement.flags),
        }
        for statement in draft.statements
    ]
    proved = any(statement.supported and statement.citations for statement in draft.statements)
    return {
        "answer": text or NO_ANSWER,
        "answered": proved and not (draft.insufficient and not text),
        "statements": statements,
        "unsupported": draft.grounder.unsupported,
        **_common(draft, shipped),
    }


def _common(draft: Draft, shipped: Shipped) -> dict[str, Any]:
    calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in draft.asked_for]
    return {
        "calculations": [_calculation_row(each, shipped) for each in draft.toolbox.calculations],
        "citations": shipped.rows,
        "insufficient": draft.insufficient,
        "warnings": [*_suspicions(draft.evidence), *draft.warnings],
        **({"tool_calls": calls} if calls else {}),
    }


def _suspicions(evidence: Evidence) -> list[str]:
    """Which pages the model was given, by us or by a tool, talk to models."""
    found = []
    for alias, document in evidence.documents.items():
        for page in evidence.pages(alias):
            kinds = suspicious(page.text)
            if kinds:
                found.append(
                    f"Page {page.number} of {document.name} holds text that reads like instructions to a model "
                    f"({', '.join(kinds)}); it was treated as text."
                )
    return found


def _structured(draft: Draft, shipped: Shipped) -> dict[str, Any]:
    try:
        found = draft.unwrapped()
    except BadRequest as error:
        draft.warnings.append(error.message)
        found = Unwrapped(None)
    draft.warnings.extend(found.problems)
    values = {pointer: _leaf_row(leaf, shipped) for pointer, leaf in found.leaves.items()}
    return {
        "answer": "" if found.object is not None else NO_ANSWER,
        "answered": any(leaf.value is not None for leaf in found.leaves.values()),
        "statements": [],
        "unsupported": found.unsupported,
        "object": found.object,
        "values": values,
    }


def _leaf_row(leaf: Leaf, shipped: Shipped) -> dict[str, Any]:
    if leaf.value is None:
        return {"value": None, "reason": leaf.reason or "The documents do not say."}
    return {"value": leaf.value, "citations": [shipped.index(proof) for proof in leaf.proofs]}


def _calculation_row(found: Calculation, shipped: Shipped) -> dict[str, Any]:
    operands = [operand_row(o.name, str(o.value), o.unit, o.scale, shipped.index(o.proof)) for o in found.operands]
    return calculation_row(found.name, found.expression, operands, found.result, found.unit, found.scale)

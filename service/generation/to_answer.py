"""A model's grounded attempt in the form an answer goes out. Knows no HTTP, calls nothing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.errors import BadRequest
from service.calculation.calculation import Calculation as Recorded
from service.citation.evidence import Evidence, Proof
from service.citation.page_warnings import page_warnings
from service.contract.answer import (
    Calculation,
    Citation,
    Content,
    Finish,
    Operand,
    Statement,
    Structured,
    ToolCall,
    Value,
    Warning,
)
from service.generation.attempt_state import Attempt
from service.grounding.grounding import Grounded
from service.grounding.structured import Leaf, Unwrapped

CiteProof = Callable[[Proof], Citation]
DOUBLE_SPACE = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")  # where a citation stood between two sentences
NO_ANSWER = "The pages given to the model do not hold the answer."  # said only where the model says so
NONE_SUPPORTED = "No sentence of the model's reply is supported by the pages it quotes."
WITHOUT_TEXT = {
    Finish.LENGTH: "The model reached its token limit before it gave an answer.",
    Finish.CONTENT_FILTER: "The provider's filter withheld the model's answer.",
    Finish.REFUSAL: "The model refused to answer.",
    Finish.TOOLS_EXHAUSTED: "The model used up its tool calls and gave no answer.",
    Finish.EMPTY: "The model's reply was empty.",
    Finish.NOT_JSON: "The model's reply is not an object of the schema.",
}


class CitationList:
    """The citations of one answer, each place once, in the order they are first used."""

    def __init__(self, cite: CiteProof, proofs: Sequence[Proof] = ()) -> None:
        self._cite = cite
        self._places: dict[tuple[str, int, int, int], int] = {}
        self.citations: list[Citation] = []
        for proof in proofs:
            self.index(proof)

    def index(self, proof: Proof) -> int:
        """The citation's number, added when it is new."""
        if proof.place not in self._places:
            self._places[proof.place] = len(self.citations)
            self.citations.append(self._cite(proof))
        return self._places[proof.place]

    def documents(self, indexes: Sequence[int]) -> tuple[str, ...]:
        """Ids of the documents these citations are of, each once."""
        return tuple(dict.fromkeys(self.citations[index].document_id for index in indexes))


def written_content(attempt: Attempt, cite: CiteProof) -> Content:
    """What an answer says by an attempt that has ended."""
    listed = CitationList(cite, attempt.grounder.citations)
    structured = attempt.structured and not attempt.asked_for
    content = _object(attempt, listed) if structured else _prose(attempt, listed)
    calculations = tuple(_calculation(each, listed) for each in attempt.calculations)
    return replace(
        content,
        calculations=calculations,
        citations=tuple(listed.citations),
        insufficient=attempt.insufficient,
        warnings=(*_suspicions(attempt.inputs.evidence), *attempt.warnings, *content.warnings),
        tool_calls=tuple(ToolCall(call.id, call.name, call.arguments) for call in attempt.asked_for),
    )


def _prose(attempt: Attempt, listed: CitationList) -> Content:
    text = DOUBLE_SPACE.sub(" ", attempt.prose).strip()
    supported = any(statement.supported and statement.citations for statement in attempt.statements)
    return Content(
        text or _without_text(attempt),
        supported and not (attempt.insufficient and not text),
        tuple(_statement(each, listed) for each in attempt.statements),
        unsupported=attempt.grounder.unsupported,
        finish=attempt.finish,
    )


def _without_text(attempt: Attempt) -> str:
    """What an answer says in place of a model that said nothing that may go out: how its reply ended."""
    if attempt.insufficient:
        return NO_ANSWER
    return WITHOUT_TEXT.get(attempt.finish, NONE_SUPPORTED)


def _statement(grounded: Grounded, listed: CitationList) -> Statement:
    documents = listed.documents(grounded.citations)
    return Statement(grounded.text, grounded.citations, grounded.supported, grounded.flags, document_ids=documents)


def _suspicions(evidence: Evidence) -> list[Warning]:
    """What is to be known of the pages the model was given, by us or by a tool."""
    found: list[Warning] = []
    for alias, document in evidence.documents.items():
        for page in evidence.pages(alias):
            found += page_warnings(document, page)
    return found


def _object(attempt: Attempt, listed: CitationList) -> Content:
    problems, finish = [], attempt.finish
    try:
        found = attempt.unwrapped()
    except BadRequest as error:
        problems.append(error.message)
        found = Unwrapped(None)
        finish = Finish.NOT_JSON if finish is Finish.COMPLETE else finish
    problems.extend(found.problems)
    return Content(
        "" if found.object is not None else WITHOUT_TEXT.get(finish, NONE_SUPPORTED),
        any(leaf.value is not None for leaf in found.leaves.values()),
        unsupported=found.unsupported,
        structured=Structured(found.object, {pointer: _value(leaf, listed) for pointer, leaf in found.leaves.items()}),
        warnings=tuple(Warning("schema_mismatch", problem) for problem in problems),
        finish=finish,
    )


def _value(leaf: Leaf, listed: CitationList) -> Value:
    if leaf.value is None:
        return Value(None, reason=leaf.reason or "The documents do not say.")
    return Value(leaf.value, tuple(listed.index(proof) for proof in leaf.proofs))


def _calculation(found: Recorded, listed: CitationList) -> Calculation:
    operands = tuple(
        Operand(each.name, str(each.value), each.unit, each.scale, listed.index(each.proof)) for each in found.operands
    )
    return Calculation(found.name, found.expression, operands, found.result, found.unit, found.scale)

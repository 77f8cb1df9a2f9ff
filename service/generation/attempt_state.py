"""One try of a model at an answer: the prompt over its evidence, the reply as it grows, and what supports it.

Plain state and pure steps, no calls: service/generation/generator.py talks to the model. Knows no HTTP and no SDK.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import BadRequest
from service.calculation.calculation import Calculation
from service.citation.evidence import Evidence, Proof
from service.contract.answer import Citation, Finish, Warning
from service.contract.question import Mode, Question
from service.generation.output_policy import OutputPolicy, checked_policy, marked
from service.grounding.grounding import Grounded, Grounder
from service.grounding.markup import MarkupReader, Piece, Text
from service.grounding.schema_wrap import response_format
from service.grounding.structured import Unwrapped, unwrap
from service.llm.protocol import Finished, ToolCall
from service.prompting.prompts import Prompt, self_check
from service.prompting.tools import ToolBox, ToolResult
from service.prompting.tools_offered import tools_for
from service.routing.context import Part

Message = Mapping[str, Any]
MAX_FINDING = 200  # characters of a quote or sentence in a finding
STOPPED = {
    Finish.LENGTH: "The model stopped at max_tokens ({max_tokens}); the answer may be cut.",
    Finish.CONTENT_FILTER: "The provider's filter cut the model's reply off.",
    Finish.REFUSAL: "The model refused to answer.",
}


@dataclass(frozen=True)
class AttemptInputs:
    """What an attempt is made with: the question, the pages of one mode, and the tools over them."""

    question: Question
    mode: Mode
    parts: tuple[Part, ...]
    evidence: Evidence
    toolbox: ToolBox
    prompt: Prompt
    own_tools: bool

    @property
    def tools(self) -> tuple[Mapping[str, Any], ...]:
        """What the model may call."""
        return tools_for(self.question, self.mode, self.own_tools)

    @property
    def response_format(self) -> Mapping[str, Any] | None:
        """The form of the reply: the caller's schema wrapped for proof, or whatever form the caller passes through."""
        if self.question.schema is not None:
            return response_format(self.question.schema)
        form: Mapping[str, Any] | None = self.question.sampling.get("response_format")
        return form


@dataclass(frozen=True)
class Outgoing:
    """What goes out by now: pieces of text, then the proofs of what was said that have not gone out before."""

    texts: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()


class Attempt:
    """The state of one try. `citations` are those made so far, by their place, so that none is made twice."""

    def __init__(
        self,
        inputs: AttemptInputs,
        grounder: Grounder,
        policy: OutputPolicy,
        messages: Sequence[Message],
        warnings: Iterable[Warning] = (),
    ) -> None:
        self.inputs = inputs
        self.grounder = grounder
        self.policy = policy
        self.messages = list(messages)
        self.warnings = list(warnings)
        self.statements: list[Grounded] = []
        self.citations: dict[Hashable, Citation] = {}
        self.raw = ""
        self.said = ""  # in the reply that is being written; there is one more after each round of tools
        self.asked_for: tuple[ToolCall, ...] = ()  # of the caller's own tools
        self.tools_exhausted = False
        self._reader = MarkupReader()
        self._finished: Finished | None = None
        self._sent = 0

    @property
    def structured(self) -> bool:
        """Whether the reply is an object of the caller's schema."""
        return self.inputs.question.schema is not None

    @property
    def prose(self) -> str:
        """What was said, without its citations; with marks where the question wants them."""
        marks = self.inputs.question.mark_unsupported
        said = ((marked(each) if marks else each.text) + each.separator for each in self.statements)
        return "".join(said)

    @property
    def insufficient(self) -> bool:
        """Whether the model said that the pages do not suffice; of a schema, that they hold none of its values."""
        if not self.structured:
            return self.grounder.insufficient
        try:
            found = self.unwrapped()
        except BadRequest:
            return False
        return not found.unsupported and all(leaf.value is None for leaf in found.leaves.values())

    @property
    def finish(self) -> Finish:
        """How the writing ended."""
        reason = self._finished.reason if self._finished is not None else ""
        if reason in tuple(STOPPED):
            return Finish(reason)
        if self.asked_for:
            return Finish.COMPLETE
        if self.tools_exhausted:
            return Finish.TOOLS_EXHAUSTED
        return Finish.COMPLETE if self.raw.strip() else Finish.EMPTY

    def unwrapped(self) -> Unwrapped:
        """The object of the caller's schema with its proofs; BadRequest when the reply is none."""
        assert self.inputs.question.schema is not None
        return unwrap(self.raw, self.inputs.question.schema, self.inputs.evidence, self.grounder.calculations)

    def begin_reply(self) -> None:
        """A call is about to be made."""
        self.said, self._finished = "", None

    def take(self, text: str) -> Outgoing:
        """A piece of the reply; returns what goes out by it."""
        self.raw += text
        if self.structured:
            return Outgoing()
        pieces = self._reader.feed(text)
        return self._outgoing(pieces, self._add(self.grounder.feed(pieces)))

    def end_reply(self, finished: Finished, max_tokens: int) -> None:
        """A call is over; a reply that was cut off is warned of."""
        self._finished = finished
        if finished.reason in tuple(STOPPED):
            message = STOPPED[Finish(finished.reason)].format(max_tokens=max_tokens)
            self.warnings.append(Warning(f"model_stopped:{finished.reason}", message))

    def own_calls(self) -> list[ToolCall]:
        """Calls of our tools to run before the model goes on; none where it calls the caller's."""
        calls = self._finished.tool_calls if self._finished is not None else ()
        self.asked_for = tuple(call for call in calls if call.name not in ToolBox.names)
        return [] if self.asked_for else [call for call in calls if call.name in ToolBox.names]

    def called(self, calls: Sequence[ToolCall], results: Mapping[str, ToolResult]) -> None:
        """Go on from tool calls and what they gave."""
        if self.structured:
            self.raw = ""  # the object is the last thing the model says
        rows = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
        self.messages.append({"role": "assistant", "content": self.said or None, "tool_calls": rows})
        for call in calls:
            found = results[call.id]
            self.messages.append({"role": "tool", "tool_call_id": call.id, "content": found.text})
            if found.calculation is not None:
                self.grounder.record(found.calculation)

    def end(self) -> Outgoing:
        """The answer is over: what was still held back."""
        pieces = [] if self.structured else self._reader.close()
        done = self._add([*self.grounder.feed(pieces), *self.grounder.close()])
        self.statements = self.grounder.settle(self.statements)
        return self._outgoing(pieces, done)

    def unchecked(self) -> Outgoing:
        """All of a draft that was held back for a check that is not made."""
        self.policy = checked_policy(self.policy)
        message = "The self-check was left out: it might have passed the budget or the model's window."
        self.warnings.append(Warning("self_check_skipped", message))
        return self._outgoing([Text(self.prose)], self.statements)

    def _add(self, statements: list[Grounded]) -> list[Grounded]:
        self.statements += statements
        return statements

    def _outgoing(self, pieces: Sequence[Piece], statements: Sequence[Grounded]) -> Outgoing:
        if self.policy.holds_back:
            return Outgoing()
        proofs = tuple(self.grounder.citations[self._sent :])
        self._sent += len(proofs)
        return Outgoing(tuple(text for text in self.policy.texts(pieces, statements) if text), proofs)

    def check_messages(self) -> list[Message]:
        """The messages that have the draft read against its citations."""
        prompt = self.inputs.prompt
        checked = self_check(prompt, self.raw, self.findings(), self.structured)
        return [*self.messages, *checked.messages[len(prompt.messages) :]]

    def checking(self, messages: Sequence[Message], grounder: Grounder) -> "Attempt":
        """The attempt that goes on from `check_messages`: its reply takes this draft's place."""
        return Attempt(self.inputs, grounder, checked_policy(self.policy), messages, self.warnings)

    def keep_object(self, draft: str) -> None:
        """After a self-check: an object that lost its form does not take the draft's place."""
        if not self.structured or self.asked_for:
            return
        try:
            self.unwrapped()
        except BadRequest:
            self.raw = draft
            message = "The self-check gave no object of the schema; the draft stands."
            self.warnings.append(Warning("self_check_failed", message))

    def findings(self) -> list[str]:
        """What the server has to say about the draft, for the self-check."""
        if self.structured:
            return self._findings_of_object()
        found = [
            f"The quote {failed.quote[:MAX_FINDING]!r} stands on no page you were given."
            for failed in self.grounder.failed
        ]
        for statement in self.statements:
            if not statement.supported:
                found.append(f"Unsupported ({', '.join(statement.flags)}): {statement.text[:MAX_FINDING]}")
        return found

    def _findings_of_object(self) -> list[str]:
        try:
            found = self.unwrapped()
        except BadRequest as error:
            return [error.message]
        reasons = [f"The value at {place} is unsupported: {why}" for place, why in found.unsupported_values.items()]
        absent = {place for place, leaf in found.leaves.items() if leaf.value is None}  # no reason to make one up
        return [*reasons, *(problem for problem in found.problems if problem.partition(":")[0] not in absent)]

    @property
    def calculations(self) -> tuple[Calculation, ...]:
        """Calculations recorded so far."""
        return tuple(self.grounder.calculations)

"""One attempt at an answer: the prompt over its evidence, the reply as it grows, and what has been proved of it.

Plain state and pure steps, no calls: service/generation/generator.py talks to the model. Knows no HTTP and no SDK.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import BadRequest
from service.citation.evidence import Evidence
from service.contract.question import Ask
from service.grounding.grounding import Grounded, Grounder
from service.grounding.markup import MarkupReader, Piece
from service.grounding.schema_wrap import response_format
from service.grounding.structured import Unwrapped, unwrap
from service.llm.protocol import Finished, ToolCall
from service.prompting.prompts import Prompt, self_check
from service.prompting.tools import ToolBox
from service.prompting.tools_offered import tools_for
from service.routing.context import Part

Message = Mapping[str, Any]


@dataclass
class Draft:
    """An answer in the making, over the pages of one mode."""

    ask: Ask
    mode: str
    parts: tuple[Part, ...]
    evidence: Evidence
    toolbox: ToolBox
    prompt: Prompt
    own_tools: bool
    grounder: Grounder
    messages: list[Message] = field(default_factory=list)
    reader: MarkupReader = field(default_factory=MarkupReader)
    statements: list[Grounded] = field(default_factory=list)
    raw: str = ""
    said: str = ""
    finished: Finished | None = None
    cited: int = 0
    rows: dict[Hashable, dict[str, Any]] = field(default_factory=dict)  # citations as they went out, by their place
    asked_for: tuple[ToolCall, ...] = ()
    warnings: list[str] = field(default_factory=list)

    @property
    def tools(self) -> tuple[Mapping[str, Any], ...]:
        """What the model may call."""
        return tools_for(self.ask, self.mode, self.own_tools)

    @property
    def response_format(self) -> Mapping[str, Any] | None:
        """The form of the reply: the caller's schema wrapped for proof, or whatever form the caller passes through."""
        if self.ask.schema is not None:
            return response_format(self.ask.schema)
        form: Mapping[str, Any] | None = self.ask.sampling.get("response_format")
        return form

    @property
    def insufficient(self) -> bool:
        """Whether the model said that the pages do not suffice; of a schema, that they hold none of its values."""
        if self.ask.schema is None:
            return self.grounder.insufficient
        try:
            found = self.unwrapped()
        except BadRequest:
            return False
        return not found.unsupported and all(leaf.value is None for leaf in found.leaves.values())

    def unwrapped(self) -> Unwrapped:
        """The object of the caller's schema with its proofs; BadRequest when the reply is none."""
        assert self.ask.schema is not None
        return unwrap(self.raw, self.ask.schema, self.evidence, self.toolbox.calculations)

    def take(self, text: str) -> tuple[list[Piece], list[Grounded]]:
        """A piece of the reply; returns its prose and the statements complete by now."""
        self.raw += text
        if self.ask.schema is not None:
            return [], []
        pieces = self.reader.feed(text)
        return pieces, self._add(self.grounder.feed(pieces))

    def end(self) -> tuple[list[Piece], list[Grounded]]:
        """The reply is over: what was still held back."""
        pieces = self.reader.close() if self.ask.schema is None else []
        done = self._add([*self.grounder.feed(pieces), *self.grounder.close()])
        self.statements = self.grounder.settle(self.statements)
        return pieces, done

    def _add(self, statements: list[Grounded]) -> list[Grounded]:
        self.statements += statements
        return statements

    def called(self, calls: Sequence[ToolCall], results: Mapping[str, str]) -> None:
        """Go on from tool calls and what they gave."""
        if self.ask.schema is not None:
            self.raw = ""  # the object is the last thing the model says
        rows = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
        self.messages.append({"role": "assistant", "content": self.said or None, "tool_calls": rows})
        for call in calls:
            self.messages.append({"role": "tool", "tool_call_id": call.id, "content": results[call.id]})

    @property
    def prose(self) -> str:
        """What was said, without its citations."""
        return "".join(statement.text + statement.separator for statement in self.statements)

    def check(self) -> list[Message]:
        """The messages that have the draft read against its citations."""
        checked = self_check(self.prompt, self.raw, self.findings(), self.ask.schema is not None)
        return [*self.messages, *checked.messages[len(self.prompt.messages) :]]

    def restart(self, messages: list[Message], grounder: Grounder) -> None:
        """Go on from `check`: the reply to it takes the draft's place."""
        self.messages = messages
        self.grounder, self.reader = grounder, MarkupReader()
        self.statements, self.raw, self.cited, self.rows = [], "", 0, {}

    def keep_object(self, before: str) -> None:
        """After a self-check: an object that lost its form takes no other's place."""
        if self.ask.schema is None or self.asked_for:
            return
        try:
            self.unwrapped()
        except BadRequest:
            self.raw = before
            self.warnings.append("The self-check gave no object of the schema; the draft stands.")

    def findings(self) -> list[str]:
        """What the server has to say about the draft, for the self-check."""
        if self.ask.schema is not None:
            return self._findings_of_object()
        found = [
            f"The quote {failed.quote[:200]!r} stands on no page you were given." for failed in self.grounder.failed
        ]
        for statement in self.statements:
            if not statement.supported:
                found.append(f"Not proved ({', '.join(statement.flags)}): {statement.text[:200]}")
        return found

    def _findings_of_object(self) -> list[str]:
        try:
            found = self.unwrapped()
        except BadRequest as error:
            return [error.message]
        unproved = [f"The value at {place} is not proved: {why}" for place, why in found.unproved.items()]
        absent = {place for place, leaf in found.leaves.items() if leaf.value is None}  # no reason to make one up
        return [*unproved, *(problem for problem in found.problems if problem.partition(":")[0] not in absent)]

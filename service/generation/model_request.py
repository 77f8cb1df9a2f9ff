"""The next call of an attempt as a request: its payload, the room for output, what is passed through. Sends nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import BadRequest
from service.contract.question import Question
from service.generation.attempt_state import Attempt
from service.llm.models import ModelInfo
from service.llm.payload import payload_tokens
from service.llm.protocol import LlmRequest
from service.llm.spending import Spending

PASSED_ON = ("temperature", "top_p", "frequency_penalty", "presence_penalty", "seed")


@dataclass(frozen=True)
class Requests:
    """Makes requests. `max_tokens` is what a model may write when a question does not say."""

    count: Callable[[str], int]
    max_tokens: int

    def next(self, attempt: Attempt, spending: Spending, *, with_tools: bool) -> LlmRequest:
        """The request for an attempt's next reply; BadRequest when the model's window has no room for one."""
        question, model = attempt.inputs.question, spending.model
        tools = attempt.inputs.tools if with_tools else question.tools
        tokens = payload_tokens(attempt.messages, self.count, tools, attempt.inputs.response_format)
        room = self._room(question, model, tokens)
        if room < 1:
            raise BadRequest(
                f"The call needs {tokens:,} tokens and {model.name} takes {model.window:,}; ask for fewer documents, "
                "or use mode 'retrieval'."
            )
        return LlmRequest(
            model,
            tuple(attempt.messages),
            tools=tuple(tools),
            tool_choice=question.tool_choice if tools else None,
            response_format=attempt.inputs.response_format,
            max_tokens=room,
            sampling={name: question.sampling[name] for name in PASSED_ON if question.sampling.get(name) is not None},
            timeout_s=question.max_latency_s,
            budget=spending.budget,
            input_tokens=tokens,
        )

    def affordable(self, messages: Sequence[Any], attempt: Attempt, spending: Spending) -> bool:
        """Whether an attempt may go on with these messages: the window and the budget have room."""
        tokens = payload_tokens(messages, self.count, attempt.inputs.tools, attempt.inputs.response_format)
        room = self._room(attempt.inputs.question, spending.model, tokens)
        return room >= 1 and spending.budget.allows(spending.model, tokens, room)

    def _room(self, question: Question, model: ModelInfo, tokens: int) -> int:
        """Tokens the model may write behind so many that are sent; 0 or less when they fill its window."""
        wanted = int(question.sampling.get("max_tokens") or self.max_tokens)
        return min(wanted, model.max_out, model.window - tokens)

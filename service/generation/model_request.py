"""The next call of a draft as a request: its payload, the room for output, what is passed through. Sends nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import BadRequest
from service.contract.question import Ask
from service.generation.attempt_state import Draft
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

    def next(self, draft: Draft, spending: Spending, with_tools: bool) -> LlmRequest:
        """The request for a draft's next reply; BadRequest when the model's window has no room for one."""
        ask, model = draft.ask, spending.model
        tools = draft.tools if with_tools else ask.tools
        tokens = payload_tokens(draft.messages, self.count, tools, draft.response_format)
        room = self._room(ask, model, tokens)
        if room < 1:
            raise BadRequest(
                f"The call needs {tokens:,} tokens and {model.name} takes {model.window:,}; ask for fewer documents, "
                "or use mode 'retrieval'."
            )
        return LlmRequest(
            model,
            tuple(draft.messages),
            tools=tuple(tools),
            tool_choice=ask.tool_choice if tools else None,
            response_format=draft.response_format,
            max_tokens=room,
            sampling={name: ask.sampling[name] for name in PASSED_ON if ask.sampling.get(name) is not None},
            timeout_s=ask.max_latency_s,
            budget=spending.budget,
            input_tokens=tokens,
        )

    def affordable(self, messages: Sequence[Any], draft: Draft, spending: Spending) -> bool:
        """Whether a draft may go on with these messages: the window and the budget have room."""
        tokens = payload_tokens(messages, self.count, draft.tools, draft.response_format)
        room = self._room(draft.ask, spending.model, tokens)
        return room >= 1 and spending.budget.allows(spending.model, tokens, room)

    def _room(self, ask: Ask, model: ModelInfo, tokens: int) -> int:
        """Tokens the model may write behind so many that are sent; 0 or less when they fill its window."""
        wanted = int(ask.sampling.get("max_tokens") or self.max_tokens)
        return min(wanted, model.max_out, model.window - tokens)

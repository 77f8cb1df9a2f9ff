"""What one answer has cost so far. Knows no prompt, no document and no endpoint."""

from dataclasses import dataclass, replace

from service.contract.answer import Usage
from service.llm.budget import Budget, worst_case
from service.llm.models import ModelInfo, cost
from service.llm.protocol import Finished


@dataclass
class Spending:
    """What an answer has cost so far."""

    model: ModelInfo
    budget: Budget
    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False
    cost_usd: float = 0.0

    def expecting(self, input_tokens: int, max_tokens: int) -> Usage:
        """What the answer will have cost if the next call costs its worst: said before the money is spent."""
        worst = self.cost_usd + worst_case(self.model, input_tokens, max_tokens)
        return replace(self.usage, input_tokens=self.input_tokens + input_tokens, cost_usd=worst)

    def add(self, finished: Finished) -> Usage:
        """A call is over: what it really cost."""
        usage = finished.usage
        self.calls += finished.tries
        self.input_tokens += usage.input_tokens
        self.cached_tokens += usage.cached_tokens
        self.output_tokens += usage.output_tokens
        self.estimated = self.estimated or usage.estimated
        self.cost_usd = max(
            self.cost_usd + cost(self.model, usage.input_tokens, usage.cached_tokens, usage.output_tokens),
            self.budget.spent_usd,  # tries that broke off are charged, too
        )
        return self.usage

    def broke_off(self) -> Usage:
        """A call failed: what its tries may be charged for, which is nothing where the model never ran."""
        self.cost_usd = max(self.cost_usd, self.budget.spent_usd)
        return self.usage

    @property
    def usage(self) -> Usage:
        """The `usage` of an answer."""
        return Usage(
            self.input_tokens, self.cached_tokens, self.output_tokens, self.cost_usd, self.calls, self.estimated
        )

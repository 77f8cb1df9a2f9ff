"""A ceiling over the sum of calls: what is set aside, settled, kept or given back."""

from dataclasses import replace

import pytest

from ingest.errors import BudgetExceeded
from service.llm.budget import Budget, worst_case
from service.llm.models import cost, load_models
from service.llm.protocol import LlmUsage

MINI = load_models().get("gpt-5.2-mini")
WORST = worst_case(MINI, 10_000, 1_000)


def test_the_worst_case_takes_nothing_for_cached_and_all_of_the_output() -> None:
    assert cost(MINI, 10_000, 0, 1_000) < WORST < cost(MINI, 10_000, 0, 1_000) * 1.03


def test_a_count_a_little_too_low_does_not_slip_under_a_price_step() -> None:
    step = load_models().get("gpt-5.4")
    assert worst_case(step, 270_000, 0) > 270_000 * 5 / 1e6


def test_a_call_beyond_the_ceiling_is_refused_with_its_estimate_and_what_is_left() -> None:
    budget = Budget(0.01)
    with pytest.raises(BudgetExceeded) as caught:
        budget.reserve(MINI, 10_000, 1_000)
    assert "$0.0122" in caught.value.message and "$0.0100" in caught.value.message
    assert (budget.calls, budget.left_usd) == (0, 0.01)


def test_what_is_set_aside_is_not_there_for_another_call() -> None:
    budget = Budget(WORST * 1.5)
    first = budget.reserve(MINI, 10_000, 1_000)
    assert not budget.allows(MINI, 10_000, 1_000)
    first.release()
    assert budget.allows(MINI, 10_000, 1_000) and budget.spent_usd == 0


def test_settling_puts_the_real_price_in_place_once() -> None:
    budget = Budget(1.0)
    call = budget.reserve(MINI, 10_000, 1_000)
    price = call.settle(LlmUsage(10_000, 9_000, 100))
    call.keep()
    call.settle(LlmUsage(10_000, 0, 1_000))
    assert price == pytest.approx(cost(MINI, 10_000, 9_000, 100))
    assert budget.spent_usd == price and budget.left_usd == pytest.approx(1.0 - price)


def test_a_call_that_broke_off_stays_at_its_worst_case() -> None:
    budget = Budget(WORST * 1.5)
    budget.reserve(MINI, 10_000, 1_000).keep()
    with pytest.raises(BudgetExceeded):
        budget.reserve(MINI, 10_000, 1_000)
    assert budget.spent_usd == WORST


def test_the_smaller_of_answer_and_day_holds_and_is_named() -> None:
    with pytest.raises(BudgetExceeded, match="today's budget"):
        Budget(10.0, daily_usd=0.001).reserve(MINI, 10_000, 1_000)
    with pytest.raises(BudgetExceeded, match="budget_usd"):
        Budget(0.001, daily_usd=10.0).reserve(MINI, 10_000, 1_000)


def test_without_a_ceiling_everything_is_allowed_and_added_up() -> None:
    budget = Budget()
    budget.reserve(MINI, 10**9, 10**6).settle(LlmUsage(10, 0, 10))
    assert budget.left_usd is None and budget.spent_usd > 0


def test_a_ceiling_of_nothing_allows_only_what_is_free() -> None:
    free = replace(MINI, input=0.0, cached_input=0.0, output=0.0)
    assert Budget(0.0).allows(free, 10_000, 1_000) and not Budget(0.0).allows(MINI, 1, 1)


def test_any_run_of_calls_whose_usage_is_as_counted_stays_under_the_ceiling() -> None:
    budget, made = Budget(0.05), 0
    while budget.allows(MINI, 10_000, 1_000):
        budget.reserve(MINI, 10_000, 1_000).settle(LlmUsage(10_150, 0, 1_000))  # 1.5 % more than we counted
        made += 1
    assert made >= 3 and budget.spent_usd <= 0.05


class Tight:
    """A day_reservation with so much in it."""

    def __init__(self, usd: float) -> None:
        self.usd, self.covered = usd, 0.0

    def reserve(self, usd: float) -> bool:
        if usd <= self.usd:
            self.covered = usd
        return usd <= self.usd


def test_every_call_is_covered_by_the_purse_with_what_went_before() -> None:
    day_reservation = Tight(WORST * 1.5)
    budget = Budget(day_reservation=day_reservation)
    budget.begin(WORST)
    budget.reserve(MINI, 10_000, 1_000).settle(LlmUsage(10_000, 0, 500))
    assert day_reservation.covered == WORST and 0 < budget.spent_usd < WORST
    assert not budget.affords(WORST) and budget.affords(WORST / 4)
    assert day_reservation.covered == pytest.approx(budget.spent_usd + WORST / 4)
    with pytest.raises(BudgetExceeded, match="other answers that are running"):
        budget.reserve(MINI, 10_000, 1_000)
    assert budget.open == [] and budget.calls == 1

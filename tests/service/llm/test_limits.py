"""Limits a minute, on a clock that only moves when somebody sleeps."""

import anyio
import pytest
from anyio.lowlevel import checkpoint

from ingest.errors import LlmRefused
from service.llm.limits import MINUTE, Limits


class Clock:
    """Time that passes by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await checkpoint()
        self.now += seconds


def entered(limits: Limits, clock: Clock, asked: list[int], model: str = "m") -> list[float]:
    """Seconds after the start at which requests of so many tokens are let through, one after the other."""
    start = clock.now

    async def ask() -> list[float]:
        return [(await limits.enter(model, tokens)).at - start for tokens in asked]

    return anyio.run(ask)


def test_no_minute_holds_more_requests_than_allowed() -> None:
    clock = Clock()
    times = entered(Limits(2, 0, clock, clock.sleep), clock, [1] * 5)
    assert times[:2] == [0, 0]
    assert all(later - earlier >= MINUTE for earlier, later in zip(times, times[2:], strict=False))
    assert times[-1] < 2 * MINUTE + 5, "nor does anyone wait longer than need be"


def test_no_minute_holds_more_tokens_than_allowed() -> None:
    clock = Clock()
    times = entered(Limits(0, 100, clock, clock.sleep), clock, [60, 40, 50, 50])
    assert times[:2] == [0, 0] and all(MINUTE <= at < MINUTE + 2 for at in times[2:])


def test_models_do_not_wait_for_one_another_and_no_limit_is_no_wait() -> None:
    clock = Clock()
    limits = Limits(1, 0, clock, clock.sleep)
    assert entered(limits, clock, [1], "one") == entered(limits, clock, [1], "other") == [0]
    assert entered(Limits(0, 0, clock, clock.sleep), clock, [10**9] * 50) == [0] * 50


def test_a_request_that_can_never_go_out_is_refused_at_once() -> None:
    clock = Clock()
    with pytest.raises(LlmRefused, match="PINCITE_LLM_TOKENS_PER_MINUTE"):
        entered(Limits(0, 100, clock, clock.sleep), clock, [101])


def test_tokens_that_were_not_used_are_free_again() -> None:
    clock = Clock()
    limits = Limits(0, 100, clock, clock.sleep)

    async def ask() -> float:
        (await limits.enter("m", 100)).used(20)
        return (await limits.enter("m", 80)).at - 1000.0

    assert anyio.run(ask) == 0


def test_who_came_first_goes_first_and_a_small_request_does_not_overtake() -> None:
    clock = Clock()
    limits = Limits(0, 100, clock, clock.sleep)
    order: list[int] = []

    async def ask() -> None:
        async def one(tokens: int) -> None:
            await limits.enter("m", tokens)
            order.append(tokens)

        await limits.enter("m", 90)
        async with anyio.create_task_group() as group:
            for tokens in (80, 5, 15):
                group.start_soon(one, tokens)
                await checkpoint()

    anyio.run(ask)
    assert order == [80, 5, 15]


def test_whoever_stops_waiting_leaves_nothing_behind() -> None:
    clock = Clock()
    limits = Limits(1, 0, clock, clock.sleep)

    async def ask() -> tuple[float, float]:
        await limits.enter("m", 1)
        with anyio.CancelScope() as leaving:
            async with anyio.create_task_group() as group:
                group.start_soon(limits.enter, "m", 1)
                await checkpoint()
                leaving.cancel()
        left_at = clock.now
        return left_at, (await limits.enter("m", 1)).at

    left_at, next_at = anyio.run(ask)
    assert left_at < 1000.0 + MINUTE <= next_at < 1000.0 + MINUTE + 2

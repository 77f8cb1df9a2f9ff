"""Losses of an ablation: paired question by question, positive when ranking is worse without the signal."""

from bench.ablate import losses
from bench.answers import Question
from bench.quality import Outcome


def outcomes(*ranks: int) -> list[Outcome]:
    """One question for every rank its gold page got."""
    question = Question("What were sales?", "figure", "report", frozenset({7}), "12")
    return [Outcome(question, (*((True, 100 + n) for n in range(rank - 1)), (True, 7))) for rank in ranks]


def test_a_signal_that_brings_the_gold_page_up_shows_a_loss_without_it() -> None:
    found = losses(outcomes(1, 1, 1, 1), outcomes(2, 2, 6, 1))
    assert (found["hit@1"], found["hit@5"], found["worse"], found["better"]) == (0.75, 0.25, 3, 0)


def test_equal_rankings_lose_nothing_and_the_interval_has_no_width() -> None:
    found = losses(outcomes(1, 3, 9), outcomes(1, 3, 9))
    assert (found["mrr"], found["mrr_interval"], found["worse"], found["better"]) == (0.0, [0.0, 0.0], 0, 0)


def test_the_interval_is_that_of_paired_differences_not_of_two_means() -> None:
    every = outcomes(*(1, 9) * 20)
    without = outcomes(*(2, 10) * 20)
    low, high = losses(every, without)["mrr_interval"]
    assert high - low < 0.2  # means of ranks 1 and 9 themselves spread over more than that
    assert low > 0

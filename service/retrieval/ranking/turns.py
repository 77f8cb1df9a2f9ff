"""Whose pages come in turn: those of several companies compared, and of agreements none of which is named.

Knows hits and what a question names; scores nothing.
"""

from collections.abc import Sequence
from itertools import zip_longest

from service.question.understand import Intent, Query
from service.retrieval.ranking.document_match import Fits
from service.retrieval.signals import Hit

NEAR_BEST = 0.5  # share of the best page's score from which another document's best page is as likely meant


def take_turns(ranked: Sequence[Hit], query: Query, fits: Fits) -> list[Hit]:
    """The ranking with documents in turn where a question is about several of them.

    "Which law governs this agreement?" names none: the best page of each agreement that may be meant comes before the
    second page of any.
    """
    if len(fits.groups) > 1:
        return round_robin(ranked, fits.groups)
    if query.intent is not Intent.CLAUSE or fits.named or query.years or query.forms:
        return list(ranked)
    first: dict[str, Hit] = {}
    for hit in ranked:
        first.setdefault(hit.document.content, hit)
    best = [hit for hit in first.values() if hit.score >= NEAR_BEST * ranked[0].score]
    return [*best, *(hit for hit in ranked if hit not in best)]


def round_robin(ranked: Sequence[Hit], groups: Sequence[frozenset[str]]) -> list[Hit]:
    """The hits of each group of documents in turn, best first; what belongs to none comes last."""
    if len(groups) < 2:
        return list(ranked)
    queues = [[hit for hit in ranked if hit.document.content in group] for group in groups]
    turns = [hit for row in zip_longest(*queues) for hit in row if hit is not None]
    named = frozenset().union(*groups)
    return [*turns, *(hit for hit in ranked if hit.document.content not in named)]

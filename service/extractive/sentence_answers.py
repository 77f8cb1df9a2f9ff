"""Sentences quoted whole as an answer: the likeliest first, and those nearly as likely behind it.

Knows nothing of models or HTTP.
"""

import math
from collections.abc import Sequence

from ingest.index_types import Encoder
from ingest.text.normalize import printed
from ingest.types import Span
from service.extractive.draft import DraftStatement, EvidencePage
from service.extractive.figure_answers import filers
from service.extractive.passages_said import SentenceCandidate, sentence_candidates
from service.question.asked import read_asked
from service.question.understand import Query
from service.scoring.scorer import scorer

MAX_STATEMENTS = 3
NEAR_BEST = 0.4  # further sentences are told when their chance is at least this share of the first one's
MAX_TOLD = 1300  # characters of all sentences together; the first is always told


def sentence_statements(
    query: Query, evidence: Sequence[EvidencePage], encoder: Encoder | None
) -> list[DraftStatement]:
    """The likeliest sentences with their confidence, whether or not that is enough to be told."""
    asked = read_asked(query, filers(evidence))
    found = sentence_candidates(query, asked, evidence, encoder)
    fitted = scorer(kind_of(encoder))
    scores = fitted.log_odds([each.features for each in found])
    ranked = sorted(zip(scores, found, strict=True), key=lambda pair: -pair[0])[:MAX_STATEMENTS]
    if not ranked:
        return []
    confidence = fitted.confidence(ranked[0][0])
    told = ranked[: told_together([score for score, _each in ranked])]
    chosen = [_statement(each, confidence) for _score, each in told]
    while len(chosen) > 1 and sum(len(statement.text) for statement in chosen) > MAX_TOLD:
        chosen.pop()
    return chosen


def kind_of(encoder: Encoder | None) -> str:
    """Which scorer fits sentences: while there is no encoder, one that knows their words alone."""
    return "sentences" if encoder is not None else "sentences_by_words"


def told_together(scores: Sequence[float]) -> int:
    """How many of the likeliest sentences, best first, are told: those nearly as likely as the first."""
    chances = [1.0 / (1.0 + math.exp(-score)) for score in scores]
    return sum(chance >= NEAR_BEST * chances[0] for chance in chances)


def _statement(each: SentenceCandidate, confidence: float) -> DraftStatement:
    return DraftStatement(_plain(each.place, each.sentence.span), each.place, each.sentence.span, None, confidence)


def _plain(place: EvidencePage, span: Span) -> str:
    return printed(place.page.text[span.start : span.end])

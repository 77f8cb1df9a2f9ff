"""Answers with no language model: rows read out of tables, sentences quoted whole, or an honest "not found".

Knows nothing of models, HTTP or how pages were ranked. What it returns is a draft: statements with the place each
is quoted from; the citing and checking is done elsewhere.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ingest.types import Encoder
from service.extracted import Draft, DraftStatement, EvidencePage
from service.figure_answers import chosen_figure, distinct, figure_statements
from service.ratio_answers import ratio_draft
from service.sentences import Sentence, sentences
from service.tablemath import stems
from service.understand import FIGURE_INTENTS, Intent, Query

CANDIDATES = 40  # sentences that are compared by meaning
LEAST_SENTENCE = 0.34  # below it no sentence supports an answer
MOST_STATEMENTS = 3
INTRODUCES = 0.7  # worth of a sentence that only introduces a table or a list
NEAR_BEST = 0.92  # further sentences are quoted when this near the best


def answer_extractively(query: Query, evidence: Sequence[EvidencePage], encoder: Encoder | None) -> Draft:
    """Figures from tables where a reported figure is asked for, else the best sentences; part by part."""
    if query.parts:
        drafts = [answer_extractively(part, evidence, encoder) for part in query.parts]
        statements = distinct([statement for draft in drafts for statement in draft.statements])
        return Draft(tuple(statements), drafts[0].reason, tuple(each for draft in drafts for each in draft.worked))
    if query.choice is not None:
        chosen = chosen_figure(query, evidence)
        if chosen is not None:
            return Draft((chosen,), "what the question compares stands side by side in a table of the evidence")
    if query.ratio is not None:
        draft = ratio_draft(query, query.ratio, evidence)
        if draft is not None:
            return draft
    if query.intent in FIGURE_INTENTS or (query.items and query.intent is not Intent.FACT):
        rows = figure_statements(query, evidence)
        if rows:
            return Draft(tuple(rows), "a table row of the evidence carries the figure asked for")
        if query.items and query.intent is Intent.FIGURE and query.years:
            return Draft((), "no table row of the evidence carries this line item for the period asked for")
    found = _best_sentences(query, evidence, encoder)
    if found:
        return Draft(tuple(found), "sentences of the evidence fit the question")
    return Draft((), "no sentence or table row of the evidence fits the question well enough")


def _best_sentences(query: Query, evidence: Sequence[EvidencePage], encoder: Encoder | None) -> list[DraftStatement]:
    pool = [
        (rank, place, sentence)
        for rank, place in enumerate(evidence)
        for sentence in sentences(place.page, list(place.tables))
    ]
    if not pool:
        return []
    lexical = _overlaps(query, [sentence for _rank, _place, sentence in pool])
    scored = [(0.9 * lexical[i] - 0.02 * rank, place, sentence) for i, (rank, place, sentence) in enumerate(pool)]
    scored = sorted(scored, key=lambda row: -row[0])[:CANDIDATES]
    if encoder is not None:
        vectors = encoder.encode([query.question, *(f"{s.heading}. {s.text}" for _score, _place, s in scored)])
        cosines = np.asarray(vectors[1:] @ vectors[0])
        scored = [
            (0.5 * score + 0.5 * float(cosine), place, sentence)
            for (score, place, sentence), cosine in zip(scored, cosines, strict=True)
        ]
        scored = sorted(scored, key=lambda row: -row[0])
    best = scored[0][0]
    if best < LEAST_SENTENCE:
        return []
    chosen = [row for row in scored if row[0] >= NEAR_BEST * best][:MOST_STATEMENTS]
    return [
        DraftStatement(re.sub(r"\s+", " ", sentence.text).strip(), place, sentence.span)
        for _score, place, sentence in chosen
    ]


def _overlaps(query: Query, pool: Sequence[Sentence]) -> list[float]:
    """Share of the question's words (weighted by rarity among these sentences) that a sentence holds."""
    wanted = {stem: weight for term, weight in query.terms for stem in stems(term)}
    for word in stems(" ".join(query.words)):
        wanted[word] = 1.0
    bags = [set(stems(f"{sentence.heading} {sentence.text}")) for sentence in pool]
    counts = Counter(word for bag in bags for word in bag if word in wanted)
    rarity = {word: weight * math.log(1 + len(pool) / (1 + counts[word])) for word, weight in wanted.items()}
    own = {word: rarity[word] for word in stems(" ".join(query.words)) if word in rarity} or rarity
    total = sum(own.values()) or 1.0
    scores = []
    for bag, sentence in zip(bags, pool, strict=True):
        hit = sum(rarity[word] for word in bag if word in rarity)
        length = max(1.0, len(sentence.text) / 400)
        introduces = INTRODUCES if sentence.text.rstrip().endswith(":") else 1.0
        scores.append(introduces * min(1.0, hit / total) / math.sqrt(length))
    return scores

"""Sentences quoted whole as an answer: by their words, their meaning, and how their passage and page rank.

The four weights were fitted on contracts, merger agreements, privacy policies and NDAs alike (docs/decisions.md).
Whether anything answers at all is told by words and meaning alone: a page that ranks first may still say nothing of the
matter.
Knows nothing of models or HTTP.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.index_types import Encoder
from ingest.text.instructions import suspicious
from ingest.text.normalize import printed
from ingest.text.sentences import Sentence, sentences
from ingest.text.stems import stems
from service.extractive.draft import DraftStatement, EvidencePage
from service.extractive.opening import opening
from service.question.answer_type import answer_kind
from service.question.understand import Query

OF_WORDS, OF_MEANING, OF_PASSAGE, OF_PAGE = 0.6, 0.3, 0.6, 1.0
CANDIDATES = 40  # sentences that are compared by meaning
MIN_SENTENCE = 0.34  # below it no sentence supports an answer
MAX_STATEMENTS = 3
NEAR_BEST = 0.95  # further sentences are quoted when this near the best
OF_ANOTHER_KIND = 0.6  # worth of a sentence that names nobody where a question asks who, and so on
OF_INSTRUCTIONS = 0.4  # worth of a sentence that reads like an instruction to a model
INTRODUCES = 0.7  # worth of a sentence that only introduces a table or a list


@dataclass(frozen=True)
class _Scored:
    place: EvidencePage
    sentence: Sentence
    words: float
    worth: float  # less where it holds no answer of the kind asked for
    meaning: float = 0.0  # likeness to the question with words its answer is likely written in
    likeness: float = 0.0  # to the question itself

    @property
    def score(self) -> float:
        passage = self.place.passage_at(self.sentence.span.start)
        fit = OF_WORDS * self.words + OF_MEANING * self.meaning + OF_PASSAGE * passage + OF_PAGE * self.place.score
        return self.worth * fit


def sentence_statements(
    query: Query, evidence: Sequence[EvidencePage], encoder: Encoder | None
) -> list[DraftStatement]:
    """The opening of an agreement where its parties, date or name are asked for, else the best sentences."""
    if query.at_start:
        opened = _opening(evidence)
        if opened is not None:
            return [opened]
    pool = [(place, sentence) for place in evidence for sentence in sentences(place.page, list(place.tables))]
    words = _overlaps(query, [sentence for _place, sentence in pool])
    holds = answer_kind(query.question)
    scored = [
        _Scored(place, sentence, fit, _worth(sentence, holds))
        for (place, sentence), fit in zip(pool, words, strict=True)
    ]
    scored = sorted(scored, key=lambda each: -each.score)[:CANDIDATES]
    if encoder is not None and scored:
        scored = sorted(_with_meaning(scored, query, encoder), key=lambda each: -each.score)
    if max((_relevance(each, encoder) for each in scored), default=0.0) < MIN_SENTENCE:
        return []
    chosen = [each for each in scored if each.score >= NEAR_BEST * scored[0].score][:MAX_STATEMENTS]
    return [DraftStatement(printed(each.sentence.text), each.place, each.sentence.span) for each in chosen]


def _worth(sentence: Sentence, holds: Callable[[str], bool] | None) -> float:
    """Less where a sentence holds no answer of the kind asked for, least where it talks to a model."""
    if suspicious(sentence.text):
        return OF_INSTRUCTIONS
    return 1.0 if holds is None or holds(sentence.text) else OF_ANOTHER_KIND


def _opening(evidence: Sequence[EvidencePage]) -> DraftStatement | None:
    for place in evidence:
        span = opening(place.page) if place.beginning else None
        if span is not None:
            text = printed(place.page.text[span.start : span.end])
            return DraftStatement(text, place, span)
    return None


def _with_meaning(scored: Sequence[_Scored], query: Query, encoder: Encoder) -> list[_Scored]:
    texts = [f"{each.sentence.heading}. {each.sentence.text}" for each in scored]
    vectors = np.asarray(encoder.encode([query.question, query.embed_text, *texts]))
    likeness, meaning = vectors[2:] @ vectors[0], vectors[2:] @ vectors[1]
    return [
        replace(each, meaning=float(meaning[index]), likeness=float(likeness[index]))
        for index, each in enumerate(scored)
    ]


def _relevance(each: _Scored, encoder: Encoder | None) -> float:
    """How much a sentence speaks of what is asked, wherever it stands."""
    return each.worth * (0.45 * each.words + 0.5 * each.likeness if encoder is not None else 0.9 * each.words)


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

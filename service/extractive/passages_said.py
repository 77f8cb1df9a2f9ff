"""Sentences of the evidence as candidates for an answer, each with features between 0 and 1.

Proposes and describes; nothing is decided here. Knows nothing of models or of how pages were ranked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.index_types import Encoder
from ingest.text.sentences import Sentence, sentences
from service.extractive.draft import EvidencePage
from service.question.asked import Asked
from service.question.understand import Query
from service.scoring.sentence_features import SentenceFeatures, SentenceSeen

MAX_COMPARED = 40  # sentences whose meaning is compared, the likeliest by their words
# a first order by words and place, which decides what is compared by meaning; not fitted
FIRST_LOOK = {"own_words": 1.0, "terms": 0.5, "passage": 0.6, "page_score": 0.5, "phrase": 0.3, "defines_term": 0.5}


@dataclass(frozen=True)
class SentenceCandidate:
    """A sentence with its place and its features."""

    place: EvidencePage
    sentence: Sentence
    features: Mapping[str, float]


def sentence_candidates(
    query: Query, asked: Asked, evidence: Sequence[EvidencePage], encoder: Encoder | None
) -> list[SentenceCandidate]:
    """The likeliest sentences by their words, with their meaning compared where there is an encoder."""
    pool = [
        (rank, place, sentence)
        for rank, place in enumerate(evidence)
        for sentence in sentences(place.page, list(place.tables))
    ]
    seen = [
        SentenceSeen(sentence.text, sentence.heading, rank, rank, place.score, place.passage_at(sentence.span.start))
        for rank, place, sentence in pool
    ]
    described = SentenceFeatures(query, asked, seen).all() if seen else []
    ordered = sorted(zip(described, pool, strict=True), key=lambda pair: -_first_look(pair[0]))[:MAX_COMPARED]
    found = [SentenceCandidate(place, sentence, features) for features, (_rank, place, sentence) in ordered]
    return _with_meaning(found, query, encoder)


def _first_look(features: Mapping[str, float]) -> float:
    return sum(weight * features[name] for name, weight in FIRST_LOOK.items()) + 0.2 * features["type_present"]


def _with_meaning(found: Sequence[SentenceCandidate], query: Query, encoder: Encoder | None) -> list[SentenceCandidate]:
    if encoder is None or not found:
        return [replace(each, features={**each.features, "likeness": 0.0, "meaning": 0.0}) for each in found]
    texts = [f"{each.sentence.heading}. {each.sentence.text}" for each in found]
    vectors = np.asarray(encoder.encode([query.question, query.embed_text, *texts]))
    likeness, meaning = vectors[2:] @ vectors[0], vectors[2:] @ vectors[1]
    return [
        replace(
            each,
            features={
                **each.features,
                "likeness": max(0.0, float(likeness[i])),
                "meaning": max(0.0, float(meaning[i])),
            },
        )
        for i, each in enumerate(found)
    ]

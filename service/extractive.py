"""Answers with no language model: rows read out of tables, sentences quoted whole, or an honest "not found".

Knows nothing of models, HTTP or how pages were ranked. What it returns is a draft: statements with the place each
is quoted from; the citing and checking is done elsewhere.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.types import Document, Encoder, Page, Span, Table
from service.choice import choose
from service.sentences import Sentence, sentences
from service.tablemath import Figure, figures, is_spoken, stems
from service.understand import FIGURE_INTENTS, Intent, Query

STATEMENT_WORTH = 0.15  # the primary statement is where a reported figure is best cited from
RANK_COST = 0.035  # what each rank of its page takes from a figure's fit
CANDIDATES = 40  # sentences that are compared by meaning
LEAST_SENTENCE = 0.34  # below it no sentence supports an answer
MOST_STATEMENTS = 3
NEAR_BEST = 0.92  # further sentences are quoted when this near the best
SAME_VALUE = 0.0005  # relative; below it two values differ by rounding only
YEAR = re.compile(r"(?:19|20)\d\d")
SCALE_WORDS = {1_000: "thousands", 1_000_000: "millions", 1_000_000_000: "billions"}


@dataclass(frozen=True)
class EvidencePage:
    """A page an answer may use, best first."""

    document: Document
    page: Page
    tables: tuple[Table, ...]
    statement: bool = False  # a primary statement the question asks for stands here


@dataclass(frozen=True)
class DraftStatement:
    """A sentence of the answer and the span it quotes."""

    text: str
    evidence: EvidencePage
    span: Span
    figure: Figure | None = None


@dataclass(frozen=True)
class Draft:
    """An extractive answer before its citations are checked; no statements means nothing was found."""

    statements: tuple[DraftStatement, ...]
    reason: str


def answer_extractively(query: Query, evidence: Sequence[EvidencePage], encoder: Encoder | None) -> Draft:
    """Figures from tables where a reported figure is asked for, else the best sentences; part by part."""
    if query.parts:
        drafts = [answer_extractively(part, evidence, encoder) for part in query.parts]
        return Draft(tuple(_distinct([s for draft in drafts for s in draft.statements])), drafts[0].reason)
    if query.choice is not None:
        chosen = _chosen(query, evidence)
        if chosen is not None:
            return Draft((chosen,), "what the question compares stands side by side in a table of the evidence")
    if query.intent in FIGURE_INTENTS or query.items:
        rows = _figure_statements(query, evidence)
        if rows:
            return Draft(tuple(rows), "a table row of the evidence carries the figure asked for")
        if query.items and query.intent is Intent.FIGURE and query.years:
            return Draft((), "no table row of the evidence carries this line item for the period asked for")
    found = _best_sentences(query, evidence, encoder)
    if found:
        return Draft(tuple(found), "sentences of the evidence fit the question")
    return Draft((), "no sentence or table row of the evidence fits the question well enough")


def _chosen(query: Query, evidence: Sequence[EvidencePage]) -> DraftStatement | None:
    """The most or least of what the best page shows side by side."""
    best: tuple[float, DraftStatement] | None = None
    for rank, place in enumerate(evidence):
        chosen = choose(place.tables, query)
        if chosen is None:
            continue
        size = "most" if query.choice is not None and query.choice.most else "least"
        text = f"{_figure_text(chosen.figure).rstrip('.')}: the {size} of {chosen.among} compared."
        score = chosen.fit - RANK_COST * rank
        if best is None or score > best[0]:
            best = (
                score,
                DraftStatement(text, place, Span(chosen.figure.row.start, chosen.figure.row.end), chosen.figure),
            )
    return best[1] if best else None


def _figure_statements(query: Query, evidence: Sequence[EvidencePage]) -> list[DraftStatement]:
    if query.intent is Intent.RATIO and len(query.items) > 1:
        ranked = _ranked_figures(query, evidence)
        reported = [s for s in ranked if s.figure is not None and is_spoken(s.figure.row, query)]
        if reported:  # the filing states the ratio itself, so nobody has to work it out
            return reported[:1]
        singles = [query.about(item) for item in query.items]
        found = [statement for single in singles for statement in _ranked_figures(single, evidence)[:1]]
        return _distinct(found)
    ranked = _ranked_figures(query, evidence)
    chosen = _distinct(ranked[: 1 if len(query.years) < 2 else 2])
    return [*chosen, *_restated(chosen[:1], ranked)]


def _restated(chosen: Sequence[DraftStatement], ranked: Sequence[DraftStatement]) -> list[DraftStatement]:
    """The same line for the same period with another value elsewhere: both are given, and why."""
    for first in chosen:
        for other in ranked:
            if _same_line(first, other) and _differ(first.figure, other.figure):
                reason = "The same line for this period has another value here: restated, or of another scope."
                return [replace(other, text=f"{other.text} {reason}")]
    return []


def _same_line(first: DraftStatement, other: DraftStatement) -> bool:
    if first.figure is None or other.figure is None or first is other:
        return False
    same_place = first.evidence.document.content == other.evidence.document.content
    statements = first.evidence.statement and other.evidence.statement  # elsewhere a label says too little
    years = {YEAR.search(figure.period or "") for figure in (first.figure, other.figure)}
    periods = {match.group() if match else None for match in years}
    labels = {" ".join(stems(figure.row.label)) for figure in (first.figure, other.figure)}
    return statements and not same_place and len(labels) == 1 and len(periods) == 1 and None not in periods


def _differ(first: Figure | None, other: Figure | None) -> bool:
    if first is None or other is None or first.amount is None or other.amount is None:
        return False
    return abs(first.amount - other.amount) > SAME_VALUE * max(abs(first.amount), 1.0)


def _ranked_figures(query: Query, evidence: Sequence[EvidencePage]) -> list[DraftStatement]:
    ranked: list[tuple[float, DraftStatement]] = []
    for rank, place in enumerate(evidence):
        for figure in figures(place.tables, query)[:3]:
            span = Span(figure.row.start, figure.row.end)
            statement = DraftStatement(_figure_text(figure), place, span, figure)
            score = figure.fit - RANK_COST * rank + (STATEMENT_WORTH if place.statement else 0.0)
            ranked.append((score, statement))
    return [statement for _score, statement in sorted(ranked, key=lambda pair: -pair[0])]


def _figure_text(figure: Figure) -> str:
    label = re.sub(r"\s+", " ", figure.row.label).strip()
    if figure.row.heading and len(label) < 12:
        label = f"{figure.row.heading}: {label}"
    period = f", {figure.period}" if figure.period else ""
    unit = " ".join(filter(None, (figure.unit if figure.unit != "%" else None, _scale_words(figure.scale))))
    text = f"{label}{period}: {figure.cell.text}{f' ({unit})' if unit else ''}."
    if not figure.also:
        return text
    others = "; ".join(f"{header}: {cell.text}" for header, cell in figure.also)
    return f"{text} Other columns bear the same period: {others}."


def _scale_words(scale: int) -> str:
    return f"in {SCALE_WORDS[scale]}" if scale in SCALE_WORDS else ""


def _distinct(statements: Sequence[DraftStatement]) -> list[DraftStatement]:
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for statement in statements:
        key = (statement.evidence.document.content, statement.evidence.page.number, statement.span.start)
        if key not in seen:
            seen.add(key)
            kept.append(statement)
    return kept


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
        scores.append(min(1.0, hit / total) / math.sqrt(length))
    return scores

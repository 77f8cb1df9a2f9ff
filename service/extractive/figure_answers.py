"""Figures read out of table rows: the row and period asked for, restated values, the most or least of several.

Knows nothing of models, HTTP or how pages were ranked.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.text.currency import scale_name
from ingest.text.dates import years_in
from ingest.text.stems import stems
from ingest.types import Span
from service.extractive.draft import DraftStatement, EvidencePage
from service.figures.comparison import choose
from service.figures.label_match import is_each_share
from service.figures.lookup import Figure, figures
from service.question.understand import Query

STATEMENT_WORTH = 0.15  # the primary statement is where a reported figure is best cited from
RANK_COST = 0.035  # what each rank of its page takes from a figure's fit
SAME_VALUE = 0.0005  # relative; below it two values differ by rounding only
MAX_YEARS = 4  # of those asked for that are answered, one by one
SHORT_LABEL = 12  # characters; a shorter label is told with the heading it stands under


def chosen_figure(query: Query, evidence: Sequence[EvidencePage]) -> DraftStatement | None:
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


def figure_statements(query: Query, evidence: Sequence[EvidencePage]) -> list[DraftStatement]:
    """The rows asked for, likeliest first, and where the same line has another value."""
    ranked = ranked_figures(query, evidence)
    chosen = by_year(query, ranked[:1], lambda asked: ranked_figures(asked, evidence))
    return [*chosen, *_restated(chosen[:1], ranked)]


def by_year(
    query: Query, best: Sequence[DraftStatement], ranked: Callable[[Query], list[DraftStatement]]
) -> list[DraftStatement]:
    """The likeliest row for each of several years asked for; values of one row are told together."""
    if len(query.years) < 2:
        return list(best)
    rows = (next(iter(ranked(replace(query, years=(year,)))), None) for year in query.years[:MAX_YEARS])
    return merge_by_row([row for row in rows if row is not None])


def merge_by_row(statements: Sequence[DraftStatement]) -> list[DraftStatement]:
    """Each row once, with all the values told of it: "Net income, 2023: 198; 2024: 210"."""
    found: dict[tuple[str, int, int], DraftStatement] = {}
    for statement in statements:
        known = found.setdefault(_place(statement), statement)
        told = statement.text.removeprefix(_label(statement)).lstrip(", ")
        if told not in known.text:
            found[_place(statement)] = replace(known, text=f"{known.text.rstrip('.')}; {told}")
    return list(found.values())


def _place(statement: DraftStatement) -> tuple[str, int, int]:
    return statement.evidence.document.content, statement.evidence.page.number, statement.span.start


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
    periods = {next(iter(years_in(figure.period or "")), None) for figure in (first.figure, other.figure)}
    labels = {" ".join(stems(figure.row.label)) for figure in (first.figure, other.figure)}
    return statements and not same_place and len(labels) == 1 and len(periods) == 1 and None not in periods


def _differ(first: Figure | None, other: Figure | None) -> bool:
    if first is None or other is None or first.amount is None or other.amount is None:
        return False
    return abs(first.amount - other.amount) > SAME_VALUE * max(abs(first.amount), 1.0)


def ranked_figures(query: Query, evidence: Sequence[EvidencePage]) -> list[DraftStatement]:
    """Every row of the evidence that may be meant, as a statement, likeliest first."""
    ranked: list[tuple[float, DraftStatement]] = []
    for rank, place in enumerate(evidence):
        for figure in figures(place.tables, query)[:3]:
            span = Span(figure.row.start, figure.row.end)
            statement = DraftStatement(_figure_text(figure), place, span, figure)
            score = figure.fit - RANK_COST * rank + (STATEMENT_WORTH if place.statement else 0.0)
            ranked.append((score, statement))
    return [statement for _score, statement in sorted(ranked, key=lambda pair: -pair[0])]


def _label(statement: DraftStatement) -> str:
    return _named(statement.figure) if statement.figure is not None else ""


def _named(figure: Figure) -> str:
    """What a row is called: its label, a short one with the heading above it."""
    label = re.sub(r"\s+", " ", figure.row.label).strip(" (:")
    under = len(label) < SHORT_LABEL or is_each_share(figure.row)
    return f"{figure.row.heading}: {label}" if figure.row.heading and under else label


def _figure_text(figure: Figure) -> str:
    label = _named(figure)
    period = f", {figure.period}" if figure.period else ""
    unit = " ".join(filter(None, (figure.unit if figure.unit != "%" else None, scale_words(figure.scale))))
    text = f"{label}{period}: {figure.cell.text}{f' ({unit})' if unit else ''}."
    if not figure.also:
        return text
    others = "; ".join(f"{header}: {cell.text}" for header, cell in figure.also)
    return f"{text} Other columns bear the same period: {others}."


def scale_words(scale: int | None) -> str:
    """A scale as it is said after a unit, such as "in thousands"; empty for plain amounts and where none is said."""
    return f"in {scale_name(scale)}" if scale is not None and scale > 1 else ""


def distinct(statements: Sequence[DraftStatement]) -> list[DraftStatement]:
    """Each row once."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for statement in statements:
        key = _place(statement)
        if key not in seen:
            seen.add(key)
            kept.append(statement)
    return kept

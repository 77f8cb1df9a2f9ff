"""Figures read out of table rows: the row and period asked for, restated values, the most or least of several.

Knows nothing of models, HTTP or how pages were ranked.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.text.currency import scale_name
from ingest.text.dates import years_in
from ingest.text.stems import stems
from ingest.types import Span
from service.extractive.cells import OTHER_PERIOD, CellCandidate, cell_candidates
from service.extractive.draft import DraftStatement, EvidencePage
from service.figures.comparison import choose
from service.figures.label_match import is_each_share
from service.figures.lookup import Figure, figure_at
from service.question.asked import Asked, read_asked
from service.question.asked_period import AskedPeriod, without_periods
from service.question.understand import Query
from service.scoring.scorer import scorer

RANK_COST = 0.035  # what each rank of its page takes from a comparison's fit
MIN_OPERAND = 0.5  # confidence of a cell that may be an operand
SAME_VALUE = 0.0005  # relative; below it two values differ by rounding only
MAX_YEARS = 4  # of those asked for that are answered, one by one
MAX_PERIODS = 6  # of those asked for that are answered, one by one
NEAR_LIKELIEST = 0.4  # share of the likeliest cell's confidence a cell on the primary statement must have
MAX_RANKED = 12  # cells that are told apart further
MAX_SHOWN = 6  # periods named where the one asked for is not shown
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
    """The likeliest cell for each period asked for, with its confidence; values of one row are told together."""
    asked = read_asked(query, filers(evidence))
    periods = asked.periods[:MAX_PERIODS] or (None,)
    chosen: list[DraftStatement] = []
    others: list[DraftStatement] = []
    for period in periods:
        ranked = ranked_cells(asked, evidence, period)
        if not ranked:
            continue
        if not chosen:
            others = _restated(ranked[:1], [each for each in ranked if (each.confidence or 0.0) >= MIN_OPERAND])
        same_row = next((each for each in ranked if chosen and row_place(each) == row_place(chosen[0])), ranked[0])
        chosen.append(same_row)
    return [*merge_by_row(chosen), *others]


def ranked_figures(query: Query, evidence: Sequence[EvidencePage]) -> list[DraftStatement]:
    """The cells that may be meant, for the first period asked for, likeliest first, each with its confidence."""
    asked = read_asked(query, filers(evidence))
    return ranked_cells(asked, evidence, asked.periods[0] if asked.periods else None)


def sure_figures(query: Query, evidence: Sequence[EvidencePage]) -> list[DraftStatement]:
    """Of those the ones sure enough to be told, or to be worked with."""
    return [each for each in ranked_figures(query, evidence) if (each.confidence or 0.0) >= MIN_OPERAND]


def ranked_cells(asked: Asked, evidence: Sequence[EvidencePage], period: AskedPeriod | None) -> list[DraftStatement]:
    """Candidates without a veto, likeliest first."""
    found = [each for each in cell_candidates(asked, evidence, period) if not each.vetoes]
    fitted = scorer("cells")
    scores = fitted.log_odds([each.features for each in found])
    ranked = sorted(zip(scores, found, strict=True), key=lambda pair: -pair[0])[:MAX_RANKED]
    return _best_cited([_statement(each, asked, fitted.confidence(score)) for score, each in ranked])


def _best_cited(ranked: list[DraftStatement]) -> list[DraftStatement]:
    """Of several places that show the likeliest value for the same words, the primary statement is cited."""
    for each in ranked[1:]:
        alike = each.figure is not None and ranked[0].figure is not None and not _differ(each.figure, ranked[0].figure)
        surer = (each.confidence or 0.0) >= NEAR_LIKELIEST * (ranked[0].confidence or 0.0)
        if alike and surer and each.evidence.statement and not ranked[0].evidence.statement:
            told = replace(each, confidence=ranked[0].confidence)
            return [told, *(other for other in ranked if other is not each)]
    return ranked


def other_periods(query: Query, evidence: Sequence[EvidencePage]) -> str | None:
    """Where the line item is there, but in no column of the period asked for: which periods are shown; else None."""
    asked = read_asked(query, filers(evidence))
    if not asked.periods:
        return None
    found = [each for each in cell_candidates(asked, evidence, asked.periods[0]) if each.vetoes == (OTHER_PERIOD,)]
    fitted = scorer("cells")
    scores = fitted.log_odds([each.features for each in found])
    likely = [each for score, each in zip(scores, found, strict=True) if fitted.confidence(score) >= fitted.threshold]
    shown = sorted({each.column.period for each in likely if each.column is not None and each.column.period})
    return f"the row shows {', '.join(shown[:MAX_SHOWN])} and not the period asked for" if shown else None


def filers(evidence: Sequence[EvidencePage]) -> str:
    """What is known of those the documents of the evidence are about."""
    return " ".join(dict.fromkeys(place.about.filer for place in evidence))


def _statement(each: CellCandidate, asked: Asked, confidence: float) -> DraftStatement:
    figure = figure_at(each.table, each.row, each.cell)
    said = frozenset(stems(each.row.label))
    over = (each.row.heading, without_periods(each.column.header).strip() if each.column else "")
    segment = next((text for text in over if asked.names & frozenset(stems(text)) - said), None)
    text = _figure_text(figure, segment)
    return DraftStatement(text, each.place, Span(each.row.start, each.row.end), figure, confidence, segment)


def merge_by_row(statements: Sequence[DraftStatement]) -> list[DraftStatement]:
    """Each row once, with all the values told of it: "Net income, 2023: 198; 2024: 210"."""
    found: dict[tuple[str, int, int], DraftStatement] = {}
    for statement in statements:
        known = found.setdefault(row_place(statement), statement)
        told = statement.text.removeprefix(_label(statement)).lstrip(", ")
        if told not in known.text:
            found[row_place(statement)] = replace(known, text=f"{known.text.rstrip('.')}; {told}")
    return list(found.values())


def row_place(statement: DraftStatement) -> tuple[str, int, int]:
    """Where a quoted row stands: content, page, offset."""
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


def _label(statement: DraftStatement) -> str:
    return _named(statement.figure, statement.segment) if statement.figure is not None else ""


def _named(figure: Figure, segment: str | None) -> str:
    """What a row is called: its label, with the segment asked for, and a short one with the heading above it."""
    label = re.sub(r"\s+", " ", figure.row.label).strip(" (:")
    if segment and segment.lower() not in label.lower():
        return f"{segment}: {label}"
    under = len(label) < SHORT_LABEL or is_each_share(figure.row)
    return f"{figure.row.heading}: {label}" if figure.row.heading and under else label


def _figure_text(figure: Figure, segment: str | None = None) -> str:
    label = _named(figure, segment)
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
        key = row_place(statement)
        if key not in seen:
            seen.add(key)
            kept.append(statement)
    return kept

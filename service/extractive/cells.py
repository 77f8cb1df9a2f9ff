"""Cells of tables as candidates for an answer: every row of the evidence whose words are those asked for.

Proposes and describes; nothing is decided here. Each candidate carries features between 0 and 1 (service/scoring) and,
where something contradicts it outright, a veto in words. Knows nothing of models or of how pages were ranked.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.table_types import Cell, CellKind, Column, Row, Table
from service.extractive.draft import EvidencePage
from service.figures.calendar import FiscalCalendar, PeriodMatch, match_period
from service.question.asked import Asked
from service.question.asked_period import DATE, AskedPeriod, asked_periods
from service.scoring.cell_features import (
    SEGMENT_TALK,
    RowWords,
    column_stems,
    kind_agrees,
    label_stems,
    period_features,
    row_fit,
    share,
    statement_title,
    word_features,
)

OTHER_PERIOD = "other period"
MIN_RECALL = 0.34  # share of the words asked for that a row with all that stands over it must say
MIN_ALIKE = 0.5  # of the label's words a row must say to corroborate another
CAPTION = 220  # characters of a caption that are read
CHANGE = re.compile(r"\b(?:change|growth|increase|decrease|variance|vs\.?|versus)\b|%\s*(?:chg|change)", re.I)


@dataclass(frozen=True)
class CellCandidate:
    """A cell with the row, column and page it stands on, how it fits what is asked, and what contradicts it."""

    place: EvidencePage
    table: Table
    row: Row
    cell: Cell
    column: Column | None
    period: AskedPeriod | None
    features: Mapping[str, float]
    vetoes: tuple[str, ...] = ()

    @property
    def amount(self) -> float | None:
        """The value in full units, as far as the page says its scale; None without a number."""
        if self.cell.kind is not CellKind.NUMBER or self.cell.value is None:
            return None
        return float(self.cell.value) * (1 if self.cell.unit == "%" else self.cell.scale or 1)


def cell_candidates(asked: Asked, evidence: Sequence[EvidencePage], period: AskedPeriod | None) -> list[CellCandidate]:
    """Cells that may be what is asked for in one period (None: no period was named), in no order that matters."""
    found = [
        candidate
        for rank, place in enumerate(evidence)
        for table in place.tables
        for row in table.rows
        if _may_be_meant(asked, table, row)
        for candidate in _of_row(asked, (rank, place), table, row, period)
    ]
    return _corroborated(found)


def _may_be_meant(asked: Asked, table: Table, row: Row) -> bool:
    """A first look: whether enough of what is asked stands in the row or anywhere over it."""
    over = frozenset().union(*(column_stems(column.header) for column in table.columns))
    said = label_stems(row.label) | label_stems(row.heading)
    whole = said | over | label_stems(table.caption[-CAPTION:])
    return bool(said) and max(share(wording.stems, whole) for wording in asked.wordings) >= MIN_RECALL


def _of_row(
    asked: Asked, ranked: tuple[int, EvidencePage], table: Table, row: Row, period: AskedPeriod | None
) -> Iterator[CellCandidate]:
    rank, place = ranked
    newest = max((column.end or column.period or "" for column in table.columns), default="")
    for position, cell in enumerate(row.cells):
        column = table.columns[cell.column] if 0 <= cell.column < len(table.columns) else None
        match = _match(period, row, column, place.about.calendar)
        words = RowWords(
            label_stems(row.label),
            label_stems(row.heading),
            column_stems(column.header) if column else frozenset(),
            label_stems(table.caption[-CAPTION:]),
        )
        fit = row_fit(asked, words)
        if fit.row_recall < MIN_RECALL and fit.context_recall < 1.0:
            continue
        features = {
            **word_features(asked, fit, row, words, column),
            **period_features(period, match, column, newest, position),
            **_page_features(asked, rank, place, table, row),
            "kind_agrees": kind_agrees(asked.wanted, cell, row, column),
            "scale_known": float(cell.scale is not None),
        }
        yield CellCandidate(place, table, row, cell, column, period, features, _vetoes(asked, cell, column, match))


def _page_features(asked: Asked, rank: int, place: EvidencePage, table: Table, row: Row) -> dict[str, float]:
    talk = SEGMENT_TALK.search(f"{table.caption[-CAPTION:]} {row.heading}")
    return {
        "primary_statement": max(float(place.statement), statement_title(place.page.text)),
        "no_segment_talk": 1.0 if asked.names else float(talk is None),
        "page_score": place.score,
        "first_page": 1.0 / (1 + rank),
    }


def _match(period: AskedPeriod | None, row: Row, column: Column | None, calendar: FiscalCalendar) -> PeriodMatch:
    """By the date a row's own label bears ("Goodwill at March 31, 2025"), else by the column."""
    if period is None:
        return PeriodMatch.UNSTATED
    dated = [asked for asked in asked_periods(row.label) if asked.end is not None] if DATE.search(row.label) else []
    if dated and dated[-1].end is not None:
        at = Column("", str(dated[-1].end.year), 0.0, 0.0, end=dated[-1].end.isoformat())
        return match_period(period, at, calendar)
    return match_period(period, column, calendar) if column is not None else PeriodMatch.UNSTATED


def _vetoes(asked: Asked, cell: Cell, column: Column | None, match: PeriodMatch) -> tuple[str, ...]:
    found = []
    if match is PeriodMatch.OTHER:
        found.append(OTHER_PERIOD)
    if cell.kind is not CellKind.NUMBER:
        found.append(f"the cell is {cell.kind.replace('_', ' ')}")
    if column is not None and CHANGE.search(column.header) and not CHANGE.search(asked.text):
        found.append("a column of changes")
    return tuple(found)


def _corroborated(found: Sequence[CellCandidate]) -> list[CellCandidate]:
    """With how many other tables show the same value for the same words and period."""
    tables: dict[float, set[tuple[int, int]]] = defaultdict(set)
    for each in found:
        if each.amount is not None and not each.vetoes and each.features["label_recall"] >= MIN_ALIKE:
            tables[abs(each.amount)].add((each.place.page.number, each.table.start))

    def worth(amount: float | None) -> float:
        shown = tables.get(abs(amount), set()) if amount is not None else set()
        return min(1.0, (len(shown) - 1) / 2) if shown else 0.0

    return [replace(each, features={**each.features, "corroborated": worth(each.amount)}) for each in found]

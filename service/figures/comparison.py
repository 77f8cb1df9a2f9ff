"""Chooses one of several by size: the segment with the least revenue, the instrument with the highest notional value.

What is chosen among stands either side by side in the columns of one row, one below the other in the rows of a table
that is about what is asked, or on the rows of the line items a question names. Knows nothing of pages or documents.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.table_types import Cell, Column, Row, Table
from ingest.text.dates import ORDINAL, QUARTER_SPAN, YEAR
from ingest.text.stems import stems
from service.figures.label_match import label_fit
from service.figures.lookup import MIN_LABEL, Figure, figure_at, figures
from service.question.periods import without_period
from service.question.superlatives import PERIOD_KINDS
from service.question.understand import Query

MEASURED, KIND, OWN = 0.4, 0.3, 0.2  # worth of speaking of what is chosen by, chosen among, and of the whole question
MIN_TABLE = 0.34  # worth of a table before its rows are compared
MIN_CHOICES = 2
WHOLE = re.compile(r"\b(?:total|totals|subtotal|consolidated|eliminations?|worldwide|reconciling)\b", re.I)
CHANGE = re.compile(r"%|\b(?:change|growth|increase|decrease|variance|organic)\b", re.I)

# chosen among quarters or years, it is columns of periods that are compared
PERIOD_COLUMN = re.compile(rf"\b(?:[1-4](?:st|nd|rd|th)|{ORDINAL}|Q[1-4]|quarter|{YEAR})\b", re.I)
NO_QUARTER = re.compile(rf"{CHANGE.pattern}|\b(?:12|twelve|nine|six)\s+months\b|\btotal\b", re.I)


@dataclass(frozen=True)
class Chosen:
    """The figure that won, what it was called, among how many, and how well they are what the question compares."""

    figure: Figure
    name: str
    among: int
    fit: float


def choose(tables: Sequence[Table], query: Query) -> Chosen | None:
    """The most or least of what one page's tables show side by side; None when nothing there can be compared."""
    if query.choice is None:
        return None
    found = (*_of_items(tables, query), *_of_columns(tables, query), *_of_rows(tables, query))
    return max(found, key=lambda chosen: chosen.fit, default=None)


def _of_items(tables: Sequence[Table], query: Query) -> Iterator[Chosen]:
    """Line items the question names beside one another, each by its best row.

    What they are compared by may name an item, too ("the most cash flow"): those of the statement most of them are on
    are the ones meant.
    """
    statement = Counter(item.statement for item in query.items).most_common(1)[0][0] if query.items else ""
    items = [item for item in query.items if item.statement == statement]
    best: dict[str, Figure] = {}
    for item in items:
        for figure in figures(tables, query.about(item))[:1]:
            best.setdefault(figure.row.label, figure)
    yield from _extreme([(figure.row.label, figure) for figure in best.values()], query, 1.0, len(items))


def _of_columns(tables: Sequence[Table], query: Query) -> Iterator[Chosen]:
    """One row whose columns bear the names of segments, regions or levels; the same row of other tables with it."""
    alike: dict[str, list[tuple[str, Figure]]] = {}
    fits: dict[str, float] = {}
    for table in tables:
        for row in table.rows:
            fit = label_fit(row, query)
            if fit < MIN_LABEL:
                continue
            key = " ".join(stems(row.label))
            fits[key] = max(fit, fits.get(key, 0.0))
            alike.setdefault(key, []).extend(_named_cells(table, row, query))
    for key, cells in alike.items():
        yield from _extreme(cells, query, fits[key])


def _named_cells(table: Table, row: Row, query: Query) -> Iterator[tuple[str, Figure]]:
    among_periods = query.choice is not None and not PERIOD_KINDS.isdisjoint(query.choice.kind)
    for cell in row.cells:
        column = _column(table, cell)
        if column is not None and among_periods:
            if PERIOD_COLUMN.search(column.header) and not NO_QUARTER.search(column.header):
                yield column.header, figure_at(table, row, cell)
            continue
        name = without_period(column.header) if column is not None else ""
        if column is not None and name and _asked_period(column, query) and not CHANGE.search(name):
            yield name, figure_at(table, row, cell)


def _of_rows(tables: Sequence[Table], query: Query) -> Iterator[Chosen]:
    """The rows of a table that is about what is asked, by the column asked for."""
    wanted = set(stems(" ".join((*query.words, *(term for term, _weight in query.terms)))))
    for table in tables:
        if any(label_fit(row, query) >= MIN_LABEL for row in table.rows if query.items):
            continue  # its rows are what is measured, not what is chosen among
        fit = _about(table, query)
        column = _best_column(table, query, wanted)
        if fit < MIN_TABLE or column is None:
            continue
        cells = ((row, cell) for row in table.rows for cell in row.cells if cell.column == column)
        yield from _extreme([(row.label, figure_at(table, row, cell)) for row, cell in cells], query, fit)


def _about(table: Table, query: Query) -> float:
    """How much of what is compared, and of the whole question, a table's caption and headings speak of."""
    words = " ".join(
        (table.caption, *(column.header for column in table.columns), *(row.heading for row in table.rows))
    )
    about = set(stems(words)) | (set(stems("growth grew change increase")) if CHANGE.search(words) else set())
    if query.choice is None:
        return 0.0
    parts = ((MEASURED, query.choice.measured), (KIND, query.choice.kind), (OWN, query.words))
    shares = [(worth, set(stems(" ".join(part)))) for worth, part in parts]
    return sum(worth * len(part & about) / len(part) for worth, part in shares if part)


def _best_column(table: Table, query: Query, wanted: set[str]) -> int | None:
    """The column of the asked period whose words the question shares most; a change where a change is asked for."""
    best: tuple[float, int] | None = None
    for index, column in enumerate(table.columns):
        if not _asked_period(column, query):
            continue
        change = CHANGE.search(column.header) is not None
        worth = len(wanted & set(stems(column.header))) - 2.0 * (change != bool(query.choice and query.choice.change))
        if best is None or worth > best[0]:
            best = worth, index
    return best[1] if best else None


def _asked_period(column: Column, query: Query) -> bool:
    if query.years and column.period is not None and column.period not in map(str, query.years):
        return False
    return (
        query.quarter is None
        or QUARTER_SPAN.search(column.header) is not None
        or column.period is None
        or (re.search(r"six|nine|year|twelve", column.header, re.I) is None)
    )


def _column(table: Table, cell: Cell) -> Column | None:
    return table.columns[cell.column] if 0 <= cell.column < len(table.columns) else None


def _extreme(
    named: Sequence[tuple[str, Figure]], query: Query, fit: float, least: int = MIN_CHOICES
) -> Iterator[Chosen]:
    """The most or least of named figures, no shares among amounts; what sums others up is left out."""
    choices: dict[str, tuple[float, Figure]] = {}
    for name, figure in named:
        if figure.amount is not None and not WHOLE.search(name) and any(c.isdigit() for c in figure.cell.text):
            choices.setdefault(name, (figure.amount, figure))
    percent = [figure.unit == "%" for _amount, figure in choices.values()]  # often the first row alone bears the sign
    alike = {name: pair for name, pair in choices.items() if percent[0] or pair[1].unit != "%"}
    if len(alike) < max(least, MIN_CHOICES) or query.choice is None:
        return
    pick = max if query.choice.most else min
    name = pick(alike, key=lambda choice: alike[choice][0])
    yield Chosen(alike[name][1], name, len(alike), fit)

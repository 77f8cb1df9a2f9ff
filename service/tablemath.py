"""Finds the row of a table a question asks for, and the column of its period. Knows nothing of pages or documents."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ingest.types import Cell, Column, Row, Table
from service.periods import period_words
from service.understand import Query
from service.vocabulary_files import Item

DASH, NOT_THE_QUARTER, NOT_THE_YEAR, UNDATED = 0.3, 0.25, 0.2, 0.1  # how much these speak against a cell
QUARTER_WORDS = re.compile(r"\b(?:quarter|three months|thirteen weeks|1[23] weeks|Q[1-4])", re.I)
LONGER = re.compile(
    r"\b(?:six|nine|twelve|26|39|52|53|twenty-six|thirty-nine|fifty-two) (?:months|weeks)|years?\b", re.I
)
NAMED_COLUMN, WHOLE_COLUMN = 0.1, 0.05  # what speaks for a column: a word the question says, that it is the total
WHOLE = re.compile(r"\b(?:total|consolidated)\b", re.I)
VERBATIM = 1.1  # fit of a label that stands in the question word for word
NARROWED = 0.6  # worth of naming all the words that narrow the item down
LEAST_LABEL = 0.6  # how well a row's label must fit
FILLER = frozenset(
    ("the", "of", "and", "in", "to", "for", "from", "by", "on", "at", "a", "an", "net", "total", "its", "with")
)
# words without which a label means another line: they may not stand on one side alone
TURNING_WORDS = """not non other before after per deferred accumulated discontinued continuing comprehensive current
operating operations gross pretax noncontrolling prepaid accrued parent unconsolidated intangible equity derivative
proceeds gain disposal lease dividends capitalized rate"""
FLOWS = "purchases additions payments acquire expenditures capital spending outlays"  # of these, one must be there
ENDING_TURNS = "noncontrolling comprehensive discontinued equity payable receivable rate"  # the same, behind a label
SHORT_LABEL = 2  # words; a shorter label says too little without its heading
TURNED = 0.25
OWN_WORDS = 0.05  # worth of a label that says the question's own words
SHORTENED = 0.02  # what a label loses that fits only without its remarks
BEGINS = 0.9  # fit of a label that begins with a line item's and says more about it
COUNTS_SHARES = re.compile(
    r"\b(?:number of|average|outstanding|diluted|basic)\b[^.;:]*\bshares\b|\bshares outstanding\b", re.I
)
PER_SHARE = re.compile(r"\bper\b.*\bshares?\b", re.I)
RESULT = re.compile(r"\W*(?:consolidated )?net\b.{0,9}\b(?:income|earnings|loss)\b", re.I)
REMARK = re.compile(r"\s*[,—–(-]*\s*\b(?:net of|less|at cost|including|excluding|inclusive|notes?)\b.*$", re.I)
SUFFIXES = ("ments", "ment", "ings", "ing", "ies", "es", "ed", "s")


@dataclass(frozen=True)
class Figure:
    """A cell chosen as an answer, with its row, table and how well the label fits (0 to 1).

    `also` holds further cells of the row whose columns bear the same period, with their headers.
    """

    table: Table
    row: Row
    cell: Cell
    period: str | None
    fit: float
    unit: str | None
    scale: int
    also: tuple[tuple[str, Cell], ...] = ()

    @property
    def amount(self) -> float | None:
        """The value with its scale, None for a dash or what is no number."""
        try:
            return float(self.cell.value or "") * self.scale
        except ValueError:
            return None


def figures(tables: Iterable[Table], query: Query) -> list[Figure]:
    """Every row that fits the question with the cell of the asked period, best first."""
    found = []
    for table in tables:
        for row in table.rows:
            fit = label_fit(row, query)
            if fit < LEAST_LABEL or not row.cells:
                continue
            candidates = _cells(table, row, query)
            if candidates and candidates[0][1].value is not None:
                (_header, cell), *rest = candidates
                also = tuple((name, other) for name, other in rest if other.value not in (None, cell.value))
                found.append(replace(figure_at(table, row, cell), fit=fit - _doubt(table, cell, query), also=also))
    return sorted(found, key=lambda figure: -figure.fit)


def figure_at(table: Table, row: Row, cell: Cell) -> Figure:
    """A cell as a figure, with what its column is called, its unit and scale."""
    column = table.columns[cell.column] if 0 <= cell.column < len(table.columns) else None
    unit, scale = _unit(table, row, cell)
    return Figure(table, row, cell, _called(column, table) if column is not None else None, 0.0, unit, scale)


def _called(column: Column, table: Table) -> str | None:
    """A column by its period; by all that stands over it where others bear the same period."""
    alone = column.period is not None and sum(other.period == column.period for other in table.columns) == 1
    return (period_words(column.header) if alone else column.header) or None


def label_fit(row: Row, query: Query) -> float:
    """How well a row's label is what the question asks for: by the line item's labels, else by the own words."""
    label = stems(row.label)
    if not label:
        return 0.0
    if is_spoken(row, query):
        return VERBATIM + 0.01 * len(label)  # of two labels that stand in the question the longer one is meant
    own = stems(" ".join(query.words))
    if query.items:
        fit = max(*(_item_fit(item, row) for item in query.items), _narrowed_fit(label, query))
        return fit + OWN_WORDS * len(set(own) & set(label)) / max(1, len(own))
    return _overlap(own, label, row.label, " ".join(query.words)) if len(own) >= 2 else 0.0


def _item_fit(item: Item, row: Row) -> float:
    """How near a row is to one of the labels a line item goes by; the first of them are the likeliest.

    A label of a word or two ("Diluted") is read together with the heading it stands under.
    """
    short = len(stems(row.label)) < SHORT_LABEL and row.heading != row.label
    text = f"{row.heading} {row.label}" if short else row.label
    each_share = is_each_share(row)
    if each_share:
        text = row.heading
    if not set(stems(text)) & {stem for phrase in item.ask for stem in stems(phrase)}:
        return 0.0
    own = {} if each_share else {row.label: 0.0, REMARK.sub("", row.label): SHORTENED}
    forms = {**own, text: SHORTENED}
    best = 0.0
    for rank, name in enumerate(item.labels):
        wanted = stems(name)
        fits = [_overlap(wanted, stems(form), form, name) - cost for form, cost in forms.items() if stems(form)]
        if wanted and fits:
            begins = BEGINS if _begins(wanted, stems(row.label)) and not each_share else 0.0
            best = max(best, max(*fits, begins) - 0.01 * rank)
    return best


def is_each_share(row: Row) -> bool:
    """Whether a row is a result a share: "net income attributable to …" under "diluted earnings per share"."""
    return RESULT.match(row.label) is not None and PER_SHARE.search(row.heading) is not None


def _begins(wanted: Sequence[str], label: Sequence[str]) -> bool:
    """Whether a label begins with a line item's and only says more about it: "depreciation and amortization of …"."""
    rest = label[len(wanted) :]
    return len(wanted) > 1 and label[: len(wanted)] == wanted and not _ending_turns() & set(rest)


def is_spoken(row: Row, query: Query) -> bool:
    """Whether a row's whole label, of two words or more, stands in the question."""
    return len(stems(row.label)) >= 2 and _spoken(row.label) in _spoken(query.question)


def _spoken(text: str) -> str:
    plain = " ".join(re.findall(r"[a-z0-9]+", text.lower()))
    return f" {plain.replace('non gaap ', '')} "  # an adjusted figure is one that is not of GAAP


def _narrowed_fit(label: Sequence[str], query: Query) -> float:
    """A row named by nothing but the question's own words, one of them narrowing the item down, is what is meant."""
    qualifiers = set(stems(" ".join(query.qualifiers)))
    own = qualifiers | set(stems(" ".join(query.words)))
    shared = qualifiers & set(label)
    if not shared or not set(label) <= own:
        return 0.0
    return 0.8 + NARROWED * len(shared) / len(qualifiers)


def _reordered(wanted: Sequence[str], label: Sequence[str]) -> bool:
    """Whether a label is made of a name's words the other way round: "developed technology"."""
    return len(wanted) == len(label) == 2 and wanted[0] == label[1] and wanted[1] == label[0]


def _overlap(wanted: Sequence[str], label: Sequence[str], label_text: str, name: str) -> float:
    shared = len(set(wanted) & set(label))
    if shared == 0 or _reordered(wanted, label):
        return 0.0
    recall, precision = shared / len(set(wanted)), shared / len(set(label))
    score = 2 * recall * precision / (recall + precision)
    if set(wanted) & _flows() and not set(label) & _flows():
        score -= TURNED
    if turning_stems() & (set(wanted) ^ set(label)):
        score -= TURNED
    for mark in ("total", "net"):  # "net" and "total" tell rows of one name apart
        in_name, in_label = (re.search(rf"\b{mark}\b", text.lower()) is not None for text in (name, label_text))
        score += 0.03 if in_name and in_label else -0.03 if in_name != in_label else 0.0
    return score


@lru_cache(maxsize=32768)
def stems(text: str) -> tuple[str, ...]:
    """Content words cut to their stem, so that plural and tense do not matter; remembered, as labels come again."""
    words = re.findall(r"[a-z]+", text.lower().replace("&", " and ").replace("’", "'"))
    return tuple(stem(word) for word in words if word not in FILLER and len(word) > 1)


@cache
def _ending_turns() -> frozenset[str]:
    return frozenset(stems(ENDING_TURNS))


@cache
def _flows() -> frozenset[str]:
    return frozenset(stems(FLOWS))


@cache
def turning_stems() -> frozenset[str]:
    return frozenset(stems(TURNING_WORDS))


def stem(word: str) -> str:
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)].removesuffix("e")
    return word.removesuffix("e")


def _cells(table: Table, row: Row, query: Query) -> list[tuple[str, Cell]]:
    """The cells of the asked year with their headers, the likeliest first; without years, or columns of periods, the
    row's first cell or the one whose column the question names."""
    by_column = {cell.column: cell for cell in row.cells}
    dated = [(index, column) for index, column in enumerate(table.columns) if column.period]
    for year in query.years:
        bearing = [
            (column.header or str(year), by_column[index])
            for index, column in dated
            if column.period == str(year) and index in by_column
        ]
        if bearing:
            return sorted(bearing, key=lambda pair: _doubt(table, pair[1], query) - _named(pair[0], query))
    if query.years and dated:
        return []
    cells = [(table.columns[c.column].header if c.column < len(table.columns) else "", c) for c in row.cells]
    return sorted(cells, key=lambda pair: _doubt(table, pair[1], query) - _named(pair[0], query))[:1]


def _named(header: str, query: Query) -> float:
    """How many words of a column's name the question says; what sums the others up is meant where none is named."""
    shared = len(set(stems(header)) & set(stems(query.question)))
    return NAMED_COLUMN * shared + (WHOLE_COLUMN if WHOLE.search(header) else 0.0)


def _doubt(table: Table, cell: Cell, query: Query) -> float:
    """What speaks against a cell: a dash where a figure is asked for, a year's column where a quarter is, and a
    quarter's where a year is."""
    doubt = 0.0 if any(character.isdigit() for character in cell.text) else DASH
    header = table.columns[cell.column].header if cell.column < len(table.columns) else ""
    if query.quarter is not None:
        doubt += 0.0 if QUARTER_WORDS.search(f"{header} {table.caption}") else NOT_THE_QUARTER
        doubt += NOT_THE_QUARTER if LONGER.search(header) else 0.0
    elif query.years and QUARTER_WORDS.search(header):
        doubt += NOT_THE_YEAR
    if query.years and not any(column.period for column in table.columns):
        doubt += UNDATED
    return doubt


def _unit(table: Table, row: Row, cell: Cell) -> tuple[str | None, int]:
    if "%" in cell.text:
        return "%", 1
    label = f"{row.heading} {row.label}".lower()
    if "per share" in label or "per common" in label:
        return table.unit, 1
    named = label if len(stems(row.label)) < SHORT_LABEL else row.label
    if COUNTS_SHARES.search(named) and "$" not in cell.text:
        return "shares", table.scale
    return table.unit, table.scale

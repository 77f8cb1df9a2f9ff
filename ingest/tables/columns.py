"""Names columns by what is printed over them: words over one column or over several, and the period they stand for.

Knows nothing of rows or pages. A heading of several columns is told by its place: it stands over their middle.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.page_text.header_lines import SENTENCE_END
from ingest.table_types import Column
from ingest.tables.counts import column_counts
from ingest.tables.headers import SPAN_WORDS, Header, beside, extent, nearest_year
from ingest.tables.scales import scales_in, without_statement
from ingest.tables.units import ColumnUnits
from ingest.text.dates import PERIOD_WORDS
from ingest.types import Line, Mark

WORD = re.compile(r"\S+")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
SAME_RUN = 0.9  # of the line's height: words of one heading stand closer than this
OFF_MIDDLE = 24.0  # points by which the heading of several columns may stand beside their middle
FAR = 45.0  # points; a heading so far from every column names none
INDENT = 12.0  # points by which words over the first column begin right of the labels at least
LEFT_OF_COLUMNS = 40.0  # points; what begins so far left of the first column belongs to the labels
BESIDE = 40.0  # points by which the words over one column may reach beyond it
MAX_TITLE = 120  # characters
SENTENCE_BREAK = re.compile(r"(?<=[.!?])\s")
LETTERS = re.compile(r"[A-Za-z]{3}")
MAX_WORDS = 90  # characters of a column's name


@dataclass(frozen=True)
class Extent:
    """From where to where a column, or words over it, reach on the page, in points."""

    x0: float
    x1: float

    @property
    def middle(self) -> float:
        """The point halfway."""
        return (self.x0 + self.x1) / 2

    def distance(self, other: "Extent") -> float:
        """Points between two extents; zero when they overlap."""
        return max(0.0, self.x0 - other.x1, other.x0 - self.x1)


@dataclass(frozen=True)
class _Run:
    """Words that stand together on a line of the header."""

    text: str
    place: Extent
    start: int
    end: int


def columns_for(header: Header, places: Sequence[Extent], left: float = 0.0) -> tuple[Column, ...]:
    """One column per place, left to right, with the words and the year over it; labels of rows begin at `left`."""
    years, spans, names = header.years(), header.spans(), _names(header, places, left)
    by_order = len(years) == len(places)
    dated = any(YEAR.search(name) for column in names for name in column)
    spanned = any(SPAN_WORDS.search(name) for column in names for name in column)
    columns = []
    for index, place in enumerate(places):
        near = years[index] if by_order else None if dated else nearest_year(years, place.x1)
        said = [year for name in names[index] for year in YEAR.findall(name)]
        year = near[1] if near else said[-1] if said else None
        middle = (near[0].x0 + near[0].x1) / 2 if near else place.x1
        name = _joined(names[index], None if spanned else _over(spans, middle), year)
        columns.append(Column(name, year, near[0].x0 if near else place.x0, place.x1))
    return tuple(columns)


def _joined(names: Sequence[str], span: str | None, year: str | None) -> str:
    words = " ".join(dict.fromkeys(filter(None, names))).strip()
    if len(words) > MAX_WORDS:  # what stands nearest to the numbers says most
        words = words[-MAX_WORDS:].partition(" ")[2]
    if span:
        words = f"{span} {words}".strip()
    return f"{words} {year}".strip() if year and year not in words else words


def _names(header: Header, places: Sequence[Extent], left: float) -> list[list[str]]:
    """What each line of the header says over each column, from the top down."""
    names: list[list[str]] = [[] for _place in places]
    if not places:
        return names
    for pieces in _as_seen(header.lines):
        runs = [run for line, body in pieces if not SENTENCE_END.search(body) for run in _runs(line, body)]
        over = [run for run in runs if _is_over(run.place, places[0], left)]
        over.sort(key=lambda run: run.place.x0)
        for run, columns in zip(over, _columns_under(over, places), strict=True):
            for column in columns:
                names[column].append(without_statement(run.text))
    return names


def column_units(
    page: int, text: str, header: Header, places: Sequence[Extent], columns: Sequence[Column]
) -> list[ColumnUnits]:
    """What stands over each column of its numbers: "Options (thous.)" beside "Intrinsic value (millions)"."""
    found = [ColumnUnits(column_counts(column.header)) for column in columns]
    for line, body in header.lines if len(places) > 1 else ():
        for run in () if SENTENCE_END.search(body) else _runs(line, body):
            scales = scales_in(page, text, run.start, run.end)
            said = scales.shares if scales.money is None else scales.money
            column = _alone_over(run, places) if said is not None else None
            if column is not None:
                found[column] = replace(found[column], scales=replace(scales, money=said, shares=said))
    return found


def title(header: Header, places: Sequence[Extent], above: str) -> str:
    """The title of a table: the lowest line over its labels that is no period or scale, else the sentence above it."""
    for line, body in reversed(header.lines):
        plain = without_statement(body).strip(" :")
        over_labels = not places or line.x0 < places[0].x0 - LEFT_OF_COLUMNS
        if over_labels and LETTERS.search(PERIOD_WORDS.sub(" ", plain)) and len(plain) <= MAX_TITLE:
            return " ".join(plain.split())
    sentence = " ".join(SENTENCE_BREAK.split(above.rstrip())[-1].split())
    return without_statement(sentence).strip(" :") if above.rstrip().endswith(":") else ""


def _alone_over(run: _Run, places: Sequence[Extent]) -> int | None:
    """The one column words stand over, if they reach little beyond it."""
    touched = [index for index, place in enumerate(places) if run.place.distance(place) == 0.0]
    if len(touched) != 1:
        return None
    place = places[touched[0]]
    return touched[0] if run.place.x0 > place.x0 - BESIDE and run.place.x1 < place.x1 + BESIDE else None


def _is_over(place: Extent, first: Extent, left: float) -> bool:
    """Whether words stand over columns, not over the labels left of them, which begin at `left`."""
    return place.x0 > first.x0 - LEFT_OF_COLUMNS or (place.x1 > first.x0 and place.x0 > left + INDENT)


def _as_seen(lines: Sequence[tuple[Line, str]]) -> list[list[tuple[Line, str]]]:
    """The lines of a header with pieces at one height put together."""
    rows: list[list[tuple[Line, str]]] = []
    for line, body in lines:
        row = next((row for row in rows if beside(row[0][0], line)), None)
        if row is None:
            rows.append([(line, body)])
        else:
            row.append((line, body))
    return sorted(rows, key=lambda row: row[0][0].y0)


def _runs(line: Line, body: str) -> list[_Run]:
    height = max(line.y1 - line.y0, 1.0)
    runs: list[_Run] = []
    for match in WORD.finditer(body):
        place = Extent(*extent(line, line.start + match.start(), line.start + match.end()))
        years = YEAR.fullmatch(match.group()) and runs and YEAR.fullmatch(runs[-1].text)
        if runs and place.x0 - runs[-1].place.x1 < SAME_RUN * height and not years:
            last = runs.pop()
            text = f"{last.text} {match.group()}"
            runs.append(_Run(text, Extent(last.place.x0, place.x1), last.start, line.start + match.end()))
        else:
            runs.append(_Run(match.group(), place, line.start + match.start(), line.start + match.end()))
    return runs


def _columns_under(runs: Sequence[_Run], places: Sequence[Extent]) -> list[list[int]]:
    """The columns each run of a line names: one each, the groups it stands in the middle of, or those it touches."""
    if len(runs) == len(places):
        return [[index] for index in range(len(places))]
    if len(runs) == 1 and _heads_all(runs[0], places):
        return [list(range(len(places)))]
    if 1 < len(runs) < len(places):
        groups = _groups(runs, places)
        if _even(groups) and all(_in_the_middle(run, group, places) for run, group in zip(runs, groups, strict=True)):
            return groups
    return [_touched(run, places) for run in runs]


def _heads_all(run: _Run, places: Sequence[Extent]) -> bool:
    """Whether one run heads every column; in the middle of an odd number it may as well name the column there."""
    alone = len(places) % 2 == 1 and len(_touched(run, places)) == 1 and SPAN_WORDS.search(run.text) is None
    return not alone and _in_the_middle(run, range(len(places)), places)


def _in_the_middle(run: _Run, group: Sequence[int], places: Sequence[Extent]) -> bool:
    middle = Extent(places[group[0]].x0, places[group[-1]].x1).middle
    at_edge = len(group) > 2 and _touched(run, places) in ([group[0]], [group[-1]])
    return not at_edge and abs(middle - run.place.middle) <= OFF_MIDDLE


def _even(groups: Sequence[Sequence[int]]) -> bool:
    """Whether groups are of about one size, as those of a heading line are; a column alone may be a total."""
    sizes = [len(group) for group in groups if len(group) > 1]
    return len(sizes) > 1 and max(sizes) - min(sizes) <= 1


def _groups(runs: Sequence[_Run], places: Sequence[Extent]) -> list[list[int]]:
    """Neighbouring columns shared out among fewer runs so that each run stands as near its group's middle as can be."""
    count = len(places)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]  # for each run: columns used so far -> (miss, from)
    for number, run in enumerate(runs, 1):
        chances: dict[int, tuple[float, int]] = {}
        for end in range(number, count - (len(runs) - number) + 1):
            chances[end] = min(
                (miss + abs(Extent(places[begin].x0, places[end - 1].x1).middle - run.place.middle), begin)
                for begin, (miss, _before) in best[-1].items()
                if begin < end
            )
        best.append(chances)
    groups, end = [], count
    for chances in reversed(best[1:]):
        begin = chances[end][1]
        groups.append(list(range(begin, end)))
        end = begin
    return groups[::-1]


def _touched(run: _Run, places: Sequence[Extent]) -> list[int]:
    touched = [index for index, place in enumerate(places) if run.place.distance(place) == 0.0]
    if touched:
        return touched
    nearest = min(range(len(places)), key=lambda index: run.place.distance(places[index]))
    return [nearest] if run.place.distance(places[nearest]) < FAR else []


def _over(spans: Sequence[tuple[Mark, str]], x: float) -> str | None:
    if len(spans) <= 1:
        return spans[0][1] if spans else None
    return min(spans, key=lambda span: abs((span[0].x0 + span[0].x1) / 2 - x))[1]

"""The lines above a table: caption, years and spans of months in them. Knows nothing of rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.page_text.header_lines import SENTENCE_END
from ingest.text.dates import MONTH
from ingest.types import Line, Mark

MAX_HEADER_LINES = 8
MAX_HEADER = 130  # characters
MIN_SENTENCE = 25  # characters; a shorter line that ends in a stop may abbreviate
MAX_PIECES = 40  # a line of a header may come in as many pieces as it heads columns
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
DATE = re.compile(rf"\b{MONTH}\s+\d{{1,2}},?(?:\s+((?:19|20)\d\d))?", re.I)
SPAN_WORDS = re.compile(
    r"\b(three|six|nine|twelve|thirteen|twenty-six|thirty-nine|fifty-two|fifty-three|1[23]|26|39|5[23]|[369])"
    r"[\s-]+(months?|weeks?)\b|\b(first|second|third|fourth)\s+quarter\b|\b(?:fiscal\s+)?years?\s+ended\b"
    r"|\bquarters?\s+ended\b|\byear[\s-]to[\s-]date\b|\bQ[1-4]\b",
    re.I,
)
SCALE_WORD = re.compile(r"\b(?:thousands|millions|billions)\b", re.I)


@dataclass(frozen=True)
class Header:
    """The lines above a table's first row that belong to it."""

    caption: str
    lines: tuple[tuple[Line, str], ...]
    start: int | None

    @classmethod
    def above(cls, text: str, lines: Sequence[Line], first: int, floor: int = 0) -> "Header":
        """Collect upward from row `first` until prose, the table before (it ends at `floor`) or the page's top."""
        taken: list[tuple[Line, str]] = []
        heights: list[Line] = []
        for line in reversed(lines[max(floor, first - MAX_PIECES) : first]):
            body = text[line.start : line.end]
            if not any(beside(known, line) for known in heights):
                heights.append(line)
            prose = len(body) > MAX_HEADER or (len(body) > MIN_SENTENCE and SENTENCE_END.search(body))
            if prose or len(heights) > MAX_HEADER_LINES:
                break
            taken.insert(0, (line, body))
        caption = " ".join(body.strip() for _line, body in taken)
        return cls(re.sub(r"\s+", " ", caption), tuple(taken), taken[0][0].start if taken else None)

    def years(self) -> list[tuple[Mark, str]]:
        """Years that head columns, left to right: the lowest line first, higher lines fill what it leaves free."""
        found: list[tuple[Mark, str]] = []
        for line, body in reversed(self.lines):
            if len(body) > MIN_SENTENCE and body.rstrip().endswith(":"):
                continue  # a sentence that introduces the table heads no columns
            for match in YEAR.finditer(body):
                place = _mark(line, match)
                if all(place.x1 < mark.x0 or place.x0 > mark.x1 for mark, _year in found):
                    found.append((place, match.group()))
        return sorted(found, key=lambda year: year[0].x0)

    def has_year_over(self, edge: float) -> bool:
        """Whether a column with this right edge stands under a year."""
        return nearest_year(self.years(), edge) is not None

    @staticmethod
    def heads_columns(body: str) -> bool:
        """Whether a line speaks of columns or of the whole table: months, scale, or a remark in parentheses."""
        return bool(
            SPAN_WORDS.search(body) or DATE.search(body) or SCALE_WORD.search(body)
        ) or body.lstrip().startswith("(")

    def spans(self) -> list[tuple[Mark, str]]:
        """Phrases such as "Three Months Ended" that stand over one or more columns, with their extents."""
        for line, body in reversed(self.lines):
            found = [(_mark(line, match), match.group()) for match in SPAN_WORDS.finditer(body)]
            if found:
                return found
        return []


def beside(one: Line, other: Line) -> bool:
    """Whether two lines stand at the same height: pieces of one line as a reader sees it."""
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def nearest_year(years: Sequence[tuple[Mark, str]], edge: float) -> tuple[Mark, str] | None:
    """The year that heads the column with this right edge, if one stands near enough."""
    near = [year for year in years if year[0].x0 - 12 <= edge and edge - year[0].x1 <= 45]
    return min(near, key=lambda year: abs(year[0].x1 - edge), default=None)


def _mark(line: Line, match: "re.Match[str]") -> Mark:
    start, end = line.start + match.start(), line.start + match.end()
    return Mark(start, end, *extent(line, start, end))


def extent(line: Line, start: int, end: int) -> tuple[float, float]:
    """Where characters of a line's page begin and end on the page, from the words that are known, else by counting."""
    inside = [mark for mark in line.marks if mark.start < end and mark.end > start]
    if inside:
        return min(mark.x0 for mark in inside), max(mark.x1 for mark in inside)
    # no geometry for it: characters of one width stand in for it
    width = (line.x1 - line.x0) / max(line.end - line.start, 1)
    return line.x0 + (start - line.start) * width, line.x0 + (end - line.start) * width

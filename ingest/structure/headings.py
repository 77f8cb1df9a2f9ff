"""Finds what a filing's Items do not name: sub-headings, short titles alone above running text; signatures; exhibits.

Type tells most of it, but half the filings carry no font weights, so the shape of the line and the space above it
count too. Knows nothing of Items, notes or questions.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.structure.section_start import Start
from ingest.text.normalize import Level, normalize
from ingest.types import Line, RawPage

LEVEL = 4  # below parts (1), items (2), statements and notes (3)
LONGEST = 90  # characters
SMALL_WORDS = frozenset(re.findall(r"\w+", "a an and as at by for from in into of on or our the to under upon with"))
REPEATED = 4  # a title on this many pages is a running head
GAP = 0.45  # of a line's height: more white than this above a line sets it apart
NOT_A_HEADING = re.compile(
    r"\d{3,}|[$%]|\.{3,}|[.,;:]$|^(?:and|or|of|in|to|the following|total|less|net of|continued|page)\b"
    r"|table of contents|^(?:item|part|note)\s+\w+|in (?:millions|thousands|billions)|years? ended|months ended"
    r"|^(?:see|refer)\b|^\(|^/s/",
    re.I,
)
SIGNATURES = re.compile(r"^\s*signatures?\s*$", re.I)
EXHIBIT = re.compile(r"^\s*exhibit\s+(\d{1,3}(?:\.\d{1,3})?[A-Za-z]?)\s*$", re.I)
TOP_LINES = 4  # an exhibit's number stands this near the top of its first page
LOWER_START = re.compile(r"^[a-z]")


def find_headings(pages: Sequence[RawPage]) -> list[Start]:
    """Sub-headings in page order."""
    found = [(start, title) for page in pages for start, title in _on_page(page)]
    often = Counter(title.lower() for _start, title in found)
    return [start for start, title in found if often[title.lower()] < REPEATED]


def find_back_matter(pages: Sequence[RawPage]) -> Iterator[Start]:
    """Signature pages and exhibits bound into the filing, in page order."""
    for page in pages:
        for index, line in enumerate(page.lines):
            body = normalize(page.text[line.start : line.end], Level.TYPOGRAPHY)
            exhibit = EXHIBIT.match(body) if index < TOP_LINES else None
            if exhibit:
                yield Start(page.number, line.start, 2, "exhibit", f"Exhibit {exhibit.group(1)}", exhibit.group(1))
            elif SIGNATURES.match(body) and "pursuant to the requirements" in page.text.lower():
                yield Start(page.number, line.start, 3, "signatures", "Signatures", None, page.number)


def _on_page(page: RawPage) -> Iterator[tuple[Start, str]]:
    lines = page.lines
    if not lines:
        return
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    mostly_bold = sum(line.bold for line in lines) > 0.5 * len(lines)
    for index, line in enumerate(lines):
        title = normalize(page.text[line.start : line.end], Level.TYPOGRAPHY).strip()
        if not _is_title(title) or _figures(page, line) or line.x1 - line.x0 > 0.75 * width or index + 1 >= len(lines):
            continue
        following = lines[index + 1]
        apart = index > 0 and _is_apart(lines[index - 1], line)
        stands_out = (line.bold and not mostly_bold) or (apart and _runs_on(page, following, width))
        if stands_out and _figures(page, following) < 2:
            yield Start(page.number, line.start, LEVEL, "heading", title, None), title


def _figures(page: RawPage, line: Line) -> int:
    """How many numbers a line sets in columns; a scan's marks are all its words."""
    return sum(any(c.isdigit() for c in page.text[mark.start : mark.end]) for mark in line.marks)


def _is_title(text: str) -> bool:
    if not 4 <= len(text) <= LONGEST or LOWER_START.match(text) or NOT_A_HEADING.search(text):
        return False
    words = [word for word in re.findall(r"[^\W\d_]+(?:['’][a-z]+)?", text) if word.lower() not in SMALL_WORDS]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.6 * len(words)


def _is_apart(above: Line, line: Line) -> bool:
    return line.y0 - above.y1 > GAP * (line.y1 - line.y0)


def _runs_on(page: RawPage, line: Line, width: float) -> bool:
    """Whether a line is the first of a paragraph: it fills the column, or ends a sentence."""
    text = page.text[line.start : line.end].rstrip()
    return text[:1].isupper() and (line.x1 - line.x0 > 0.8 * width or text.endswith("."))

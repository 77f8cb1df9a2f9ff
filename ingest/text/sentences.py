"""Cuts page text into sentences and clauses that can be quoted whole. Knows nothing of questions or documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.table_types import Table
from ingest.text.scripts import CJK
from ingest.types import Page, Span

CLOSING = r"[\"”’')\]*†‡」』）]*"  # marks that may stand between a stop and the blank behind it
# how a sentence or an item may begin: a capital or figure, a signature, a box to tick, a small Roman number
OPENING = r"[\"“‘(\[]*(?:[A-ZÀ-Þ0-9•(\[*☐☒þ¨]|/s/|[ivx]{1,5}[.)]\s)"
END = re.compile(rf"[.;?!]{CLOSING}(?=\s+{OPENING}|\s*$)|[。！？]{CLOSING}")
BREAK = re.compile(rf"[.;:?!]{CLOSING}\s+(?={OPENING})")  # where a long text may be cut, behind a lead-in, too
QUESTION_END = re.compile(r"[.?;]\s+[A-Z]|[.?]\s*$|\n")
BEFORE_SENTENCE = re.compile(r"[.?!:;]\s*[\"“(]*$")  # what stands before a word that begins a sentence
ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|Nos?|Mrs?|Ms|Dr|Sr|Jr|St|vs?|U\.S|e\.g|i\.e|al|Secs?|Arts?|Exhs?|Ed|approx)|\b[A-Z])\.$"
)
ENUMERATED = re.compile(r"^\s*(?:\(?[a-z0-9ivx]{1,4}[.)]|•|[-–—])\s+")
SHORT_LINE = 0.62  # a line shorter than this share of the page's usual line ends its paragraph or is a heading
TITLE_CASE = 0.6  # share of capitalised words from which on a line without a stop is a title
MAX_SENTENCE = 900  # characters; a longer one is cut between two words
MIN_SENTENCE = 20
_CJK = re.compile(f"[{CJK}]")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a page with the heading it stands under."""

    page: Page
    span: Span
    heading: str

    @property
    def text(self) -> str:
        """The page's own text."""
        return self.page.text[self.span.start : self.span.end]


def sentences(page: Page, tables: list[Table]) -> Iterator[Sentence]:
    """Sentences of a page in order; lines inside tables are left out."""
    heading = ""
    for start, end in _paragraphs(page, tables):
        body = page.text[start:end]
        if _is_heading(body):
            heading = re.sub(r"\s+", " ", body).strip()
            continue
        for first, last in _split(body):
            span = Span(start + first, start + last)
            if _breadth(body[first:last]) >= MIN_SENTENCE and not _is_title(body[first:last]):
                yield Sentence(page, span, heading)


def _breadth(text: str) -> int:
    """Length in letters; a Chinese, Japanese or Korean character says as much as four."""
    return len(text) if text.isascii() else len(text) + 3 * len(_CJK.findall(text))


def _paragraphs(page: Page, tables: list[Table]) -> Iterator[tuple[int, int]]:
    rows = [(row.start, row.end) for table in tables for row in table.rows if len(row.cells) >= 2]
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\r\n]+", page.text)]
    usual = sorted(end - start for start, end in lines)[int(len(lines) * 0.8)] if lines else 0
    begin: int | None = None
    last = 0
    for index, (start, end) in enumerate(lines):
        if any(start < row_end and row_start < end for row_start, row_end in rows):
            if begin is not None:
                yield begin, last
            begin = None
            continue
        body = page.text[start:end].strip()
        gap = page.text[last:start].count("\n") > 1
        if begin is not None and (
            gap or _begins_new(page.text[begin:last], body, after_short=last_short(lines, index, usual))
        ):
            yield begin, last
            begin = None
        if body:
            begin = start if begin is None else begin
            last = end
    if begin is not None:
        yield begin, last


def last_short(lines: list[tuple[int, int]], index: int, usual: int) -> bool:
    """Whether the line before this one stops well before the margin."""
    if index == 0:
        return False
    start, end = lines[index - 1]
    return end - start < SHORT_LINE * usual


def _begins_new(before: str, line: str, *, after_short: bool) -> bool:
    if ENUMERATED.match(line):
        return True
    capital = line[:1].isupper() or line[:1] in '"“('
    if after_short and capital:
        return True
    return before.rstrip().endswith((".", ":")) and after_short


def _is_heading(body: str) -> bool:
    text = body.strip()
    return len(text) < 110 and not re.search(r"[.;:?!。！？]$", text) and "\n" not in text


def _is_title(piece: str) -> bool:
    """Whether words without a stop are a title over several lines: most of them are capitalised."""
    words = re.findall(r"[A-Za-z]{3,}", piece)
    capital = sum(word[0].isupper() for word in words)
    return bool(words) and not re.search(r"[.;:?!][\"”’)]*$", piece) and capital > TITLE_CASE * len(words)


def _split(body: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in END.finditer(body):
        if ABBREVIATION.search(body[start : match.end()]) and match.end() < len(body):
            continue
        yield from _trimmed(body, start, match.end())
        start = match.end()
    yield from _trimmed(body, start, len(body))


def _trimmed(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = body[start:end]
    first = start + len(piece) - len(piece.lstrip())
    last = start + len(piece.rstrip())
    if last - first > MAX_SENTENCE:
        gap = re.search(r"\s\S*$", body[first : first + MAX_SENTENCE + 1])
        last = first + (gap.start() if gap and gap.start() else MAX_SENTENCE)
    if last > first:
        yield first, last

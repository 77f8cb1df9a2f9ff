"""Answers from a document's own structure: headings of the section asked about, the opening of an agreement, as quotes.

"What are the main risk factors?" is answered with the headings inside Item 1A, as the filing sets them (bold, a
sentence each). Knows nothing of models.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from ingest.text.normalize import printed
from ingest.text.sentences import sentences
from ingest.types import Document, Line, Page, Section, Span
from service.extractive.about_document import AboutDocument
from service.extractive.draft import DraftStatement, EvidencePage
from service.question.understand import Intent, Query

RISKS = re.compile(r"\brisks?\b(?:\s+factors?)?", re.I)
RISK_SECTION = re.compile(r"\brisk\s+factors\b", re.I)
ASKS_SEVERAL = re.compile(r"\b(?:summar|main|key|principal|major|biggest|list|overview|what are)\w*\b", re.I)
FRAME_WORDS = re.compile(
    r"\b(?:risks?|factors?|main|key|principal|major|biggest|largest|most|important|significant|face[ds]?|facing|give|short|brief\w*"
    r"|can|could|please|summar\w*|describe\w*|overview|list|what|which|are|is|the|of|in|a|an|me|you|for|this|that|its|company"
    r"|filing|document|report|it|does|do|to|and|by|from|10-?k|annual)\b|[^\w\s]",
    re.I,
)
MAX_HEADINGS = 40
MAX_TOLD = 3600  # characters of all headings together
MIN_WORDS, MAX_HEADING = 6, 420  # words a risk's heading has at least, characters it has at most
MAX_PAGES = 30  # of the section that are read
LINE_GAP = 1.2  # of the line's height: lines of one heading stand closer
MIN_HEADINGS = 4
PER_PAGE = 2
TELLS_OF_RISK = re.compile(
    r"\b(?:could|may|might|can)\b.{0,120}\b(?:advers|harm|negativ|impact|affect|reduc|damag|suffer|disrupt|impair|hurt|fail)",
    re.I | re.S,
)


TITLE = re.compile(
    r"\b(?:agreement|contract|lease|licen[cs]e|indenture|deed|plan of merger|amendment|policy|terms)\b", re.I
)
BEGINS = re.compile(
    r"\b(?:this|the)\b[^.]{0,160}?\b(?:agreement|contract|lease|licen[cs]e|indenture|deed|amendment)\b[^.]{0,240}?"
    r"\b(?:between|among|dated|made|entered|effective|day of)\b",
    re.I,
)
OPENING_END = re.compile(r"(?<![A-Z])(?<!Inc)(?<!Corp)(?<!Ltd)(?<!Co)(?<!No)\.[\"”’)]*(?=\s|$)|:\s*$", re.M)
TITLE_LINES, MAX_TITLE = 40, 90  # lines above the opening among which a title is looked for, and its characters
MAX_OPENING = 1200  # characters


class DocumentPages(Protocol):
    """Reads pages of a document and what is known of it."""

    def about(self, document: Document) -> AboutDocument:
        """What is known of a document."""
        ...

    def page(self, document: Document, number: int) -> Page:
        """A page with its lines."""
        ...


def outline_statements(query: Query, evidence: Sequence[EvidencePage], pages: DocumentPages) -> list[DraftStatement]:
    """The headings of the risk factors where the risks as such are asked for; empty for any other question."""
    several = query.intent in (Intent.SUMMARY, Intent.LIST) or ASKS_SEVERAL.search(query.question) is not None
    if not several or not RISKS.search(query.question) or not _about_risks_as_such(query):
        return []
    for document in {place.document.content: place.document for place in evidence}.values():
        found = _headings(document, pages)
        if len(found) > 2:
            return _shortened(found)
    return []


def _about_risks_as_such(query: Query) -> bool:
    """Whether no risk in particular is asked for: nothing but names and words of the frame is left."""
    names = " ".join(query.names).lower()
    return not [
        word for word in FRAME_WORDS.sub(" ", query.question).split() if word.lower() not in names and len(word) > 1
    ]


def _shortened(found: Sequence[DraftStatement]) -> list[DraftStatement]:
    kept: list[DraftStatement] = []
    for statement in found[:MAX_HEADINGS]:
        if sum(len(each.text) for each in kept) + len(statement.text) > MAX_TOLD:
            break
        kept.append(statement)
    return kept


def _headings(document: Document, pages: DocumentPages) -> list[DraftStatement]:
    about = pages.about(document)
    sections = [each for each in about.outline if RISK_SECTION.search(each.title) and each.end_page > each.start_page]
    section = max(sections, key=lambda each: each.end_page - each.start_page, default=None)
    if section is None:
        return []
    numbers = range(section.start_page, min(section.end_page, section.start_page + MAX_PAGES - 1) + 1)
    read = [pages.page(document, number) for number in numbers]
    spans = [(page, span) for page in read for span in _bold_sentences(page, section)]
    if len(spans) < MIN_HEADINGS:  # headings set in another way: the first sentence on every page that tells of a risk
        spans = [(page, span) for page in read for span in _decisive_sentences(page, section)]
    return [_quoted(document, page, span, about) for page, span in spans]


def _quoted(document: Document, page: Page, span: Span, about: AboutDocument) -> DraftStatement:
    return DraftStatement(
        printed(page.text[span.start : span.end]), EvidencePage(document, page, (), about=about), span
    )


def _decisive_sentences(page: Page, section: Section) -> list[Span]:
    found = [
        sentence.span
        for sentence in sentences(page, [])
        if TELLS_OF_RISK.search(sentence.text)
        and len(sentence.text) <= MAX_HEADING
        and _inside(page, sentence.span, section)
    ]
    return found[:PER_PAGE]


def _inside(page: Page, span: Span, section: Section) -> bool:
    place = page.number, span.start
    return (section.start_page, section.start) <= place < (section.end_page, section.end)


def _bold_sentences(page: Page, section: Section) -> Iterator[Span]:
    """Runs of bold lines that make a sentence, inside the section."""
    for run in _bold_runs(page):
        span = Span(run[0].start, run[-1].end)
        text = page.text[span.start : span.end].strip()
        long_enough = len(text.split()) >= MIN_WORDS and len(text) <= MAX_HEADING
        if long_enough and not text.isupper() and _inside(page, span, section):
            yield span


def _bold_runs(page: Page) -> list[list[Line]]:
    """Bold lines that follow one another closely."""
    runs: list[list[Line]] = []
    last: Line | None = None
    for line in page.lines:
        if line.bold and last is not None and last.bold and line.y0 - last.y1 < LINE_GAP * (last.y1 - last.y0):
            runs[-1].append(line)
        elif line.bold:
            runs.append([line])
        last = line
    return runs


def opening_statement(query: Query, evidence: Sequence[EvidencePage]) -> DraftStatement | None:
    """The opening of an agreement where its parties, date or name are asked for."""
    for place in evidence if query.at_start else ():
        span = opening(place.page) if place.beginning else None
        if span is not None:
            return DraftStatement(printed(place.page.text[span.start : span.end]), place, span)
    return None


def opening(page: Page) -> Span | None:
    """From the title to the end of the sentence that names date and parties; None on a page where none opens."""
    begins = BEGINS.search(page.text)
    if begins is None:
        return None
    start = _title_start(page.text, begins.start())
    end = OPENING_END.search(page.text, begins.end())
    last = min(end.end() if end else len(page.text), start + MAX_OPENING)
    return Span(start, start + len(page.text[start:last].rstrip()))


def _title_start(text: str, begins: int) -> int:
    """Where the title above the opening begins; the opening itself where none stands near."""
    lines = list(re.finditer(r"[^\r\n]+", text[:begins]))[-TITLE_LINES:]
    for line in lines:
        body = line.group().strip()
        if TITLE.search(body) and len(body) <= MAX_TITLE and not re.search(r"[.;,]$", body):
            return line.start() + len(line.group()) - len(line.group().lstrip())
    return begins

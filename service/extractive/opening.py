"""The opening of an agreement as one quote: its title, its date and its parties. Knows no question and no document."""

import re

from ingest.types import Page, Span

TITLE = re.compile(
    r"\b(?:agreement|contract|lease|licen[cs]e|indenture|deed|plan of merger|amendment|policy|terms)\b", re.I
)
BEGINS = re.compile(
    r"\b(?:this|the)\b[^.]{0,160}?\b(?:agreement|contract|lease|licen[cs]e|indenture|deed|amendment)\b[^.]{0,240}?"
    r"\b(?:between|among|dated|made|entered|effective|day of)\b",
    re.I,
)
END = re.compile(r"(?<![A-Z])(?<!Inc)(?<!Corp)(?<!Ltd)(?<!Co)(?<!No)\.[\"”’)]*(?=\s|$)|:\s*$", re.M)
TITLE_LINES, MAX_TITLE = 40, 90  # lines above the opening among which a title is looked for, and its characters
MAX_OPENING = 1200  # characters


def opening(page: Page) -> Span | None:
    """From the title to the end of the sentence that names date and parties; None on a page where none opens."""
    begins = BEGINS.search(page.text)
    if begins is None:
        return None
    start = _title_start(page.text, begins.start())
    end = END.search(page.text, begins.end())
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

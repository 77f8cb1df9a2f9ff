"""Finds the parts of agreements: articles, numbered sections, recitals, exhibits and schedules, signatures.

Knows nothing of filings or questions.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.structure.section_start import Start
from ingest.text.normalize import Level, normalize
from ingest.types import RawPage

ARTICLE = re.compile(r"^\s*article\s+([IVXLC]+|\d{1,2})\b\s*[.:\-—–]?\s*(.{0,100})$", re.I)
SECTION = re.compile(r"^\s*section\s+(\d{1,2}(?:\.\d{1,2}){0,2})\b\s*[.:\-—–]?\s*(.{0,160})", re.I)
NUMBERED = re.compile(r"^\s*(\d{1,2}(?:\.\d{1,2}){1,2})\.?\s+(?=[A-Z\"(“])(.{2,160})")
TOP = re.compile(r"^\s*(\d{1,2})\.\s+([A-Z][A-Za-z ,;&/()'-]{2,80}?)(?:\.|:|$)")
ANNEX = re.compile(
    r"^\s*(exhibit|schedule|annex|appendix)\s+([A-Z]|\d{1,2})(?:-\d)?\s*(?:[:.\-—–]\s*(.{0,80}))?$", re.I
)
FIXED = (
    ("recitals", re.compile(r"^\s*(?:recitals|witnesseth|background)\b\s*:?\s*$", re.I)),
    ("definitions", re.compile(r"^\s*(?:certain\s+)?definitions\s*:?\s*$", re.I)),
    ("signatures", re.compile(r"^\s*in\s+witness\s+whereof\b", re.I)),
)
# "This Supply Agreement … is entered into as of … by and between": where an agreement begins, after covers and contents
PREAMBLE = re.compile(
    r"\b(?:this|the)\s(?:[^.;]{0,120}?\b)?(?:agreement|lease|contract|amendment|plan)\b[^;]{0,160}?"
    r"\b(?:made|entered|dated|effective|executed)\b[^;]{0,240}?\b(?:between|among)\b",
    re.I,
)
FIRST_PAGES = 15  # covers and contents are no longer than this
LEADERS = re.compile(r"\.{4,}|\s\d{1,3}$")
FEWEST = 4  # fewer finds than this are no outline


def find_clauses(pages: Sequence[RawPage]) -> Iterator[Start]:
    """Starts of articles, sections, annexes and fixed parts; nothing when there are too few to be an outline."""
    starts: list[Start] = []
    for page in pages:
        lines = [(line, normalize(page.text[line.start : line.end], Level.TYPOGRAPHY)) for line in page.lines]
        leaders = sum(1 for _line, body in lines if LEADERS.search(body) and (ARTICLE.match(body) or TOP.match(body)))
        if leaders >= 4:
            continue  # the table of contents
        named = -1  # the line that gave the article above it its name
        for index, (line, body) in enumerate(lines):
            following = lines[index + 1][1] if index + 1 < len(lines) else ""
            if index == named:
                continue
            found = _match(body, following)
            if found is not None:
                level, kind, title, number = found
                if kind == "article" and following and title.endswith(following.strip()[:80]):
                    named = index + 1
                starts.append(Start(page.number, line.start, level, kind, title[:160], number))
    if len(starts) >= FEWEST:
        yield from starts


def find_preamble(pages: Sequence[RawPage]) -> Start | None:
    """Where an agreement names itself, its date and its parties; None in what is no agreement."""
    for page in pages[:FIRST_PAGES]:
        match = PREAMBLE.search(normalize(page.text, Level.TYPOGRAPHY).replace("\r", " ").replace("\n", " "))
        if match:
            line = next((line for line in page.lines if line.end > match.start()), None)
            return Start(page.number, line.start if line else 0, 1, "preamble", "Preamble", None)
    return None


def _match(body: str, following: str) -> tuple[int, str, str, str | None] | None:
    article = ARTICLE.match(body)
    if article:
        name = article.group(2).strip() or following.strip()[:80]
        return 1, "article", f"Article {article.group(1).upper()}. {name}", article.group(1).upper()
    annex = ANNEX.match(body)
    if annex:
        title = f"{annex.group(1).title()} {annex.group(2).upper()}"
        return 1, "exhibit", f"{title}. {annex.group(3)}" if annex.group(3) else title, annex.group(2).upper()
    for kind, pattern in FIXED:
        if pattern.match(body):
            return 1, kind, body.strip().rstrip(":")[:80].title(), None
    for pattern in (SECTION, NUMBERED):
        match = pattern.match(body)
        if match:
            level = 2 + match.group(1).count(".")
            return level, "clause", f"{match.group(1)} {_heading(match.group(2))}".strip(), match.group(1)
    top = TOP.match(body)
    if top:
        return 2, "clause", f"{top.group(1)}. {top.group(2).strip()}", top.group(1)
    return None


def _heading(text: str) -> str:
    """The underlined or capitalised words a clause begins with, up to its first stop."""
    head = re.split(r"(?<=[a-z)])[.:]\s|\s[-–—]\s", text.strip(), maxsplit=1)[0]
    return head if len(head) <= 80 else ""

"""Finds the parts of SEC filings and earnings releases: Items, primary statements, numbered notes.

Titles are those of Regulation S-K (Items), Regulation S-X (statements) and common usage. Knows nothing of
contracts or questions. A table of contents lists the same titles: pages that are mostly such lists are skipped.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.structure.section_start import Start
from ingest.text.normalize import Level, normalize
from ingest.types import Line, RawPage

ITEM = re.compile(r"^\s*item\s+(\d{1,2}[AB]?C?)\s*[.:\-—–]?\s*(.*)$", re.I)
PART = re.compile(r"^\s*part\s+(IV|III|II|I)\b\s*[.:\-—–,]?\s*(.{0,60})$", re.I)
TITLES = {
    "1": "business", "1A": "risk factors", "1B": "unresolved staff comments", "1C": "cybersecurity", "2": "properties",
    "3": "legal proceedings", "4": "mine safety", "5": "market for registrant", "6": "selected financial reserved",
    "7": "management discussion analysis", "7A": "quantitative qualitative market risk",
    "8": "financial statements supplementary", "9": "changes disagreements accountants", "9A": "controls procedures",
    "9B": "other information", "9C": "foreign jurisdictions", "10": "directors executive officers governance",
    "11": "executive compensation", "12": "security ownership", "13": "certain relationships",
    "14": "principal accountant", "15": "exhibits financial statement schedules", "16": "form 10-k summary",
}  # fmt: skip
QUARTER_TITLES = (
    "financial statements management discussion quantitative controls legal risk unregistered exhibits defaults other"
)
CONTENTS_LINES = 5  # a page with this many Item lines and little text for each is a table of contents
TEXT_PER_ITEM = 180
TOP_LINES = 14  # a statement's title stands this near the top
# matched against the line without spaces and apostrophes: some filings set titles with stray spaces in words
_OF = r"statements?of(?:the)?(?:consolidated)?"
_HOLDERS = r"(?:total|common)?(?:stockholders?|shareholders?|shareowners?|owners?|members)?"
STATEMENTS = (
    ("comprehensive_income", re.compile(rf"{_OF}(?:other)?comprehensive(?:income|loss|\(loss\)|earnings)|comprehensiveincomestatements?")),
    ("cash_flow_statement", re.compile(rf"{_OF}cashflows?|cashflows?statements?")),
    ("equity_statement", re.compile(rf"{_OF}(?:changesin)?{_HOLDERS}(?:equity|investment|deficit|\(deficit\))|{_OF}changesin")),
    ("balance_sheet", re.compile(rf"balancesheets?|{_OF}financial(?:position|condition)")),
    ("income_statement", re.compile(rf"{_OF}(?:net)?(?:income|operations|earnings|profit|loss)|incomestatements?|^consolidatedresultsofoperations$")),
)  # fmt: skip
TITLE_ALONE = re.compile(
    r"^(?:u\.?s\.?gaap)?(?:the)?(?:condensed|consolidated|combined|unaudited|interim|summary)*"
    r"(?:statements?of|balancesheets?|incomestatements?|cashflow).{0,60}$"
)
NAMES = {
    "comprehensive_income": "Statement of comprehensive income",
    "cash_flow_statement": "Cash flow statement",
    "equity_statement": "Statement of equity",
    "balance_sheet": "Balance sheet",
    "income_statement": "Income statement",
}
# rows without which a page is not that statement, whatever its heading says
PROOF = {
    "comprehensive_income": r"comprehensive (?:income|loss|\(loss\)|earnings)",
    "cash_flow_statement": r"(?:operating|investing|financing) activities",
    "equity_statement": r"balances?(?: at|,| as of|\s*-)|net (?:income|earnings|loss)",
    "balance_sheet": r"total assets|total liabilities",
    "income_statement": r"(?:net|consolidated) (?:income|earnings|loss|\(loss\))|(?:income|earnings|loss)[^\n]{0,40}before|per (?:common )?share|net sales|revenue",
}
PARENT_ONLY = re.compile(
    r"parent\s+company|condensed\s+financial\s+information\s+of|\(parent\s+only\)|schedule\s+I\b|supplemental\s+consolidating|guarantor",
    re.I,
)
NOT_A_TITLE = re.compile(
    r"\bnotes\s+to\b|\bindex\b|\bsee\b|accompanying|refer|integral part|selected|summary of|reconcil", re.I
)
NOTE = re.compile(r"^\s*(?:Note|NOTE)\s+(\d{1,2}[A-Z]?)\s*[.:\-—–|]?\s*(.{0,120})$")
PLAIN_NOTE = re.compile(r"^\s*(\d{1,2})\.\s+([A-Z][A-Za-z ,;&/()'-]{3,90})\s*$")
ROWS_OF_A_STATEMENT = 6
NEARBY = 6  # pages within which the primary statements stand


def find_items(pages: Sequence[RawPage]) -> Iterator[Start]:
    """Parts and Items at the place where their text begins."""
    last_rank, part_seen = -1.0, ""
    for page in pages:
        lines = [(line, _body(page, line)) for line in page.lines]
        listed = sum(1 for _line, body in lines if ITEM.match(body))
        if listed >= CONTENTS_LINES and len(page.text) < TEXT_PER_ITEM * listed:
            continue
        for index, (line, body) in enumerate(lines):
            part = PART.match(body)
            if part and len(body) < 60 and part.group(1).upper() > part_seen:
                part_seen = part.group(1).upper()
                last_rank = -1.0 if part_seen == "II" and last_rank <= 4 and _is_quarterly(pages) else last_rank
                yield Start(page.number, line.start, 1, "part", f"Part {part_seen}", part_seen)
            item = ITEM.match(body)
            if item is None or len(body) > 140:
                continue
            number = item.group(1).upper()
            following = item.group(2) or (lines[index + 1][1] if index + 1 < len(lines) else "")
            rank = _rank(number)
            if rank > last_rank and _is_title(number, following):
                last_rank = rank
                title = re.sub(r"\s+", " ", f"Item {number}. {following.strip()}")[:160]
                yield Start(page.number, line.start, 2, "item", title, number)


def _is_quarterly(pages: Sequence[RawPage]) -> bool:
    return any("10-q" in page.text.lower() for page in pages[:3])


def _rank(number: str) -> float:
    digits = re.match(r"\d+", number)
    assert digits is not None
    suffix = number[digits.end() :]
    return int(digits.group()) + (0.1 * (ord(suffix[0]) - 64) if suffix else 0.0)


def _is_title(number: str, following: str) -> bool:
    words = set(re.findall(r"[a-z]+", normalize(following, Level.TYPOGRAPHY).lower().replace("’", "'")))
    expected = set(f"{TITLES.get(number, '')} {QUARTER_TITLES}".split())
    return bool(words & expected) and not re.search(r"\b(?:of|in) (?:this|our|the) (?:report|form|annual)", following)


def find_statements(pages: Sequence[RawPage]) -> list[Start]:
    """Primary statements: a title, many rows of figures, and the rows that prove which one it is.

    The primary statements stand together; a lookalike far from the others (a summary in the MD&A) is dropped.
    """
    found = []
    for page in pages:
        if not _is_dense(page):
            continue
        parent_only = bool(PARENT_ONLY.search(page.text[: page.lines[min(8, len(page.lines) - 1)].end]))
        for kind, offset in _titles(page):
            title = NAMES[kind] + (" (parent only)" if parent_only else "")
            last = page.number + (1 if _continues(pages, page.number, kind) else 0)
            found.append(Start(page.number, offset, 3, "parent_" + kind if parent_only else kind, title, None, last))
    company = {start: len({other.kind for other in found if abs(other.page - start.page) <= NEARBY}) for start in found}
    most = max(company.values(), default=0)
    return [start for start in found if company[start] >= min(most, 3)]


def _is_dense(page: RawPage) -> bool:
    return sum(1 for line in page.lines if len(line.marks) >= 2) >= ROWS_OF_A_STATEMENT


def _titles(page: RawPage) -> Iterator[tuple[str, int]]:
    text = normalize(page.text, Level.TYPOGRAPHY).lower()
    seen: set[str] = set()
    for index, line in enumerate(page.lines):
        body = _body(page, line)
        if len(body) > 130 or NOT_A_TITLE.search(body) or re.search(r"[a-z]\.$", body):
            continue
        together = re.sub(r"[\s']+", "", body.lower())
        if index >= TOP_LINES and not TITLE_ALONE.match(together):
            continue
        for kind, pattern in STATEMENTS:
            if pattern.search(together):
                if kind not in seen and re.search(PROOF[kind], text):
                    seen.add(kind)
                    yield kind, line.start
                break


def _continues(pages: Sequence[RawPage], number: int, kind: str) -> bool:
    if number >= len(pages):
        return False
    following = pages[number]
    if not _is_dense(following) or any(_titles(following)):
        return False
    return (
        bool(re.search(PROOF[kind], normalize(following.text, Level.TYPOGRAPHY).lower()))
        and "note " not in following.text[:400].lower()
    )


def find_notes(pages: Sequence[RawPage], statements: Sequence[Start]) -> Iterator[Start]:
    """Numbered notes in ascending order, after the first primary statement."""
    first = min((start.page for start in statements), default=len(pages) + 1)
    for pattern in (NOTE, PLAIN_NOTE):
        found = list(_ascending_notes(pages[first - 1 :], pattern))
        if len(found) >= 3:
            yield from found
            return


def _ascending_notes(pages: Sequence[RawPage], pattern: "re.Pattern[str]") -> Iterator[Start]:
    last = 0
    for page in pages:
        for index, line in enumerate(page.lines):
            match = pattern.match(_body(page, line))
            if match is None:
                continue
            number = int(re.sub(r"\D", "", match.group(1)))
            title = match.group(2).strip(" .—–-")
            if not title and index + 1 < len(page.lines):
                title = _body(page, page.lines[index + 1]).strip()
            if last < number <= last + 2 and title[:1].isupper() and not re.search(r"\.{3,}|\s\d+$", title):
                last = number
                yield Start(page.number, line.start, 3, "note", f"Note {number}. {title}"[:160], str(number))


def _body(page: RawPage, line: Line) -> str:
    return normalize(page.text[line.start : line.end], Level.TYPOGRAPHY)

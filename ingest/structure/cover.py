"""What a document says it is: form, company, period, read from its first pages. Null where it does not say.

Knows nothing of where the answer is used. Rules are those of the SEC's cover pages and of common agreements.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.text.dates import FULL_DATE, NAMED_FISCAL_YEAR, ORDINAL, ORDINALS, dates, quarter_of
from ingest.text.normalize import Level, normalize
from ingest.types import Detected, RawPage

COVER_PAGES = 3
SELDOM = 0.5
NAMING_PAGES = 60  # pages on which a company's own name for its year is counted
MAX_COVER = 20_000  # characters of a page that are looked at
FORM = re.compile(r"\bform\s+(10-K|10-Q|8-K|20-F|6-K|40-F|S-1|DEF\s*14A)(/A)?\b", re.I)
LAST_OF_TWO_NAMES = 2  # month: a year that ends by February is called after the year it ended in or the one before
YEAR_ENDED = re.compile(rf"\b(?:fiscal\s+)?year\s+ended:?\s+({FULL_DATE})", re.I)
QUARTER_ENDED = re.compile(rf"\bquarter(?:ly\s+period)?\s+ended:?\s+({FULL_DATE})", re.I)
REPORT_DATE = re.compile(
    rf"({FULL_DATE})\s*\n?\s*(?:date of report|\(date of)|date of report[^\n]{{0,60}}?:?\s*({FULL_DATE})", re.I
)
REGISTRANT = re.compile(r"([^\n]{2,90})\n\(?\s?exact\s+name\s+of\s+(?:the\s+)?registrant", re.I)
EARNINGS = re.compile(
    rf"\b(reports?|announces?|results?)\b[^\n]{{0,80}}\b({ORDINAL}|full)[\s-]+(?:and\s+\w+[\s-]+)?(quarter|year)\b",
    re.I,
)
QUARTER_NAME = re.compile(rf"\b({ORDINAL})[\s-]+(?:fiscal\s+)?quarter\b", re.I)
AGREEMENT = re.compile(r"\b([A-Z][A-Z ,&'/-]{3,80}\bAGREEMENT)\b")
BETWEEN = re.compile(r"\b(?:by\s+and\s+)?(?:between|among)\b", re.I)


def read_cover(pages: Sequence[RawPage]) -> Detected:
    """Form, company and period of a document, from its first pages; the title is not read off the page."""
    text = normalize("\n".join(_tidy_lines(page.text) for page in pages[:COVER_PAGES]), Level.TYPOGRAPHY)
    form = _form(text)
    company = REGISTRANT.search(text)
    name = re.sub(r"\s+", " ", company.group(1)).strip(" _.-") if company else None
    return replace(_period(text, form or "", pages[:NAMING_PAGES]), form=form, company=name)


def _form(text: str) -> str | None:
    form = FORM.search(text)
    if form:
        return re.sub(r"\s+", " ", form.group(1).upper()) + (form.group(2) or "")
    if EARNINGS.search(text[:3000]):
        return "earnings"
    return "agreement" if AGREEMENT.search(text) and BETWEEN.search(text) else None


def _tidy_lines(text: str) -> str:
    """Lines without surrounding blanks and rules, blank lines dropped: patterns below can then be simple and fast."""
    lines = (line.strip(" \t_") for line in text[:MAX_COVER].splitlines())
    return "\n".join(line for line in lines if line)


def _period(text: str, form: str, pages: Sequence[RawPage]) -> Detected:
    annual, quarterly = YEAR_ENDED.search(text), QUARTER_ENDED.search(text)
    if quarterly and not form.startswith("10-K"):
        end, year, month = _dated(quarterly.group(1))
        return Detected(period_end=end, fiscal_year=year, period=f"{year}Q{quarter_of(month)}")
    if annual and not form.startswith(("10-Q", "8-K")):
        end, year, month = _dated(annual.group(1))
        fiscal = _named_year(year, month, pages) if month <= LAST_OF_TWO_NAMES else year
        return Detected(period_end=end, fiscal_year=fiscal, period=f"FY{fiscal}")
    dated = REPORT_DATE.search(text)
    if dated:
        end, year, _month = _dated(dated.group(1) or dated.group(2))
        return Detected(period_end=end, fiscal_year=year)
    quarter = QUARTER_NAME.search(text[:3000])
    year_match = re.search(r"\b(20\d\d)\b", text[:3000])
    if quarter and year_match:
        year = int(year_match.group(1))
        return Detected(fiscal_year=year, period=f"{year}Q{ORDINALS[quarter.group(1).lower()]}")
    return Detected()


def _named_year(year: int, month: int, pages: Sequence[RawPage]) -> int:
    """What a company calls its year that ended in the first weeks of a calendar year: by that year or the one before.

    Both are usual. A report speaks of its own year about as often as of the one before it, and seldom of the next.
    Where it names none, a year that ends in January is called after the one before.
    """
    named = Counter(int(match) for page in pages for match in NAMED_FISCAL_YEAR.findall(page.text[:MAX_COVER]))
    if not named[year] and not named[year - 1]:
        return year - 1 if month == 1 else year
    return year if named[year] >= SELDOM * named[year - 1] else year - 1


def _dated(text: str) -> tuple[str, int, int]:
    """A full date in its usual form, its year and its month."""
    (found,) = dates(text)
    assert found.year is not None  # FULL_DATE has one
    return re.sub(r"\s+,", ",", re.sub(r"\s+", " ", text)).title(), found.year, found.month

"""Years and quarters a question names, in every form people write them. Knows no document and no calendar."""

import re

from ingest.text.dates import FISCAL_YEAR, ORDINALS, PERIOD_WORDS, QUARTER, QUARTER_OF_YEAR, YEAR, full_year

# "FY2024", "FY 24", "CY2024", "'24", "2024"; not "$2000", "2024.5" or "2000,000"
YEAR_NAMED = rf"(?:\b(?:FY|CY)\s?'?(?:(?:19|20)?\d\d)\b|(?<![\d.$])\b{YEAR}\b(?!\.\d|,\d{{3}}\b)|'\d\d\b)"
_YEAR_NAMED = re.compile(YEAR_NAMED, re.I)
# what stands between the ends of a range: "2019 through fiscal 2021"
_BETWEEN = re.compile(
    r"\s*(?:to|through|thru|until|[-–—])\s*(?:the\s+)?(?:end\s+of\s+)?(?:the\s+)?(?:fiscal\s+(?:year\s+)?)?", re.I
)
MAX_RANGE = 12  # years; a longer one is no range of reporting periods
NUMBERED_QUARTER = re.compile(r"\b([1-4])(?:st|nd|rd|th)[\s-]+(?:fiscal\s+)?quarter\b", re.I)

# "2016 10-K", "annual report for fiscal 2016", "Acme 2016: how …"
YEAR_SAID = r"(?:FY\s?)?(?:19|20)\d\d"
FORM_SAID = r"(?:10-?[KQ]|20-?F|annual report)"
OF_FILING = re.compile(
    rf"^[^:?.]{{0,60}}(?:19|20)\d\d\s*:|\b{YEAR_SAID}\s+(?:form\s+)?{FORM_SAID}\b"
    rf"|\b{FORM_SAID}s?\s+(?:for|of)\s+(?:the\s+)?(?:fiscal\s+)?(?:year\s+)?{YEAR_SAID}",
    re.I,
)


def years(question: str) -> list[int]:
    """Every year named, in order, each once; a range ("FY2016 to FY2018") names those between as well."""
    text = QUARTER_OF_YEAR.sub(lambda match: f" {full_year(match.group(3))} ", question)
    found: list[int] = []
    end = 0
    for match in _YEAR_NAMED.finditer(text):
        year = full_year(re.sub(r"\D", "", match.group()))
        if found and _BETWEEN.fullmatch(text, end, match.start()) and 1 < abs(year - found[-1]) <= MAX_RANGE:
            step = 1 if year > found[-1] else -1
            found += range(found[-1] + step, year, step)
        found.append(year)
        end = match.end()
    return list(dict.fromkeys(found))


def quarter(question: str) -> int | None:
    """The first quarter named, 1 to 4."""
    found = [
        match
        for pattern in (QUARTER_OF_YEAR, QUARTER, NUMBERED_QUARTER)
        if (match := pattern.search(question)) is not None
    ]
    if not found:
        return None
    first = min(found, key=lambda match: match.start())
    if first.re is QUARTER and first.group(3):
        return ORDINALS[first.group(3).lower()]
    return int(first.group(1) or first.group(2))


def is_period(word: str) -> bool:
    """Whether a word names a year or a quarter."""
    return bool(FISCAL_YEAR.fullmatch(word) or QUARTER.match(word) or QUARTER_OF_YEAR.fullmatch(word))


def period_words(header: str) -> str:
    """What of a column's name says its period: "Three Months Ended June 30, 2023"; of several years the last counts."""
    said = " ".join(match.group() for match in PERIOD_WORDS.finditer(header))
    before = list(FISCAL_YEAR.finditer(said))[:-1]
    return said[before[-1].end() :].strip() if before else said


def without_period(header: str) -> str:
    """What of a column's name is no period: the segment, region or measure it bears."""
    return " ".join(PERIOD_WORDS.sub(" ", header).split())


def filing_year(question: str, named: list[int]) -> int | None:
    """The year of the document meant: one that stands with its form or before a colon, else the latest named."""
    for match in OF_FILING.finditer(question):
        found = years(match.group())
        if found:
            return found[0]
    return max(named, default=None)

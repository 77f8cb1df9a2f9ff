"""Years and quarters a question names, in every form people write them. Knows no document and no calendar."""

import re

from ingest.text.dates import FISCAL_YEAR, ORDINALS, PERIOD_WORDS, QUARTER, QUARTER_OF_YEAR, full_year

BETWEEN = re.compile(r"^\s*(?:to|through|thru|until|[-–—])\s*(?:the\s+)?(?:end\s+of\s+)?$", re.I)
MAX_RANGE = 12  # years; a longer one is no range of reporting periods

# "2016 10-K", "annual report for fiscal 2016", "Acme 2016: how …"
YEAR_SAID = r"(?:FY\s?)?(?:19|20)\d\d"
FORM_SAID = r"(?:10-?[KQ]|20-?F|annual report)"
OF_FILING = re.compile(
    rf"^[^:?.]{{0,60}}(?:19|20)\d\d\s*:|\b{YEAR_SAID}\s+(?:form\s+)?{FORM_SAID}\b"
    rf"|\b{FORM_SAID}s?\s+(?:for|of)\s+(?:the\s+)?(?:fiscal\s+)?(?:year\s+)?{YEAR_SAID}",
    re.I,
)


def years(question: str) -> list[int]:
    """Every year named, in order; a range ("FY2016 to FY2018") names those between as well."""
    text = QUARTER_OF_YEAR.sub(lambda match: f" {full_year(match.group(3))} ", question)
    found: list[int] = []
    end = 0
    for match in FISCAL_YEAR.finditer(text):
        year = int(match.group(1)) if match.group(1) else full_year(match.group(2))
        if found and BETWEEN.match(text[end : match.start()]) and 1 < abs(year - found[-1]) <= MAX_RANGE:
            step = 1 if year > found[-1] else -1
            found += range(found[-1] + step, year, step)
        found.append(year)
        end = match.end()
    return list(dict.fromkeys(found))


def quarter(question: str) -> int | None:
    """The first quarter named, 1 to 4."""
    for pattern in (QUARTER_OF_YEAR, QUARTER):
        match = pattern.search(question)
        if match is not None:
            word = match.group(3) if pattern is QUARTER else None
            return ORDINALS[word.lower()] if word else int(match.group(1) or match.group(2))
    return None


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

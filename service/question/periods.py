"""Years and quarters a question names, in every form people write them. Knows no document and no calendar."""

import re

YEAR = re.compile(r"\b(?:FY\s?|fiscal\s+(?:year\s+)?)?((?:19|20)\d{2})\b|\bFY\s?'?(\d{2})\b", re.I)
QUARTER_YEAR = re.compile(r"\b(?:Q([1-4])|([1-4])Q)[\s'’-]*(?:of\s+)?(?:FY\s?)?'?((?:20)?\d{2})\b", re.I)
QUARTER = re.compile(r"\bQ([1-4])\b|\b([1-4])Q\b|\b(first|second|third|fourth)\s+(?:fiscal\s+)?quarter\b", re.I)
BETWEEN = re.compile(r"^\s*(?:to|through|thru|until|[-–—])\s*(?:the\s+)?(?:end\s+of\s+)?$", re.I)
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
DATING = r"(?:19|20)\d\d|three|six|nine|twelve|thirteen|fiscal|months?|weeks?|quarters?|years?|ended|ending|Q[1-4]"
WORDS = re.compile(
    rf"\b(?:{DATING}|(?:{MONTHS})\b(?:\s+\d{{1,2}}\b,?)?"
    # small words only before words of time: "the year", not "The Boeing Company"
    rf"|(?:for|the|as|of|at)(?=\s+(?:the\s+)?(?:{DATING}|{MONTHS}|of|at)\b))(?!\w)",
    re.I,
)
MAX_RANGE = 12  # years; a longer one is no range of reporting periods


def years(question: str) -> list[int]:
    """Every year named, in order; a range ("FY2016 to FY2018") names those between as well."""
    text = QUARTER_YEAR.sub(lambda match: f" {_full(match.group(3))} ", question)
    found: list[int] = []
    end = 0
    for match in YEAR.finditer(text):
        year = int(match.group(1)) if match.group(1) else _full(match.group(2))
        if found and BETWEEN.match(text[end : match.start()]) and 1 < abs(year - found[-1]) <= MAX_RANGE:
            step = 1 if year > found[-1] else -1
            found += range(found[-1] + step, year, step)
        found.append(year)
        end = match.end()
    return list(dict.fromkeys(found))


def quarter(question: str) -> int | None:
    """The first quarter named, 1 to 4."""
    for pattern in (QUARTER_YEAR, QUARTER):
        match = pattern.search(question)
        if match is not None:
            word = match.group(3) if pattern is QUARTER else None
            return ORDINALS[word.lower()] if word else int(match.group(1) or match.group(2))
    return None


def is_period(word: str) -> bool:
    """Whether a word names a year or a quarter."""
    return bool(YEAR.fullmatch(word) or QUARTER.match(word) or QUARTER_YEAR.fullmatch(word))


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def period_words(header: str) -> str:
    """What of a column's name says its period: "Three Months Ended June 30, 2023"; of several years the last counts."""
    said = " ".join(match.group() for match in WORDS.finditer(header))
    before = list(YEAR.finditer(said))[:-1]
    return said[before[-1].end() :].strip() if before else said


def without_period(header: str) -> str:
    """What of a column's name is no period: the segment, region or measure it bears."""
    return " ".join(WORDS.sub(" ", header).split())

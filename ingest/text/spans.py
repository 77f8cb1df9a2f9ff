"""Spans of time as reports head their columns with them: "three months", "26 weeks", "year ended"; their length.

Knows no dates and no tables.
"""

import re

WORDS_OF_SPAN = (
    (3, r"(?:three|3)[\s-]+months?|(?:thirteen|twelve|1[234])[\s-]+weeks?|quarters?|Q[1-4]"),
    (6, r"(?:six|6)[\s-]+months?|(?:twenty[\s-]+(?:four|six|seven)|2[4678])[\s-]+weeks?"),
    (6, r"(?:first|second)[\s-]+half|half[\s-]+year|H[12]"),
    (9, r"(?:nine|9)[\s-]+months?|(?:thirty[\s-]+(?:six|nine|seven)|3[6789]|40)[\s-]+weeks?"),
    (12, r"(?:twelve|12)[\s-]+months?|(?:fifty[\s-]+(?:two|three)|5[23])[\s-]+weeks?"),
    (12, r"years?[\s,-]+end(?:ed|ing)|for\s+the\s+(?:fiscal\s+)?years?"),
)
SPANS = tuple((months, re.compile(rf"\b(?:{words})\b", re.I)) for months, words in WORDS_OF_SPAN)
# what heads a column that is no period of its own: how much something changed, or a length of time
CHANGE = re.compile(r"%|\bchange\b|\bvs\.?\b|\bgrowth\b|\bvariance\b|\bincrease\b|\bdecrease\b|\bterm\b|\blife\b", re.I)


def months_of(text: str) -> set[int]:
    """The lengths of all spans of time a text names, in months."""
    return {months for months, pattern in SPANS if pattern.search(text)}

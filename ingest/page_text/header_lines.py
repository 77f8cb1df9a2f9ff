"""Which lines of a page may head the columns of a table: only their words are worth measuring one by one.

Looks at text alone, before anything is known of where it stands.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from ingest.text.currency import CURRENCY_SIGNS
from ingest.text.dates import MONTHS, YEAR, is_year

MAX_HEADER, HEADER_LINES = 160, 24  # characters of a line, and lines, that may head columns
VALUE = re.compile(rf"[{CURRENCY_SIGNS}(]*\d[\d,.]*[)%]*|[—–-]{1, 2}%?")
SIGNS = re.compile(rf"[{CURRENCY_SIGNS}()%]+")
SENTENCE_END = re.compile(rf"(?:[a-z)]|\b{YEAR})\.$")
HEADER_WORDS = re.compile(
    rf"\b(?:ended|ending|months|weeks|quarter|years?|{MONTHS}|as of|change)\b",
    re.IGNORECASE,
)


def speaks_of_periods(body: str) -> bool:
    """Whether a short line speaks of months, years or changes, as column headers do."""
    return len(body) < MAX_HEADER and HEADER_WORDS.search(body) is not None


def lines_over_values(pieces: Sequence[str]) -> frozenset[int]:
    """Indexes of short lines that are no rows and stand little above a row of values: they may name its columns."""
    found: set[int] = set()
    waiting: list[int] = []
    for index, piece in enumerate(pieces):
        body = piece.strip()
        if _ends_in_values(body):
            found.update(waiting[-HEADER_LINES:])
            waiting = []
        elif len(body) >= MAX_HEADER or SENTENCE_END.search(body):
            waiting = []
        else:
            waiting.append(index)
    return frozenset(found)


def _ends_in_values(body: str) -> bool:
    """Whether a line ends in two values or more that are not all years: a row of a table."""
    words = [word for word in reversed(body.split()) if SIGNS.fullmatch(word) is None]
    values = list(takewhile(VALUE.fullmatch, words))
    return len(values) >= 2 and not all(is_year(value) for value in values)

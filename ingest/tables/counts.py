"""What numbers count when they are no sums of money, by the words of their row, column or table.

"shares" are counted, "per share" and "price" are amounts each, "%" are rates, "years" are terms. Knows no numbers.
"""

import re

from ingest.table_types import Row

SHORT_LABEL = 4  # words; a shorter label is read together with its heading
REMARK = re.compile(r"\([^()]*\)|[$€£¥]\s?\d[\d.,]*\s+(?:per|a)\s+[a-z ]*?(?:share|unit)\b", re.I)
COUNTS_SHARES = re.compile(
    r"\bshares?\b[^.;:]{0,20}\b(?:used|outstanding)\b"
    r"|\b(?:number of|weighted[\s-]*average|average|dilut\w+|basic|outstanding)\b[^.;:$]{0,60}"
    r"(?<!per )(?<!per common )\bshares?\b(?!\s*(?:price|value))|\bnumber of\b[^.;:$]{0,40}\b(?:stock|units|options)\b"
    r"|^\W*shares\b.*\b(?:end|beginning|computation|computing|calculation)\b"
    r"|\bdiluti(?:ve|on)\b[^.;:$]{0,30}\b(?:effect|impact|securities|options|awards|plans|units|stock)\b"
    r"|\b(?:effect|impact) of dilutive\b",
    re.I,
)
# a line of equity tells its shares in words; results stand under a heading of shares, too
NO_COUNT = re.compile(r"\b(?:par|stated) value\b|\bauthorized\b|\bper\b.*\bshare\b.*\b(?:effect|impact)\b", re.I)
MONEY = re.compile(r"\b(?:income|earnings|revenues?|sales|expenses?|dividends?|assets|cash|costs?|loss)\b", re.I)
PER_SHARE = re.compile(r"\bper\b[^()]{0,40}?\b(?:shares?|units?|ads|american depositary)\b", re.I)
PERCENT = re.compile(r"%|\bper\s?cent(?:age)?\b", re.I)

SHARE_COLUMN = re.compile(r"\b(?:shares|options|rsus?|psus?|units|awards|warrants)\b", re.I)
MONEY_COLUMN = re.compile(
    r"price|value|fair|cost|amount|\bper\b|[$€£]|intrinsic|equity|capital|owners|holders|earnings|income|expense|term\b",
    re.I,
)
PRICE_COLUMN = re.compile(
    r"\b(?:exercise|average|grant|sale|closing|market|strike|high|low)\b.{0,30}?\bprices?\b(?!s? in)|\bprices? paid\b"
    r"|\bper\s+(?:common\s+)?(?:share|unit|rsu|psu|option)|grant[\s-]*date\s+fair\s+value",
    re.I,
)
PERCENT_COLUMN = re.compile(r"%|\bper\s?cent(?:age)?\s+(?:of|change)\b|^\s*per\s?cent(?:age)?\s*$", re.I)
YEARS_COLUMN = re.compile(r"\((?:in\s+)?(?:years|yrs\.?)\)|\b(?:term|life|lives|period)\b.*\b(?:years|yrs)\b", re.I)
OF_SHARES = re.compile(
    r"\b(?:(?:common|class [a-z]) (?:stock|shares)|shares?|stock units?|rsus?|psus?|options"
    r"|(?:equity|stock) awards?)\b",
    re.I,
)


def row_counts(row: Row) -> str | None:
    """What a row's numbers are when they are no sums of money: "shares", "per share", "%"; else None."""
    label, heading = REMARK.sub(" ", row.label), REMARK.sub(" ", row.heading)
    if NO_COUNT.search(label):
        return None
    own = _counts(label)
    if own is not None:
        return own
    under = _counts(f"{heading} {label}" if len(label.split()) <= SHORT_LABEL else heading)
    if under == "shares":
        return None if MONEY.search(label) else under
    return under if len(label.split()) <= SHORT_LABEL else None


def _counts(said: str) -> str | None:
    if COUNTS_SHARES.search(said):
        return "shares"
    return "per share" if PER_SHARE.search(said) else None


def column_counts(header: str) -> str | None:
    """What the numbers under a header are when they are no sums of money: "shares", "%", "price", "years".

    The words that stand nearest to the numbers decide: "Earnings per share: Average shares outstanding" are shares.
    """
    if YEARS_COLUMN.search(header):
        return "years"
    shares, money = _last(SHARE_COLUMN, header), _last(MONEY_COLUMN, header)
    if shares > money:
        return "shares"
    if _last(PRICE_COLUMN, header) >= max(shares, 0):
        return "price"
    return "%" if PERCENT_COLUMN.search(header) else None


def speaks_of_shares(sentence: str) -> bool:
    """Whether the words that introduce a table speak of shares, options or units, not of money."""
    return OF_SHARES.search(sentence) is not None


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match of a pattern ends; -1 where there is none."""
    return max((match.end() for match in pattern.finditer(text)), default=-1)

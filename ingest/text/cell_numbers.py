"""What stands in a table cell: a number in any country's form, a dash, "n.m.", or something nobody can read.

`1,234.5`, `1.234,56`, `1'234'567`, `1 234 567`, `(312)`, `-312`, `312-`, `312 CR`. A point or comma before three digits
may be either mark: `decimal_mark` decides by vote over the cells of a table; a number that stays undecided is
unreadable, never a guess. Knows nothing of columns, units or scales.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.table_types import CellKind

SPACES = "\u00a0\u2007\u2009\u200a\u202f"
DASHES = "-‐‑‒–—―−"
MINUS = "-‐‑‒–−"
APOSTROPHES = "'’‘ʼ´"
CURRENCY = r"(?:(?:US|C|A|HK|NZ|S|R|NT)?[$€£¥₹₩₪₽]|(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|CNY|RMB)\b|Rs\.?)"
NIL = re.compile(rf"{CURRENCY}?\s*(?:[{DASHES}]{{1,3}}|nil)\s*%?", re.I)
NOT_MEANINGFUL = re.compile(
    r"\((?:x|z|s|na)\)|\*{2,5}|n\.?\s?/?\s?[ma]\.?|not (?:meaningful|applicable|available)", re.I
)
NUMBER = re.compile(
    rf"\*{{0,3}}(?P<before>[(\[]?\s*(?:[{MINUS}+]\s*)?(?:{CURRENCY}\s*)?[(\[]?\s*(?:[{MINUS}+]\s*)?)"
    rf"(?P<digits>\.\d+|\d(?:[\d.,'{APOSTROPHES} ]*\d)?)"
    rf"(?P<after>\s*[)\]]?\s*(?:%|{CURRENCY}|x|bps|pts|pp|CR|DR)?\s*[)\]]?\s*[{MINUS}]?)[*†‡]*",
)
GROUPED_BY_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
GROUPED_BY_POINT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
GROUPED_OTHERWISE = re.compile(rf"\d{{1,3}}(?:(?:[{APOSTROPHES}]\d{{3}})+|(?: \d{{3}})+)(?:[.,]\d+)?")
EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # thousands or thousandths
USUAL = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?")  # most cells, which need no closer look where a point is decimal
DOUBTFUL = re.compile(r"\.\d{3}(?!\d)|\.\d+[.,]|,\d{1,2}(?!\d)")  # what may speak for a decimal comma
SHARE = re.compile(r"%|\bx\b|\bbps\b|\bpp\b")


@dataclass(frozen=True)
class ReadCell:
    """A cell's kind and, for a number, its value as a plain decimal string without separators."""

    kind: CellKind
    value: str | None = None
    percent: bool = False


def parse_cell(text: str, mark: str | None = ".") -> ReadCell:
    """Read one cell; `mark` is the decimal mark of its table, None where no vote has decided it."""
    usual = USUAL.fullmatch(text) if mark == "." else None
    if usual is not None:
        return ReadCell(CellKind.NUMBER, usual.group().replace(",", ""))
    plain = _plain(text)
    if NIL.fullmatch(plain):
        return ReadCell(CellKind.NIL)
    if NOT_MEANINGFUL.fullmatch(plain):
        return ReadCell(CellKind.NOT_MEANINGFUL)
    match = NUMBER.fullmatch(plain)
    if match is None:
        return ReadCell(CellKind.TEXT)
    percent = "%" in plain
    digits = _decimal(match.group("digits"), "." if percent and mark is None else mark)
    if digits is None:
        return ReadCell(CellKind.UNREADABLE, None, percent)
    return ReadCell(CellKind.NUMBER, f"-{digits}" if _negative(match) and digits.strip("0.") else digits, percent)


def decimal_mark(texts: Iterable[str]) -> str | None:
    """The decimal mark most of these cells must have, `.` where commas group; None where nothing decides."""
    texts = list(texts)
    if not any(DOUBTFUL.search(text) for text in texts):
        return "."
    digits = [(_digits(text), text) for text in texts]
    votes = Counter(mark for shown, text in digits if (mark := _vote(shown, text)) is not None)
    if votes["."] != votes[","]:
        return max(votes, key=lambda mark: votes[mark])
    either = "".join(shown for shown, _text in digits if EITHER.fullmatch(shown))
    return "." if not votes["."] and ("," in either or "." not in either) else None


def _digits(text: str) -> str:
    match = NUMBER.fullmatch(_plain(text))
    return match.group("digits") if match else ""


def _vote(digits: str, text: str) -> str | None:
    """What one cell says of the decimal mark; 4.125 % has a decimal point: nobody writes thousands of per cent so."""
    return _certain(digits) or ("." if SHARE.search(text) and "." in digits else None)


def _plain(text: str) -> str:
    return re.sub(rf"[{SPACES}]", " ", text).strip()


def _negative(match: re.Match[str]) -> bool:
    before, after = match.group("before"), match.group("after")
    signed = any(mark in before for mark in MINUS) or after.strip()[-1:] in tuple(MINUS)
    return signed or "(" in before or "[" in before or after.strip().rstrip(")").endswith("CR")


def _certain(digits: str) -> str | None:
    """The decimal mark digits show beyond doubt, None where they show none."""
    if EITHER.fullmatch(digits):
        return None
    if GROUPED_BY_COMMA.fullmatch(digits):
        return "."
    if GROUPED_BY_POINT.fullmatch(digits):
        return ","
    match = re.fullmatch(rf"[\d{APOSTROPHES} ]*(?:(\.)\d+|(,)\d{{1,2}})", digits)
    return match.group(1) or match.group(2) if match else None


def _decimal(digits: str, mark: str | None) -> str | None:
    """Digits without separators, a point for the decimal mark; None where the mark is not known or does not fit."""
    if GROUPED_OTHERWISE.fullmatch(digits):
        digits = re.sub(rf"[{APOSTROPHES} ]", "", digits)
        return digits.replace(",", ".")
    if re.fullmatch(r"\d+", digits):
        return digits
    shown = _certain(digits)
    if shown is None:
        shown = mark if mark is not None or "." in digits else "."
    if shown == "." and (re.fullmatch(r"\d*\.\d+", digits) or GROUPED_BY_COMMA.fullmatch(digits)):
        return digits.replace(",", "")
    if shown == "," and (re.fullmatch(r"\d+,\d+", digits) or GROUPED_BY_POINT.fullmatch(digits)):
        return digits.replace(".", "").replace(",", ".")
    return None

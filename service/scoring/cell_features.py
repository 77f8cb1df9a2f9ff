"""Features of a cell as an answer: how its row, what stands over it and its period agree with what is asked.

Each is between 0 and 1 and named; what they weigh is fitted (bench/fit.py). Knows no page and no decision.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.table_types import Cell, Column, Row
from ingest.text.stems import stems
from service.figures.calendar import PeriodMatch
from service.figures.label_match import contrastive_stems
from service.question.asked import Asked, Wanted, Wording
from service.question.asked_period import AskedPeriod, without_periods

PER_SHARE = re.compile(r"\bper\b[^.]{0,30}\bshare\b", re.I)
SHARES = re.compile(r"\bshares\b", re.I)
SHARES_USED = re.compile(
    r"\bshares used\b|\bnumber of shares\b|\bweighted[\s-]average\b[^.]{0,40}\bshares\b|\bdenominator\b", re.I
)
MAX_PER_SHARE = 2000.0  # an amount a share is not larger
STATEMENT_TITLE = re.compile(
    r"\b(?:consolidated|combined|condensed)\b[^.\n]{0,30}\b(?:balance\s+sheets?|income\s+statements?"
    r"|statements?\s+of\s+(?:net\s+|comprehensive\s+)?"
    r"(?:income|operations|earnings|loss|cash\s+flows?|financial\s+(?:position|condition)))",
    re.I,
)
PARENT = re.compile(r"\bparent(?:\s+company)?\s+only\b|\bschedule\s+[IV]+\b|\bguarantor", re.I)
SEGMENT_TALK = re.compile(r"\bsegments?\b|\bgeographic|\bby\s+(?:region|category|product)", re.I)
TITLE_AREA = 500  # characters at the head of a page that may title its statement
# what a heading of a statement's part says without narrowing a line item down
GENERIC_HEADING = frozenset(
    stems(
        """current assets liabilities equity stockholders shareholders operating investing financing activities expenses
        costs revenues income other noncurrent long term cash flows from used by provided adjustments reconcile changes
        in operating supplemental disclosure consolidated statements balance sheets year ended months shares common
        stock per basic diluted weighted average million thousand except data"""
    )
)


@lru_cache(maxsize=65536)
def label_stems(text: str) -> frozenset[str]:
    """The stems of a label, remembered: labels come again."""
    return frozenset(stems(text))


@lru_cache(maxsize=16384)
def column_stems(header: str) -> frozenset[str]:
    """The stems of a column's name without its period."""
    return frozenset(stems(without_periods(header))) - label_stems("ended ending unaudited audited as of year months")


@dataclass(frozen=True)
class RowWords:
    """The stems of a row's label, of the heading it stands under, of its column's name and of its table's caption."""

    label: frozenset[str]
    heading: frozenset[str]
    column: frozenset[str]
    caption: frozenset[str]

    @property
    def near(self) -> frozenset[str]:
        """All but the caption's."""
        return self.label | self.heading | self.column


@dataclass(frozen=True)
class RowFit:
    """How the words of a row and of what stands over it cover what is asked, in one wording."""

    wording: Wording
    label_recall: float
    row_recall: float
    context_recall: float
    precision: float

    @property
    def worth(self) -> float:
        """What tells the wordings of one question apart; not fitted."""
        context = 0.25 * self.context_recall - 0.02 * self.wording.rank
        return self.row_recall + 0.5 * self.label_recall + self.precision + context


def row_fit(asked: Asked, words: RowWords) -> RowFit:
    """How a row covers what is asked, in the wording that fits it best."""
    fits = [_fit_of(wording, words) for wording in asked.wordings if wording.stems]
    return max(fits, key=lambda fit: fit.worth, default=RowFit(asked.wordings[0], 0.0, 0.0, 0.0, 0.0))


def _fit_of(wording: Wording, words: RowWords) -> RowFit:
    wanted, label = wording.stems, words.label
    precision = len(label & frozenset(wanted)) / len(label) if label else 0.0
    return RowFit(
        wording, share(wanted, label), share(wanted, words.near), share(wanted, words.near | words.caption), precision
    )


def share(wanted: Sequence[str], said: frozenset[str]) -> float:
    """Share of the wanted stems that are said."""
    return sum(stem in said for stem in wanted) / len(wanted) if wanted else 0.0


def word_features(asked: Asked, fit: RowFit, row: Row, words: RowWords, column: Column | None) -> dict[str, float]:
    """How the row's words and those asked for agree."""
    wanted = frozenset(fit.wording.stems)
    total = re.search(r"\btotal\b", row.label, re.I) is not None
    net = re.search(r"\bnet\b", row.label, re.I) is not None
    phrase = " ".join(stems(row.label))
    whole = column is not None and re.search(r"\btotal|consolidated\b", column.header, re.I) is not None
    return {
        **_foreign_features(asked, wanted, words),
        "whole_and_precise": fit.row_recall * fit.precision,
        "in_order": float(bool(phrase) and phrase in " ".join(fit.wording.stems)),
        "net_agrees": float(net == asked.net),
        "label_recall": fit.label_recall,
        "row_recall": fit.row_recall,
        "row_whole": float(fit.row_recall == 1.0),
        "context_recall": fit.context_recall,
        "context_whole": float(fit.context_recall == 1.0),
        "label_precision": fit.precision,
        "label_exact": float(fit.precision == 1.0 and fit.label_recall == 1.0),
        "own_wording": 1.0 if fit.wording.rank == 0 else 0.5 / fit.wording.rank,
        "total_agrees": float(total == asked.total),
        "total_row": float(total),
        "whole_column": float(whole),
    }


def _foreign_features(asked: Asked, wanted: frozenset[str], words: RowWords) -> dict[str, float]:
    """What only the row says, and what only the question says."""
    label, heading, column = words.label, words.heading, words.column
    foreign = heading - wanted - label - GENERIC_HEADING
    contrast = contrastive_stems() & ((wanted - words.near) | (label - wanted))
    common = wanted - asked.names
    borrowed = common & (heading | column) - label
    return {
        "own_label": 1.0 - _ratio(borrowed, common),
        "own_heading": 1.0 - _ratio(foreign, heading),
        "own_column": 1.0 - _ratio(column - wanted - label, column),
        "no_contrast": float(not contrast),
        "names_said": 1.0 - _ratio(asked.names - words.near, asked.names),
    }


def _ratio(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def period_features(
    period: AskedPeriod | None, match: PeriodMatch, column: Column | None, newest: str, position: int
) -> dict[str, float]:
    """How the column's period agrees with the one asked for."""
    said = (column.end or column.period or "") if column else ""
    return {
        "period_exact": float(match is PeriodMatch.EXACT),
        "period_compatible": float(match is PeriodMatch.COMPATIBLE),
        "period_stated": float(match is not PeriodMatch.UNSTATED),
        "newest": float(bool(said) and said == newest) if period is None else 0.5,
        "first_column": 1.0 / (1 + position) if match is PeriodMatch.UNSTATED else 0.5,
    }


@lru_cache(maxsize=2048)
def statement_title(text: str) -> float:
    """Whether a page is headed as one of the primary statements, and not as a parent's or guarantor's."""
    head = text[:TITLE_AREA]
    return float(STATEMENT_TITLE.search(head) is not None and not PARENT.search(head))


def kind_agrees(wanted: Wanted, cell: Cell, row: Row, column: Column | None) -> float:
    """Whether a cell is of the kind of value that is wanted: a percentage, an amount a share, a count, an amount."""
    text = f"{row.heading} {row.label} {column.header if column else ''}"
    counted = SHARES_USED.search(text) is not None or cell.unit == "shares"
    size = abs(float(cell.value)) if cell.value else 0.0
    per_share = PER_SHARE.search(text) is not None and not counted and size < MAX_PER_SHARE and cell.scale in (None, 1)
    percent = cell.unit == "%" or "%" in cell.text
    plain = not percent and not per_share
    of_kind = {
        Wanted.PERCENT: percent,
        Wanted.PER_SHARE: per_share,
        Wanted.SHARES: counted or (SHARES.search(text) is not None and not per_share),
        Wanted.COUNT: plain,
        Wanted.ANY: plain and cell.unit != "shares",
    }
    return float(of_kind[wanted])

"""Whether a row of a table shows what a claim says: its label is the line claimed, its column the period claimed, and
number, unit and scale agree. Every failure has a flag. Rather too strict: a cell whose column is not known proves
nothing. Knows no sentences and no model.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from ingest.table_types import Cell, CellKind, Row
from ingest.text.spans import CHANGE
from service.entailment.cell_entailment import amount_flags, digits_agree, fewest, period_flags, short, value_of
from service.entailment.claim_tokens import words_of
from service.entailment.claim_words import DOWN, UP
from service.entailment.quoted_rows import QuotedRow
from service.entailment.row_claim import OPTIONAL, RowClaim, SaidAmount, negation_flags
from service.figures.label_match import contrastive_stems
from service.question.periods import without_period
from service.question.vocabulary_files import Item

OTHER_LINE, OTHER_SEGMENT, NOT_STATED = "other_line", "other_segment", "not_stated"
SAYS_TOO_LITTLE, NUMBER_NOT_QUOTED = "quote_says_too_little", "number_not_quoted"
REMARK = re.compile(r"\([^)]*\)|[,—–]\s*(?:net of|less|including|excluding|at cost|notes?)\b.*$|\bnotes?\s+\w+$", re.I)
LOSS = re.compile(r"\((?:loss|losses|deficit|expense|decrease|used|benefit|gain|gains)[^)]*\)", re.I)
MIN_LABEL = 2  # words from which on a label says what it is without its heading
BOTH_WAYS = re.compile(r"\b\w+\s*\(((?:loss|losses|deficit|expense|decrease|benefit)\w*)\)", re.I)
TURNED = frozenset(("loss", "deficit", "negat", "outflow", "use", "benefit")) | DOWN
WHOLE = frozenset(("total", "consolid"))
NAMED_ONLY = frozenset(("compani", "registr", "corpor", "group"))  # whose figures they are, where it is all one


@dataclass(frozen=True)
class Meant:
    """What a claim leaves to its question: the years asked for, and line items it may name in other words."""

    years: frozenset[int] = frozenset()
    items: tuple[Item, ...] = ()
    names: frozenset[str] = frozenset()  # stems of the names of companies the documents are of
    all_items: tuple[Item, ...] = ()


def row_flags(claim: RowClaim, amount: SaidAmount, quoted: QuotedRow, meant: Meant) -> list[str]:
    """Why a row does not show an amount of a claim; empty where it does. The flags of the likeliest cell."""
    cells = [cell for cell in quoted.cells if cell.kind is CellKind.NUMBER and digits_agree(amount, cell)]
    if not cells:
        return [f"{NUMBER_NOT_QUOTED}:{amount.number.shown}"]
    tried = [
        [
            *label_flags(claim, quoted, cell, meant),
            *negation_flags(claim, quoted.row.label),
            *period_flags(claim, quoted, cell, meant.years),
            *amount_flags(amount, quoted, cell),
        ]
        for cell in cells
    ]
    return fewest(tried)


def label_words(row: Row) -> set[str]:
    """The stems that say which line a row is, without its remarks."""
    plain = words_of(REMARK.sub(" ", row.label)) or words_of(row.label)
    return plain - OPTIONAL or plain


def _turned_label(row: Row) -> set[str]:
    """The label of a row "Interest income (expense)" as it is where the amount is negative."""
    turned = words_of(REMARK.sub(" ", BOTH_WAYS.sub(lambda match: f" {match.group(1)} ", row.label)))
    return turned - OPTIONAL


def label_flags(claim: RowClaim, quoted: QuotedRow, cell: Cell, meant: Meant) -> list[str]:
    """What is wrong with the line: another one, another segment's, or too little quoted to tell."""
    if not quoted.labelled:
        return [SAYS_TOO_LITTLE]
    nobody = meant.names | NAMED_ONLY
    label, said = label_words(quoted.row) - nobody or label_words(quoted.row), set(claim.words - nobody or claim.words)
    if label - said and not (turned := _turned_label(quoted.row) - nobody) - said:
        label = turned
    if label - said:
        said = _renamed(said, label, quoted, meant)
    if label - said:
        return [f"{OTHER_LINE}:{short(quoted.row.label)}"]
    called = _called(quoted, cell)
    if flags := _extra_flags(said, quoted, cell, called):
        return flags
    segment = _segment(said, words_of(claim.text), quoted, cell)
    return [*segment, *_sign(said, quoted, cell), *_column(said, quoted, cell, called)]


def _called(quoted: QuotedRow, cell: Cell) -> set[str]:
    """The words that tell a column from others of its period; of the only one of its period they say nothing more."""
    column = quoted.column(cell)
    if column is None or [other.period for other in quoted.table.columns].count(column.period) == 1:
        return set()
    return words_of(without_period(column.header))


def _extra_flags(said: set[str], quoted: QuotedRow, cell: Cell, called: set[str]) -> list[str]:
    """Flags for words claimed that neither label, heading nor column have."""
    row, column = quoted.row, quoted.column(cell)
    around = words_of(f"{row.label} {row.heading}") | called
    if column is not None and CHANGE.search(column.header):
        around |= UP | DOWN
    if len(words_of(row.label)) >= MIN_LABEL:
        around -= contrastive_stems() - words_of(row.label) - called  # "current" is said of the line itself
    extra = said - around - TURNED - WHOLE
    if not extra:
        return []
    headings = {word for other in quoted.table.rows for word in words_of(other.heading)}
    return [f"{OTHER_SEGMENT if extra & headings else NOT_STATED}:{', '.join(sorted(extra)[:3])}"]


def names_of(item: Item) -> list[set[str]]:
    """The stems of each name a line item goes by."""
    return [words_of(name) - OPTIONAL for name in (*item.ask, *item.labels)]


def _renamed(said: set[str], label: set[str], quoted: QuotedRow, meant: Meant) -> set[str]:
    """The words claimed with a line item's usual name put in place of the one said, where the table has no such row."""
    known = [label_words(row) for row in quoted.table.rows]
    names = [name for item in meant.items if label in names_of(item) for name in names_of(item)]
    for name in sorted(names, key=len, reverse=True):
        # what says less than a label, or more, is another line, and a loss is no income
        apart = not (name <= label or label <= name) and name & TURNED == label & TURNED
        if name and name <= said and apart and name not in known:
            return (said - name) | label
    return said


def _segment(said: set[str], claimed: set[str], quoted: QuotedRow, cell: Cell) -> list[str]:
    """Of rows with one label the claim must say which is meant."""
    label = label_words(quoted.row)
    others = [row for row in quoted.table.rows if row is not quoted.row and label_words(row) == label]
    differing = [row for row in others if _value_in(row, cell.column) not in (None, cell.value)]
    return next((flags for row in differing if (flags := _told_apart(said, claimed, quoted.row, row))), [])


def _told_apart(said: set[str], claimed: set[str], row: Row, other: Row) -> list[str]:
    """Flags where a claim leaves open which of two rows of one label it means: by "total", or by their headings."""
    is_sum, other_is_sum = (bool(WHOLE & words_of(each.label)) for each in (row, other))
    if is_sum != other_is_sum:
        return [] if is_sum == bool(claimed & WHOLE) else [f"{OTHER_LINE}:{short(other.label)}"]
    own, theirs = words_of(row.heading), words_of(other.heading)
    if own == theirs:
        return [SAYS_TOO_LITTLE]
    unsaid = bool(own - theirs) or bool(said & theirs)
    return [f"{OTHER_SEGMENT}:{short(row.heading)}"] if unsaid and not said & (own - theirs) else []


def _value_in(row: Row, column: int) -> str | None:
    return next((cell.value for cell in row.cells if cell.column == column), None)


def _sign(said: set[str], quoted: QuotedRow, cell: Cell) -> list[str]:
    """A loss is no income: where a label leaves the sign to its cell, the claim must say it."""
    value = value_of(cell) or Decimal(0)
    turned = bool(said & TURNED)
    if LOSS.search(quoted.row.label):
        plain = words_of(LOSS.sub(" ", quoted.row.label))
        turned = bool(said & ((TURNED | words_of(" ".join(LOSS.findall(quoted.row.label)))) - plain))
        return ["negated"] if turned != (value < 0) else []
    return ["negated"] if said & TURNED - words_of(quoted.row.label) - words_of(quoted.row.heading) - UP - DOWN else []


def _column(said: set[str], quoted: QuotedRow, cell: Cell, called: set[str]) -> list[str]:
    """Of columns of one period the claim must say which is meant, by a word of its name."""
    own = quoted.column(cell)
    siblings = [
        quoted.column(other)
        for other in quoted.row.cells
        if other.column != cell.column and other.value not in (None, cell.value) and other.unit == cell.unit
    ]
    for column in siblings:
        if own is None or column is None:
            return [SAYS_TOO_LITTLE]
        if (own.period, own.end, own.months) != (column.period, column.end, column.months):
            continue
        theirs = words_of(without_period(column.header))
        if said & (theirs - called):
            return [f"{OTHER_SEGMENT}:{short(own.header)}"]
        if not said & (called - theirs) and not called & WHOLE:
            return [SAYS_TOO_LITTLE]
    return []

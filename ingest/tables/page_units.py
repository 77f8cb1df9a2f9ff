"""Gives the tables of one page their units: which statement of scale governs each, and the currency of its signs.

A table's own statement stands between the table before and its last row; then comes what the page's head or foot says
for all of it, then what governed the table above. Knows nothing of pages before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.table_types import Table
from ingest.tables.counts import speaks_of_shares
from ingest.tables.scales import NOTHING, Scales, page_scales, scales_in
from ingest.tables.units import ColumnUnits, Governing, printed_currency, with_units
from ingest.text.currency import first_currency
from ingest.types import Line

MAX_SENTENCE = 300  # characters before a statement of scale that may say what it is about
SENTENCE_START = re.compile(r"[.:;]\s|\)")


@dataclass(frozen=True)
class Draft:
    """A table without units: what its headers say of columns, and the lines from which its own statements may stand.

    `floor` is the first line behind the table above, `first` the line of its first row.
    """

    table: Table
    own: tuple[ColumnUnits, ...]
    floor: int
    first: int


def in_units(page: int, text: str, lines: Sequence[Line], drafts: Sequence[Draft]) -> list[Table]:
    """The tables of a page with units and scales."""
    if not drafts:
        return []
    whole = page_scales(page, text, lines)
    above, currency = NOTHING, None
    found = []
    for draft in drafts:
        said = own_scales(page, text, lines, draft)
        scales = said.filled(whole).filled(above)
        currency = _currency(text, lines, draft) or currency
        governing = Governing(scales, currency, _of_shares(text, lines, draft, said))
        table = with_units(draft.table, draft.own, governing)
        words = [text[span.start : span.end] for span in scales.evidence]
        found.append(replace(table, scale_text=" ".join(" ".join(words).split())))
        above = said.filled(above)
    return found


def own_scales(page: int, text: str, lines: Sequence[Line], draft: Draft) -> Scales:
    """What is said between the table above and this one's last row; what stands over one column is not for all."""
    columns = [span for own in draft.own for span in own.scales.evidence]
    masked = text
    for span in columns:
        masked = masked[: span.start] + " " * (span.end - span.start) + masked[span.end :]
    begin, rows = lines[draft.floor].start, draft.table.rows
    above = scales_in(page, masked, begin, lines[draft.first].start)
    gaps = pairwise(rows)
    inside = [scales_in(page, masked, one.end, other.start) for one, other in gaps if other.start - one.end > 4]
    for said in inside:
        of_shares = said.money is None and said.shares is not None
        above = replace(above, shares=said.shares) if of_shares else above.filled(said)
    return above


def _of_shares(text: str, lines: Sequence[Line], draft: Draft, said: Scales) -> bool:
    """Whether a table counts shares alone: its statement or the sentence with it says so, and no cell has a sign."""
    if any(first_currency(cell.text) for row in draft.table.rows for cell in row.cells):
        return False
    if said.money is None or said.currency is not None:
        return said.money is None and said.shares is not None
    [*_earlier, span] = said.evidence
    if span.start >= lines[draft.first].start:
        return False
    sentence = SENTENCE_START.split(text[max(lines[draft.floor].start, span.start - MAX_SENTENCE) : span.start])[-1]
    return speaks_of_shares(sentence)


def _currency(text: str, lines: Sequence[Line], draft: Draft) -> str | None:
    """The currency of the signs printed in a table, or in the lines right above it."""
    signs = printed_currency(cell.text for row in draft.table.rows for cell in row.cells)
    return signs or printed_currency((text[lines[draft.floor].start : draft.table.end],))

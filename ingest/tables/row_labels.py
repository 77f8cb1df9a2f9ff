"""Labels and headings of table rows: what a row is called, under which heading and in which block of a period.

Knows nothing of columns.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.table_types import Cell, Row
from ingest.tables.headers import Header
from ingest.tables.lines import LABEL_END, RowLine
from ingest.tables.periods import Said, is_period
from ingest.text.dates import YEAR_WORD
from ingest.types import Line

SAME_COLUMN = 9.0  # points by which right edges of one column may differ
MAX_HEADING = 90  # characters
LEADERS = " .:_·•$"
FOOTNOTE = re.compile(r"\s*(?:\((?:\d{1,2}|[a-z])\)|[*†‡]|\((?:see )?notes?(?: \d[^)]*)?\)?)+$", re.I)
OPEN_END = re.compile(r"\b(?:to|of|for|and|or|the|in|from|by|per|with)\s*$", re.I)  # a heading goes on in the next line


@dataclass(frozen=True)
class BlockRow:
    """A row with the period of the block it stands in, None where no heading names one."""

    row: Row
    block: Said | None


def lead(lines: Sequence[Line], first: RowLine, header: Header) -> list[tuple[RowLine, tuple[Cell, ...]]]:
    """The line above the first row when it is a heading of rows or the beginning of the first label."""
    if not header.lines or header.lines[-1][0] is not lines[first.index - 1]:
        return []
    line, body = header.lines[-1]
    draft = RowLine(first.index - 1, line, body, ())
    if _is_heading(draft):
        return [(draft, ())]
    columns_above = any(YEAR_WORD.search(above) for _line, above in header.lines[:-1])
    under_columns = line.x0 > first.line.x0 + SAME_COLUMN or header.heads_columns(body)
    return [(draft, ())] if columns_above and not under_columns and not re.search(r"\d", body) else []


def labelled(raw: Sequence[tuple[RowLine, tuple[Cell, ...]]], known: str = "") -> Iterator[BlockRow]:
    """Rows with label and heading; a label may begin in the line above, a heading of two lines is put together.

    `known` are the words of the table's header: a line may repeat them beside the period of its block.
    """
    words = frozenset(known.lower().split())
    heading, block = "", None
    waiting: RowLine | None = None
    for draft, cells in raw:
        label = clean_label(draft.label)
        if not draft.is_row:
            said = is_period(label, words)
            if said is not None:
                block, heading, waiting = said, "", None
                continue
            if _is_heading(draft) or (label[:1].isupper() and len(draft.label) <= MAX_HEADING):
                heading = _heading(waiting, draft, label)
            waiting = None if _is_heading(draft) else draft
            continue
        start, begun = draft.line.start, _begun(waiting, draft, label)
        if begun is not None:
            joined = clean_label(begun.label)
            label, start = f"{joined} {label}".strip(), begun.line.start
            heading = "" if heading == joined else heading
        waiting = None
        yield BlockRow(Row(label or heading, cells, start, draft.line.end, heading), block)


def _heading(above: RowLine | None, draft: RowLine, label: str) -> str:
    """A heading, put together with the line above where that is left open."""
    goes_on = above is not None and above.index == draft.index - 1 and OPEN_END.search(above.label)
    return f"{clean_label(above.label)} {label}" if above is not None and goes_on else label


def _begun(above: RowLine | None, draft: RowLine, label: str) -> RowLine | None:
    """The line right above a row in which its label begins."""
    begins = above is not None and above.index == draft.index - 1 and (not label or label[:1].islower())
    return above if begins else None


def _is_heading(draft: RowLine) -> bool:
    return draft.label.rstrip().endswith(":")


def clean_label(label: str) -> str:
    """A label without leaders, footnote marks and double spaces."""
    plain = " ".join(label.split()).rstrip(LEADERS)
    return (plain[:-LABEL_END] + FOOTNOTE.sub("", plain[-LABEL_END:])).strip()

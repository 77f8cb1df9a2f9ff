"""Packs a page's lines into compact bytes for the catalog and back. Knows nothing of what a line means."""

import json
import zlib
from collections.abc import Sequence
from typing import Any

from ingest.types import Line, Mark, Marked, MarkedKind


def pack_lines(lines: Sequence[Line]) -> bytes:
    """Lines as compressed JSON, coordinates to a hundredth of a point."""
    rows = [
        [
            line.start,
            line.end,
            round(line.x0, 2),
            round(line.y0, 2),
            round(line.x1, 2),
            round(line.y1, 2),
            round(line.size, 1),
            int(line.bold),
            [[mark.start, mark.end, round(mark.x0, 1), round(mark.x1, 1)] for mark in line.marks],
            *([round(line.confidence, 3)] if line.confidence < 1 else ()),
        ]
        for line in lines
    ]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 1)


def unpack_lines(data: bytes) -> tuple[Line, ...]:
    """The lines `pack_lines` was given."""
    return lines_from_rows(json.loads(zlib.decompress(data)))


def lines_from_rows(rows: list[list[Any]]) -> tuple[Line, ...]:
    """Lines from rows of plain values, the form readers send between processes."""
    return tuple(
        Line(start, end, x0, y0, x1, y1, size, bool(bold), tuple(Mark(*mark) for mark in marks), *confidence)
        for start, end, x0, y0, x1, y1, size, bold, marks, *confidence in rows
    )


def rows_of_marked(marked: Sequence[Marked]) -> list[list[Any]]:
    """Hidden and struck spans as rows of plain values."""
    return [[mark.start, mark.end, mark.kind.value, mark.reason, mark.text] for mark in marked]


def marked_from_rows(rows: Sequence[Sequence[Any]]) -> tuple[Marked, ...]:
    """The spans `rows_of_marked` was given."""
    return tuple(Marked(start, end, MarkedKind(kind), reason, text) for start, end, kind, reason, text in rows)

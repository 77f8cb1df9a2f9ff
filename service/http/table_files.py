"""Tables of a document as they go over the wire: JSON rows, CSV, and a workbook. The only importer of openpyxl here.

In a workbook numbers are numbers and texts stay texts, one that begins with "=" too. Knows nothing of HTTP requests.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ingest.table_types import Cell, CellKind, Column, Table

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_TEXT = 32_767  # characters a cell of a workbook can hold
FORMULA = ("=", "+", "-", "@", "\t")
COLUMN_FIELDS = ("header", "period", "start", "end", "months", "unit", "scale")
CELL_FIELDS = ("column", "text", "kind", "value", "unit", "scale")


def wanted_format(format: str | None, accept: str | None) -> str:
    """`json`, `csv` or `xlsx`: what the query names, else what the Accept header asks for."""
    if format is not None:
        return format
    return "csv" if CSV in (accept or "") else "xlsx" if XLSX in (accept or "") else "json"


def tables_json(tables: Sequence[Table]) -> dict[str, Any]:
    """Tables with typed cells, and a warning for each whose scale nothing says."""
    return {"tables": [_table_row(table) for table in tables], "warnings": [*_warnings(tables)]}


def _warnings(tables: Iterable[Table]) -> Iterator[dict[str, Any]]:
    for table in tables:
        if any(cell.kind is CellKind.NUMBER and cell.scale is None for row in table.rows for cell in row.cells):
            message = f"Nothing says in which scale the amounts of the table {table.caption[-80:]!r} are."
            yield {"code": "scale_unknown", "message": message, "page": table.page}


def _table_row(table: Table) -> dict[str, Any]:
    return {
        "page": table.page,
        "continued_from": table.continued_from,
        "caption": table.caption,
        "heading": table.heading,
        "unit": table.unit,
        "scale": table.scale,
        "columns": [_column_row(column) for column in table.columns],
        "rows": [
            {
                "label": row.label,
                "heading": row.heading,
                "span": {"start": row.start, "end": row.end},
                "cells": [_cell_row(cell) for cell in row.cells],
            }
            for row in table.rows
        ],
    }


def _column_row(column: Column) -> dict[str, Any]:
    evidence = [{"page": span.page, "start": span.start, "end": span.end} for span in column.evidence]
    return {**{name: getattr(column, name) for name in COLUMN_FIELDS}, "evidence": evidence}


def _cell_row(cell: Cell) -> dict[str, Any]:
    return {**{name: getattr(cell, name) for name in CELL_FIELDS}, "span": {"start": cell.start, "end": cell.end}}


def tables_csv(tables: Iterable[Table]) -> str:
    """One block a table, separated by an empty line; values are plain decimal numbers, other cells as printed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for table in tables:
        writer.writerow([f"page {table.page}", *(_harmless(column.header) for column in table.columns)])
        for row in table.rows:
            values = {cell.column: cell.value or _harmless(cell.text) for cell in row.cells}
            writer.writerow([_harmless(row.label), *(values.get(index, "") for index in range(len(table.columns)))])
        writer.writerow([])
    return buffer.getvalue()


def tables_xlsx(tables: Iterable[Table]) -> bytes:
    """A workbook with one sheet, tables below one another: heading, label, and values by column."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tables")
    for table in tables:
        for line in _lines(table):
            sheet.append([_book_cell(sheet, content) for content in line])
        sheet.append([])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _book_cell(sheet: Any, content: str | float) -> Any:
    if not isinstance(content, str):
        return WriteOnlyCell(sheet, content)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", content)[:MAX_TEXT])
    cell.data_type = "s"  # a text that begins with "=" is no formula
    return cell


def _lines(table: Table) -> Iterator[list[str | float]]:
    """A table line by line: page and headers, what the columns are in, then heading, label and values."""
    yield [f"page {table.page}", table.heading, *(column.header for column in table.columns)]
    yield ["", "", *(_in(column) for column in table.columns)]
    for row in table.rows:
        values = {cell.column: _content(cell) for cell in row.cells}
        yield [row.heading, row.label, *(values.get(index, "") for index in range(len(table.columns)))]


def _in(column: Column) -> str:
    """What a column's numbers are in, as "USD × 1000000"."""
    scale = f"× {column.scale}" if column.scale not in (None, 1) else ""
    return " ".join(filter(None, (column.unit, scale)))


def _content(cell: Cell) -> str | float:
    if cell.value is None:
        return cell.text
    return float(cell.value) if "." in cell.value else int(cell.value)


def _harmless(text: str) -> str:
    """A text no spreadsheet takes for a formula: an apostrophe before what would begin one."""
    return f"'{text}" if text.startswith(FORMULA) and len(text) > 1 else text

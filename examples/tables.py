"""Tables of figures: read from data/*.toml, filled from the books, ready to be typeset."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from examples.books import DATA_FOLDER
from examples.figures import Amount, FiscalYear, lookup

DOLLAR_STYLES = ("total", "dollar")
SUMMED_STYLES = ("line", "indent", "plain")


@dataclass(frozen=True)
class Row:
    """A row as printed: its label, its cells as text, and how it is set."""

    label: str
    cells: tuple[str, ...]
    style: str = "line"
    dollar: bool = False


@dataclass(frozen=True)
class Table:
    """A table of figures as printed."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    unit: str = ""
    span: str = ""


def printed(amount: Amount | str) -> str:
    """An amount as a filing prints it: thousands apart, negatives in parentheses, a dash for nothing."""
    if isinstance(amount, str):
        return amount
    if isinstance(amount, Decimal):
        text = f"{abs(amount):.2f}"
    elif isinstance(amount, float):
        text = f"{abs(amount):,.1f}"
    else:
        text = f"{abs(amount):,}" if amount else "—"
    return f"({text})" if amount < 0 else text


class TableFiller:
    """Fills one table's rows in order, remembering what "sum" and "rest" need."""

    def __init__(self, table: dict[str, Any], years: dict[int, FiscalYear]) -> None:
        self.table = table
        self.columns = [years[year] for year in table["years"]]
        self.rows: list[Row] = []
        self.sums: list[int] = [0] * len(self.columns)

    def filled(self) -> Table:
        for row in self.table["rows"]:
            self._add(row[0], row[1], row[2] if len(row) > 2 else "line")
        headings = self.table.get("headings") or [str(year) for year in self.table["years"]]
        texts = {name: self.table.get(name, "") for name in ("caption", "unit", "span")}
        return Table(tuple(headings), tuple(self.rows), **texts)

    def _add(self, label: str, cells: str | list[Any], style: str) -> None:
        if style == "heading":
            self.rows.append(Row(label, (), style))
            return
        values = self._values(cells)
        first = not any(row.cells for row in self.rows)
        if style in SUMMED_STYLES and all(isinstance(value, int) for value in values):
            self.sums = [total + value for total, value in zip(self.sums, values, strict=True)]
        dollar = style in DOLLAR_STYLES or (first and style != "plain")
        self.rows.append(Row(label, tuple(printed(value) for value in values), style, dollar))

    def _values(self, cells: str | list[Any]) -> Sequence[Any]:
        if isinstance(cells, list):
            return cells
        if cells == "sum":
            return list(self.sums)
        if cells == "rest":
            return self._rest()
        return [lookup(column, cells) for column in self.columns]

    def _rest(self) -> list[Any]:
        # The other rows count wherever they stand, so that the row of the rest may come first.
        goals = [lookup(column, self.table["rest_of"]) for column in self.columns]
        for row in self.table["rows"]:
            style = row[2] if len(row) > 2 else "line"
            if style in SUMMED_STYLES and row[1] not in ("rest", "sum"):
                goals = [goal - value for goal, value in zip(goals, self._values(row[1]), strict=True)]
        return goals


@cache
def _tables() -> dict[str, dict[str, Any]]:
    texts = [(DATA_FOLDER / name).read_text(encoding="utf-8") for name in ("statements.toml", "notes.toml")]
    return tomllib.loads(texts[0]) | tomllib.loads(texts[1])


def figure_table(name: str, years: dict[int, FiscalYear]) -> Table | None:
    """The table of that name, filled; None where no figure table has it."""
    table = _tables().get(name)
    return TableFiller(table, years).filled() if table else None


def table_names() -> list[str]:
    return list(_tables())

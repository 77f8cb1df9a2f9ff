"""Ruled tables of text (properties, directors, prices, exhibits), read from data/grids.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from examples.books import DATA_FOLDER


@dataclass(frozen=True)
class Grid:
    """A table of text: its headings, rows, and the shares its columns take of the width."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@cache
def _grids() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA_FOLDER / "grids.toml").read_text(encoding="utf-8"))


def read_grid(name: str) -> Grid:
    """The grid of that name."""
    table = _grids()[name]
    rows = tuple(tuple(row) for row in table["rows"])
    return Grid(tuple(table["headings"]), rows, tuple(table["widths"]))

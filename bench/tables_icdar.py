"""Tables of government documents against the cells of the ICDAR-2013 competition: adjacency relations.

`--data` is a folder with `pdfs/` and `cells.jsonl` (pdf, page, table, row, row_end, column, column_end, text). One
relation is (cell, next cell that is not blank, right or down); those found are matched with the gold ones of the same
page, each once; letters and digits are compared, blanks and case are not. All pages of a file are read, so that a table
found where none is costs precision. Once over all relations, once over those between two cells with a digit, where
headers play no part. Other tools see the same pages in the same run where they are installed (`--peers`).
"""

import argparse
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.machine import keep
from bench.table_pages import ReadPages
from ingest.table_types import Table

Grid = list[list[str]]  # rows of cell texts; a blank cell is ""
Relation = tuple[str, str, str]
Tool = Callable[[Path], Iterable[tuple[int, Grid]]]


@dataclass(frozen=True)
class PlacedCell:
    """A cell with the rows and columns it covers, ends included."""

    row: int
    row_end: int
    column: int
    column_end: int
    text: str


def plain(text: str) -> str:
    """Letters and digits in one case; where there are none, the marks themselves."""
    kept = "".join(mark for mark in text.casefold() if mark.isalnum())
    return kept or "".join(text.split())


def relations(cells: Iterable[PlacedCell]) -> Counter[Relation]:
    """Adjacency relations of one table."""
    kept = [cell for cell in cells if plain(cell.text)]
    at: dict[tuple[int, int], int] = {}
    for number, cell in enumerate(kept):
        for row in range(cell.row, cell.row_end + 1):
            for column in range(cell.column, cell.column_end + 1):
                at.setdefault((row, column), number)
    pairs = {pair for number, cell in enumerate(kept) for pair in _neighbours(number, cell, at)}
    return Counter((plain(kept[one].text), plain(kept[other].text), way) for one, other, way in pairs)


def _neighbours(number: int, cell: PlacedCell, at: Mapping[tuple[int, int], int]) -> Iterator[tuple[int, int, str]]:
    rows, columns = max(row for row, _column in at), max(column for _row, column in at)
    for row in range(cell.row, cell.row_end + 1):
        right = next((at[row, c] for c in range(cell.column_end + 1, columns + 1) if (row, c) in at), None)
        if right is not None:
            yield number, right, "right"
    for column in range(cell.column, cell.column_end + 1):
        down = next((at[r, column] for r in range(cell.row_end + 1, rows + 1) if (r, column) in at), None)
        if down is not None:
            yield number, down, "down"


def of_grid(grid: Grid) -> Counter[Relation]:
    """Relations of a grid in which every cell covers one place."""
    return relations(PlacedCell(r, r, c, c, text) for r, row in enumerate(grid) for c, text in enumerate(row))


def gold_of(folder: Path) -> dict[tuple[str, int], Counter[Relation]]:
    """Gold relations by file stem and page."""
    tables: dict[tuple[str, int, int], list[PlacedCell]] = defaultdict(list)
    for line in (folder / "cells.jsonl").read_text(encoding="utf-8").splitlines():
        cell = json.loads(line)
        place = (cell["row"], cell["row_end"], cell["column"], cell["column_end"])
        tables[cell["pdf"], cell["page"], cell["table"]].append(PlacedCell(*place, cell["text"]))
    gold: dict[tuple[str, int], Counter[Relation]] = defaultdict(Counter)
    for (pdf, page, _table), cells in tables.items():
        gold[pdf, page] += relations(cells)
    return gold


def grid_of(table: Table) -> Grid:
    """A table as a grid: one header row, a row for each heading that begins, label and cells by column."""
    grid: Grid = []
    headers = [column.header for column in table.columns]
    if any(headers) and table.continued_from is None:
        grid.append(["", *headers])
    above = None
    for row in table.rows:
        if row.heading and row.heading != above:
            grid.append([row.heading, *([""] * len(headers))])
        above = row.heading
        cells = [""] * len(headers)
        for cell in row.cells:
            cells[cell.column] = f"{cells[cell.column]} {cell.text}".strip()
        grid.append([row.label, *cells])
    return grid


def of_pincite(pdf: Path) -> Iterator[tuple[int, Grid]]:
    """Tables as Pincite reads them."""
    pages = ReadPages.of_pdf(pdf)
    for page in pages.pages:
        for table in pages.tables(page.number):
            yield page.number, grid_of(table)


def of_pdfplumber(pdf: Path) -> Iterator[tuple[int, Grid]]:
    """Tables as pdfplumber reads them with its strategy for text."""
    strategy = {"vertical_strategy": "text", "horizontal_strategy": "text"}
    with import_module("pdfplumber").open(pdf) as document:
        for page in document.pages:
            for grid in page.extract_tables(strategy):
                yield page.page_number, [[cell or "" for cell in row] for row in grid]


def of_camelot(pdf: Path) -> Iterator[tuple[int, Grid]]:
    """Tables as camelot's stream flavour reads them."""
    for table in import_module("camelot").read_pdf(str(pdf), pages="all", flavor="stream", suppress_stdout=True):
        yield int(table.page), [[str(cell) for cell in row] for row in table.df.values.tolist()]


TOOLS: dict[str, Tool] = {"pincite": of_pincite, "pdfplumber": of_pdfplumber, "camelot": of_camelot}


def has_figures(relation: Relation) -> bool:
    """Whether both cells hold a digit."""
    return all(re.search(r"\d", text) for text in relation[:2])


def everything(_relation: Relation) -> bool:
    """Every relation."""
    return True


KINDS: dict[str, Callable[[Relation], bool]] = {"all": everything, "figures": has_figures}
Score = tuple[int, int, int]  # right, wanted, given


def score(gold: Mapping[tuple[str, int], Counter[Relation]], pdf: Path, tool: Tool) -> dict[str, Score]:
    """Right, wanted and given relations of one file, over all and over figures."""
    found: dict[int, Counter[Relation]] = defaultdict(Counter)
    for page, grid in tool(pdf):
        found[page] += of_grid(grid)
    pages = {page for name, page in gold if name == pdf.stem} | set(found)
    scores = {}
    for kind, keeps in KINDS.items():
        right = wanted = given = 0
        for page in pages:
            want = Counter({k: n for k, n in gold.get((pdf.stem, page), Counter()).items() if keeps(k)})
            have = Counter({k: n for k, n in found.get(page, Counter()).items() if keeps(k)})
            right, wanted, given = right + (want & have).total(), wanted + want.total(), given + have.total()
        scores[kind] = right, wanted, given
    return scores


def summary(scores: Iterable[Score]) -> dict[str, float | int]:
    """Recall and precision over all relations, and the files in which nothing was found."""
    rows = list(scores)
    right, wanted, given = (sum(row[at] for row in rows) for at in range(3))
    return {
        "recall": round(right / max(1, wanted), 3),
        "precision": round(right / max(1, given), 3),
        "nothing_found": sum(row[2] == 0 for row in rows),
    }


def measure(folder: Path, tools: Iterable[str]) -> dict[str, Any]:
    """Summaries by tool, with seconds of processor time, and each file's score."""
    gold = gold_of(folder)
    result: dict[str, Any] = {}
    for name in tools:
        began = time.process_time()
        files = {pdf.stem: score(gold, pdf, TOOLS[name]) for pdf in sorted((folder / "pdfs").glob("*.pdf"))}
        seconds = round(time.process_time() - began, 1)
        result[name] = {kind: summary(file[kind] for file in files.values()) for kind in KINDS}
        result[name] |= {"seconds": seconds, "files": files}
    return result


def main() -> None:
    """Measure the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peers", nargs="*", default=[], choices=[name for name in TOOLS if name != "pincite"])
    given = parser.parse_args()
    result = measure(given.data, ["pincite", *given.peers])
    for name, row in result.items():
        print(name, {kind: row[kind] for kind in KINDS}, f"{row['seconds']} s")
    keep("tables-icdar", result)


if __name__ == "__main__":
    main()

"""Figures of filings against the filers' own tags: is every tagged number a cell, with its amount, unit and period.

`--data` is a folder with `pdfs/` and `facts/*.jsonl`: the first line of a facts file describes the filing (`form`,
`end`, `year`), every other one is a number with its page, rectangle, value, unit, period, members and printed label.
The files are read in this process, pages and tables as the service reads them. One row a filing, shares in per cent:

- `cell`: facts printed in a table that are a cell of the row they stand in; every later share is of these.
- `label`: the row's label and heading hold the printed label's words.
- `amount`, `wrong`: dollars and share counts whose value times scale is the tagged amount; those told as another one.
  What is neither has no scale, or a value nobody can read: unknown.
- `rate`: per-share amounts and percentages whose value is the printed one.
- `unit`: dollars, share counts and per-share amounts with their unit.
- `known`, `year`: cells whose column has a period; of those, the fact's own year, or its own day where one is told.
- `span`: durations whose length in months is told; of those, the fact's own.
- `member`: facts of a segment, product or place printed on the page whose name stands in label, heading, column, title.
"""

import argparse
import datetime
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.machine import keep
from bench.table_pages import ReadPages
from ingest.table_types import Cell, Column, Row, Table
from ingest.text.dates import dates
from ingest.types import Page

AXES = ("us-gaap:StatementBusinessSegmentsAxis", "srt:ProductOrServiceAxis", "srt:StatementGeographicalAxis")
COUNTRIES = {
    "US": "United States", "CN": "China", "JP": "Japan", "GB": "United Kingdom", "DE": "Germany", "CA": "Canada",
    "MX": "Mexico", "TW": "Taiwan",
}  # fmt: skip
MONEY_UNITS = {"USD": "USD", "shares": "shares", "USD/shares": "USD"}
OPENING = re.compile(r"begin|balance|opening|january 1|start", re.I)
SHARES = (
    ("cell", "facts"), ("label", "cell"), ("amount", "amounts"), ("wrong", "amounts"), ("rate", "rates"),
    ("unit", "units"), ("known", "cell"), ("year", "known"), ("spans", "flows"), ("span", "spans"),
    ("member", "members"), ("caption", "members"),
)  # fmt: skip


@dataclass
class Tally:
    """Counts of one filing, and what was wrong with which fact."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[dict[str, Any]] = field(default_factory=list)

    def judge(self, of: str, part: str, *, right: bool) -> bool:
        """Count one fact under `of`, and under `part` where it is right."""
        self.counts[of] += 1
        self.counts[part] += right
        return right

    def row(self) -> dict[str, float | int | None]:
        """The shares in per cent."""
        shares = {
            part: round(100 * self.counts[part] / self.counts[whole], 1) if self.counts[whole] else None
            for part, whole in SHARES
        }
        return {"facts": self.counts["facts"], **shares}


@dataclass(frozen=True)
class Found:
    """The cell a fact was read as."""

    table: Table
    row: Row
    cell: Cell

    @property
    def column(self) -> Column | None:
        """Its column, None where the cell stands in none."""
        return self.table.columns[self.cell.column] if self.cell.column < len(self.table.columns) else None


def words(text: str) -> list[str]:
    """Words of a label in lower case."""
    return re.findall(r"[a-z0-9]+", text.lower().replace("&", " and "))


def bare(text: str) -> str:
    """A printed number without its signs."""
    return re.sub(r"[\s$€£()%,−-]", "", text)


def named(names: Sequence[str], text: str) -> bool:
    """Whether most words of every name stand in a text."""
    held = {word.rstrip("s") for word in words(text)}
    return all(sum(w.rstrip("s") in held for w in words(name)) >= 0.7 * len(words(name)) for name in names)


def member_names(fact: dict[str, Any]) -> list[str]:
    """What a fact's segment, product and place are called."""
    names = []
    for axis, member in fact["dims"].items():
        local = member.split(":")[-1]
        if axis in AXES and not re.search(r"Operating|Reportable|Total|NonUs", local):
            plain = re.sub(r"(?:Reportable)?(?:Segments?)?Member$", "", local)
            name = COUNTRIES.get(local, local) if member.startswith("country:") else plain
            names.append(re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name))
    return names


def cell_of(fact: dict[str, Any], page: Page, tables: Sequence[Table]) -> Found | None:
    """The cell a fact was read as: the same digits at its place in a row of its height."""
    x0, y0, x1, y1 = fact["rect"]
    number, height, middle = bare(fact["text"]), (y0 + y1) / 2, (x0 + x1) / 2
    for table in tables:
        for row in table.rows:
            lines = [line for line in page.lines if line.start < row.end and row.start < line.end]
            if not any(line.y0 - 2 <= height <= line.y1 + 2 for line in lines):
                continue
            same = [cell for cell in row.cells if bare(cell.text) == number]
            if same:
                return Found(table, row, min(same, key=lambda cell: abs((cell.x0 + cell.x1) / 2 - middle)))
    return None


def judge(fact: dict[str, Any], head: dict[str, Any], page: Page, tables: Sequence[Table], tally: Tally) -> None:
    """Count one fact and note what is wrong with it."""
    found = cell_of(fact, page, tables)
    if not tally.judge("facts", "cell", right=found is not None) or found is None:
        return _note(tally, fact, "no cell", None)
    label = re.sub(r"\([^)]*\)", "", fact["label"])
    if not tally.judge("labels", "label", right=named([label], f"{found.row.label} {found.row.heading}")):
        _note(tally, fact, "label", found)
    _judge_amount(fact, found, tally)
    _judge_period(fact, head, found, tally)
    _judge_member(fact, page, found, tally)
    return None


def _judge_amount(fact: dict[str, Any], found: Found, tally: Tally) -> None:
    cell, gold = found.cell, abs(Decimal(fact["value"]))
    value = abs(Decimal(cell.value)) if cell.value else None
    if fact["unit"] in ("USD", "shares"):
        right = value is not None and cell.scale is not None and value * cell.scale == gold
        tally.judge("amounts", "amount", right=right)
        wrong = not right and value is not None and cell.scale is not None
        tally.counts["wrong"] += wrong
        if not right:
            _note(tally, fact, "amount wrong" if wrong else "amount unknown", found)
    else:
        tally.judge("rates", "rate", right=value is not None and value in (gold, gold.scaleb(-fact["scale"])))
    unit = MONEY_UNITS.get(fact["unit"])
    if unit is not None and not tally.judge("units", "unit", right=cell.unit == unit):
        _note(tally, fact, "unit", found)


def _judge_period(fact: dict[str, Any], head: dict[str, Any], found: Found, tally: Tally) -> None:
    column = found.column
    period = (column.end or column.period) if column is not None else None
    if column is None or not period:
        return _note(tally, fact, "no period", found)
    if not tally.judge("known", "year", right=period_right(fact, head, column, found.row.label)):
        _note(tally, fact, "period", found)
    months = _months(fact)
    if months is not None:
        tally.counts["flows"] += 1
        if column.months is not None and not tally.judge("spans", "span", right=column.months == months):
            _note(tally, fact, "span", found)
    return None


def period_right(fact: dict[str, Any], head: dict[str, Any], column: Column, label: str) -> bool:
    """Whether a column's year, or day, is the fact's; an opening balance may stand under the year it opens."""
    day, end = datetime.date.fromisoformat(fact["instant"] or fact["end"]), datetime.date.fromisoformat(head["end"])
    opens = bool(fact["instant"] and (OPENING.search(label) or next(dates(label), None)))
    if column.end and len(column.end) == len("2024-12-31") and not opens:
        return abs((datetime.date.fromisoformat(column.end) - day).days) <= 1
    back = round((end - day).days / 365.25)
    years = {str(day.year), str(head["year"] - back)}
    if opens:
        years |= {str(int(year) + 1) for year in years}
    return any(year in f"{column.period} {column.end}" for year in years)


def _months(fact: dict[str, Any]) -> int | None:
    """The length of a fact's duration, None for an instant or an odd length."""
    if not fact["start"]:
        return None
    days = (datetime.date.fromisoformat(fact["end"]) - datetime.date.fromisoformat(fact["start"])).days
    months = round(days / 30.4)
    return months if months in (3, 6, 9, 12) and abs(days - months * 30.4) < 12 else None


def _judge_member(fact: dict[str, Any], page: Page, found: Found, tally: Tally) -> None:
    names = [name for name in member_names(fact) if named([name], page.text)]
    if not names:
        return
    header = found.column.header if found.column is not None else ""
    identity = f"{found.row.label} {found.row.heading} {header} {found.table.heading}"
    if not tally.judge("members", "member", right=named(names, identity)):
        far = named(names, f"{identity} {found.table.caption}")
        tally.counts["caption"] += far
        _note(tally, fact, "member only in caption" if far else "no member", found, names=names)


def _note(tally: Tally, fact: dict[str, Any], kind: str, found: Found | None, **more: Any) -> None:
    row: dict[str, Any] = {
        "kind": kind, "page": fact["page"], "rect": fact["rect"], "label": fact["label"][:60], "text": fact["text"],
        "concept": fact["concept"], "value": fact["value"], "unit": fact["unit"],
        "of": fact["instant"] or f"{fact['start']}/{fact['end']}", **more,
    }  # fmt: skip
    if found is not None:
        column = found.column
        row |= {
            "row": found.row.label[:60], "under": found.row.heading[:60], "read": found.cell.value,
            "scale": found.cell.scale, "read_unit": found.cell.unit, "caption": found.table.caption[-160:],
        }  # fmt: skip
        if column is not None:
            row |= {"header": column.header[:60], "period": [column.period, column.start, column.end, column.months]}
    tally.faults.append(row)


def facts_of(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The head of a facts file and its numbers that stand in tables."""
    head, *rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return head, [f for f in rows if f["in_table"] and f["value"] is not None and re.search(r"\d", f["text"])]


def measure(pages: ReadPages, facts: Path) -> Tally:
    """One filing's tally."""
    head, rows = facts_of(facts)
    tally = Tally()
    for fact in rows:
        judge(fact, head, pages.page(fact["page"]), pages.tables(fact["page"]), tally)
    return tally


def total(tallies: Sequence[Tally]) -> Tally:
    """All filings in one tally, every fact of the same weight."""
    whole = Tally()
    for tally in tallies:
        whole.counts.update(tally.counts)
    return whole


def table_of(rows: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Lines of a plain table, one filing each."""
    names = ["facts", *(part for part, _whole in SHARES)]
    yield f"{'filing':<20}" + "".join(f"{name:>8}" for name in names)
    for filing, row in rows.items():
        yield f"{filing:<20}" + "".join(f"{'-' if row[name] is None else row[name]:>8}" for name in names)


def main() -> None:
    """Measure every filing of the folder, or those named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", help="names of filings")
    parser.add_argument("--faults", type=Path, help="one JSON line for every fact that was read wrongly or not at all")
    given = parser.parse_args()
    tallies = {}
    for facts in sorted((given.data / "facts").glob("*.jsonl")):
        if not given.only or facts.stem in given.only:
            tallies[facts.stem] = measure(ReadPages.of_pdf(given.data / "pdfs" / f"{facts.stem}.pdf"), facts)
    rows: dict[str, dict[str, Any]] = {name: tally.row() for name, tally in tallies.items()}
    rows["all"] = total(list(tallies.values())).row()
    print("\n".join(table_of(rows)))
    if given.faults:
        notes = [{"filing": name, **fault} for name, tally in tallies.items() for fault in tally.faults]
        given.faults.write_text("".join(json.dumps(note) + "\n" for note in notes), encoding="utf-8")
    keep("facts", {"filings": rows})


if __name__ == "__main__":
    main()

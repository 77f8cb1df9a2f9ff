"""Typesets the annual report on Form 10-K: its cover, contents, body and financial pages."""

from dataclasses import dataclass, field
from typing import Any

from reportlab.platypus import PageBreak, Paragraph, Spacer

from examples.built_tables import equity_table, quarterly_table
from examples.figures import FiscalYear
from examples.grids import read_grid
from examples.pages import Section, roman, typeset
from examples.prose import Block, read_prose
from examples.tables import Table, figure_table
from examples.typesetting import Face, Typesetter

HEADER = ("Quillmere Flow Controls, Inc.", "Form 10-K for fiscal year 2024")
BODY = ("business", "risk_factors", "properties", "discussion", "controls", "governance", "exhibits")
FINANCIAL = ("auditor", "statements", "notes_first", "notes_second")
SECTIONS = (
    Section("contents", roman),
    Section("body", str),
    Section("financial", lambda number: f"F-{number}"),
)
BUILT_TABLES = {"equity": equity_table, "quarterly": quarterly_table}
FACE = Face(size=11, leading=18.6, after=11.5)
ROTATED_WIDTH = 648.0
ENTRY_KINDS = ("part", "item", "entry")


@dataclass
class Story:
    """The report's flowables, made block by block; pages turn and columns change on command."""

    years: dict[int, FiscalYear]
    setter: Typesetter
    flowables: list[Any] = field(default_factory=list)
    style: str = ""
    width: float = 0

    def add(self, blocks: list[Block]) -> None:
        for block in blocks:
            if block.kind == "command":
                self._command(*block.text.split())
            else:
                self.flowables.append(self.setter.block(block, self._style_of(block)))

    def _style_of(self, block: Block) -> str:
        return self.style if block.kind == "paragraph" else ""

    def _command(self, name: str, argument: str = "") -> None:
        if name == "page":
            self.width = ROTATED_WIDTH if argument.endswith("rotated") else 0
            self.flowables += self.setter.page_break(argument)
        elif name == "style":
            self.style = "" if argument == "plain" else argument
        elif name == "grid":
            grid = read_grid(argument)
            self.flowables += self.setter.grid(grid.headings, grid.rows, grid.widths)
        else:
            self.flowables += self.setter.figure_table(named_table(name, self.years), self.width)


def named_table(name: str, years: dict[int, FiscalYear]) -> Table:
    """The table of figures of that name, whichever way it is made."""
    if name in BUILT_TABLES:
        return BUILT_TABLES[name](years)
    table = figure_table(name, years)
    if table is None:
        raise KeyError(f"no table is called {name}")
    return table


def report_story(years: dict[int, FiscalYear], entries: dict[str, str]) -> list[Any]:
    """All flowables, with the contents filled from what an earlier pass found."""
    story = Story(years, Typesetter(FACE))
    body = [block for name in BODY for block in read_prose(name, years)]
    financial = [block for name in FINANCIAL for block in read_prose(name, years)]
    story.add(read_prose("cover", years))
    story.flowables += story.setter.page_break("contents")
    story.flowables += contents(story.setter, body, entries)
    story.flowables.append(PageBreak())
    story.add(read_prose("forward", years))
    story.flowables += story.setter.page_break("body")
    story.add(body)
    story.flowables += story.setter.page_break("financial")
    index_title = "INDEX TO CONSOLIDATED FINANCIAL STATEMENTS"
    story.flowables += contents(story.setter, financial, entries, index_title)
    story.flowables.append(PageBreak())
    story.add(financial)
    return story.flowables


def contents(
    setter: Typesetter, blocks: list[Block], entries: dict[str, str], title: str = "TABLE OF CONTENTS"
) -> list[Any]:
    """The parts and items with the printed labels of their pages."""
    rows = [(block.text, entries.get(block.text, "")) for block in blocks if block.kind in ENTRY_KINDS]
    head = [Paragraph(title, setter.styles["part"]), Spacer(1, 6)]
    return [*head, *setter.grid(("", "Page"), rows, (90, 10))]


def annual_report(years: dict[int, FiscalYear]) -> tuple[bytes, list[str | None]]:
    """The 10-K's bytes and the printed label of each of its pages."""
    title = "Quillmere Flow Controls, Inc. Annual Report on Form 10-K 2024"
    return typeset(lambda entries: report_story(years, entries), SECTIONS, HEADER, title)

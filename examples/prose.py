"""Reads the samples' prose: light markup in prose/*.md, with the books' figures filled in.

Markup, one block a paragraph: "# " part, "## " item (listed in the contents), "### " and "#### " lesser
headings, "! " a title, "% " an entry of the contents with no words of its own, "- " bullet, "> " centred,
"+ " and "++ " indented clauses, "[[name]]" a table, a family of paragraphs or a page command.
Figures: {path:2024} the figure, {path~2024} its change from the year before without sign, {path%2024} that
change in percent, {path^2024} "increased" or "decreased".
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from examples.books import DATA_FOLDER
from examples.figures import FiscalYear, lookup
from examples.tables import printed

PROSE_FOLDER = Path(__file__).parent / "prose"
FIGURE = re.compile(r"\{([a-z_.]+)([:~%^])(\d{4})\}")
SECTION = re.compile(r"\d+\.\d+ ")
KINDS = {
    "! ": "title", "% ": "entry",     "# ": "part", "## ": "item", "### ": "heading", "#### ": "subheading",
    "- ": "bullet", "> ": "centred", "+ ": "clause", "++ ": "subclause",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or command of the prose."""

    kind: str
    text: str


def filled(text: str, years: dict[int, FiscalYear]) -> str:
    """The text with the books' figures in place of their paths."""
    return FIGURE.sub(lambda match: _figure(match[1], match[2], int(match[3]), years), text)


def _figure(path: str, operation: str, year: int, years: dict[int, FiscalYear]) -> str:
    value = lookup(years[year], path)
    if operation == ":":
        return printed(value)
    before = float(lookup(years[year - 1], path))
    change = float(value) - before
    if operation == "^":
        return "increased" if change > 0 else "decreased"
    if operation == "~":
        return printed(round(abs(change)))
    return f"{abs(change) / before * 100:.1f}"


def typographic(text: str) -> str:
    """Straight quotes made curly and double hyphens made dashes, as typesetters of filings do."""
    text = re.sub(r'(^|[\s(\[—])"', "\\1“", text).replace('"', "”")
    text = re.sub(r"(^|[\s(\[—“])'", "\\1‘", text).replace("'", "’")
    return text.replace(" -- ", "—")


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks of marked-up prose."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        line = " ".join(paragraph.split())
        if line.startswith("[["):
            yield Block("command", line.strip("[]"))
            continue
        mark = next((mark for mark in KINDS if line.startswith(mark)), "")
        plain = "section" if SECTION.match(line) else "paragraph"
        yield Block(KINDS.get(mark, plain), typographic(line.removeprefix(mark)))


def read_prose(name: str, years: dict[int, FiscalYear]) -> list[Block]:
    """A prose file's blocks, with its families of paragraphs expanded."""
    text = filled((PROSE_FOLDER / f"{name}.md").read_text(encoding="utf-8"), years)
    found: list[Block] = []
    for block in blocks_of(text):
        if block.kind == "command" and block.text in variations():
            found += expanded(block.text)
        else:
            found.append(block)
    return found


@cache
def variations() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA_FOLDER / "variations.toml").read_text(encoding="utf-8"))


def expanded(family_name: str) -> Iterator[Block]:
    """A family of paragraphs: its own sentences, given in turn to each of its subjects."""
    family = variations()[family_name]
    templates = family["templates"]
    for number, subject in enumerate(family["subjects"]):
        name = subject["name"]
        yield Block("subheading", typographic(name[0].upper() + name[1:]))
        yield Block("paragraph", typographic(templates[number % len(templates)].format_map(subject)))

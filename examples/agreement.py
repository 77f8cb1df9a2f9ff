"""Typesets the supply agreement: cover, contents, twenty articles, signatures and exhibits."""

from typing import Any

from reportlab.platypus import PageBreak

from examples.annual_report import Story, contents
from examples.figures import FiscalYear
from examples.pages import Section, typeset
from examples.prose import read_prose
from examples.typesetting import Face, Typesetter

PARTS = ("agreement_first", "agreement_second", "agreement_third", "agreement_exhibits")
SECTIONS = (
    Section("front", lambda _number: "", str),
    Section("agreement", str, lambda label: f"Page {label}"),
)
HEADER = ("Master Supply Agreement", "Quillmere - Tarnbrook")


FIRST_ARTICLE = "ARTICLE 1. DEFINITIONS AND INTERPRETATION"


def agreement_story(years: dict[int, FiscalYear], entries: dict[str, str]) -> list[Any]:
    """All flowables of the agreement."""
    story = Story(years, Typesetter(Face(size=12.5, leading=25, after=15)))
    body = [block for name in PARTS for block in read_prose(name, years)]
    story.add(read_prose("agreement_cover", years))
    story.flowables += story.setter.page_break("front")
    story.flowables += contents(story.setter, body, entries)
    story.flowables += story.setter.page_break("agreement")
    for block in body:
        if block.kind == "item" and block.text.startswith("ARTICLE") and block.text != FIRST_ARTICLE:
            story.flowables.append(PageBreak())
        story.add([block])
    return story.flowables


def supply_agreement(years: dict[int, FiscalYear]) -> tuple[bytes, list[str | None]]:
    """The agreement's bytes and the printed label of each of its pages."""
    title = "Master Supply Agreement"
    return typeset(lambda entries: agreement_story(years, entries), SECTIONS, HEADER, title)

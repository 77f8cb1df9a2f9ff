"""Page templates and printed page labels: the label at a page's foot is not its place in the file."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportlab.lib.pagesizes import letter
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

WIDTH, HEIGHT = letter
MARGIN = 72.0


@dataclass(frozen=True)
class Section:
    """A run of pages numbered together; the label is made from the page's number in the run."""

    name: str
    label: Callable[[int], str]
    footer: Callable[[str], str] = str


@dataclass
class Record:
    """What one pass of typesetting found: each physical page's label, and each contents entry's label."""

    labels: list[str | None] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def roman(number: int) -> str:
    """Small roman numerals, as far as front matter needs them."""
    return {4: "iv", 9: "ix"}.get(number, "v" * (number // 5) + "i" * (number % 5))


class PageMaker:
    """Makes the templates of one pass and draws each page's running header and footer."""

    def __init__(self, header: Sequence[str], record: Record) -> None:
        self.header = header
        self.record = record

    def templates(self, section: Section) -> list[Any]:
        """The section's plain, two-column and rotated templates."""
        gap = 24.0
        column = (WIDTH - 2 * MARGIN - gap) / 2
        height = HEIGHT - 2 * MARGIN
        edges = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
        plain = [Frame(MARGIN, MARGIN, WIDTH - 2 * MARGIN, height, **edges)]
        columns = [Frame(MARGIN + place * (column + gap), MARGIN, column, height, **edges) for place in range(2)]
        wide = [Frame(MARGIN, MARGIN, HEIGHT - 2 * MARGIN, WIDTH - 2 * MARGIN, **edges)]
        turned = self._drawer(section, rotated=True)
        # reportlab takes a turned page's size as the reader sees it.
        rotated = PageTemplate(f"{section.name}_rotated", wide, onPage=turned, pagesize=(HEIGHT, WIDTH))
        rotated.rotation = 90
        return [
            PageTemplate(section.name, plain, onPage=self._drawer(section)),
            PageTemplate(f"{section.name}_columns", columns, onPage=self._drawer(section)),
            rotated,
        ]

    def bare_template(self, name: str) -> Any:
        """A cover: no header, no label."""
        frame = Frame(MARGIN, 54, WIDTH - 2 * MARGIN, HEIGHT - 108, leftPadding=0, rightPadding=0)
        return PageTemplate(name, [frame], onPage=lambda _canvas, _document: self.record.labels.append(None))

    def _drawer(self, section: Section, *, rotated: bool = False) -> Callable[[Any, Any], None]:
        def draw(canvas: Any, _document: Any) -> None:
            number = self.record.counts.get(section.name, 0) + 1
            self.record.counts[section.name] = number
            label = section.label(number)
            self.record.labels.append(label or None)
            if rotated:
                # The reader turns the page clockwise; what is drawn must stand turned the other way.
                canvas.translate(WIDTH, 0)
                canvas.rotate(90)
            self._draw_edges(canvas, section.footer(label), (HEIGHT, WIDTH) if rotated else (WIDTH, HEIGHT))

        return draw

    def _draw_edges(self, canvas: Any, footer: str, size: tuple[float, float]) -> None:
        width, height = size
        canvas.setFont("Times-Roman", 8.5)
        canvas.drawString(MARGIN, height - 44, self.header[0])
        canvas.drawRightString(width - MARGIN, height - 44, self.header[1])
        canvas.setLineWidth(0.4)
        canvas.line(MARGIN, height - 50, width - MARGIN, height - 50)
        canvas.setFont("Times-Roman", 9.5)
        canvas.drawCentredString(width / 2, 40, footer)


def typeset(
    story: Callable[[dict[str, str]], list[Any]],
    sections: Sequence[Section],
    header: Sequence[str],
    title: str,
) -> tuple[bytes, list[str | None]]:
    """The PDF's bytes and each page's printed label; set twice, for the contents to know the labels."""
    first = Record()
    typeset_once(story({}), sections, header, title, first)
    second = Record()
    content = typeset_once(story(first.entries), sections, header, title, second)
    return content, second.labels


def typeset_once(
    story: list[Any], sections: Sequence[Section], header: Sequence[str], title: str, record: Record
) -> bytes:
    """One pass; reportlab's "invariant" keeps dates and random identifiers out of the bytes."""
    buffer = io.BytesIO()
    document = BaseDocTemplate(buffer, pagesize=letter, invariant=1, title=title, pageCompression=1)
    maker = PageMaker(header, record)
    templates = [maker.bare_template("cover")]
    for section in sections:
        templates += maker.templates(section)
    document.addPageTemplates(templates)

    def note_entry(flowable: Any) -> None:
        entry = getattr(flowable, "contents_entry", None)
        if entry:
            record.entries[entry] = record.labels[-1] or ""

    document.afterFlowable = note_entry
    document.build(story)
    return buffer.getvalue()

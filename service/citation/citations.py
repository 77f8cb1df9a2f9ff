"""A place on a stored page in, a shipped Citation out: with its section, its rectangles and its page label.

Looks pages up by document; what counts as found is service/citation/locate.py's business. Knows nothing of models.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.catalog import Catalog
from ingest.pages import Pages
from ingest.types import Document, MarkedKind, Section
from service.citation.locate import Located, citation
from service.contract.answer import Citation


@dataclass(frozen=True)
class Citer:
    """Turns located quotes into citations."""

    catalog: Catalog
    pages: Pages

    def cite(self, document: Document, located: Located, quote: str | None = None) -> Citation:
        """The citation of a located quote; `quote` is the model's own wording where it differs from the page's."""
        if any(mark.kind is MarkedKind.STRUCK for mark in located.page.marked):  # evidence has blanks for struck words
            located = replace(located, page=self.pages.page(document, located.page.number))
        number, span = located.page.number, located.span
        places = [(number, span.start, span.end)]
        places += [(page.number, after.start, after.end) for page, after in located.continued]
        rectangles = [box for boxes in self.pages.rectangles(document, places) for box in boxes]
        outline = self.catalog.contents.outline(document.tenant, document.content)
        return citation(document, located, quote, section_at(outline, number, span.start), rectangles)


def section_at(outline: Sequence[Section], page: int, offset: int) -> str | None:
    """Titles of the sections around a place, joined, outermost first."""
    around = [s for s in outline if (s.start_page, s.start) <= (page, offset) < (s.end_page, s.end)]
    return " › ".join(section.title for section in sorted(around, key=lambda s: (s.level, s.ordinal))) or None

"""Where an agreement defines a term: `“Term” means …`, `(the “Term”)`. Looks through the pages of its definitions.

Words alone do not find a definition: a defined term stands on every page. Knows no index and no ranking.
"""

import re
from collections.abc import Iterable, Sequence

from ingest.catalog import Contents
from ingest.types import Document, Section
from service.retrieval.signals import last_page

MAX_PAGES = 40  # looked through in one document
OPEN, CLOSE = "[\"“”'‘«]", "[\"”“'’»]"
MEANS = r"\b(?:means?|shall mean|has the meanings?|have the meanings?|is defined|are defined|refers? to)\b"


def definition_pattern(terms: Sequence[str]) -> "re.Pattern[str]":
    """What matches a definition of any of these terms, however it is set."""
    said = "|".join(r"\s+".join(map(re.escape, term.split())) for term in terms)
    quoted = rf"{OPEN}\s*(?:the\s+)?(?:{said})\s*{CLOSE}"
    return re.compile(rf"{quoted}[^.;]{{0,160}}?{MEANS}|\((?:[^()]{{0,80}}\W)?{quoted}[^()]{{0,80}}\)", re.I)


def definitions_at(
    contents: Contents, document: Document, outline: Sequence[Section], terms: Sequence[str], pages: Iterable[int]
) -> dict[str, int]:
    """Chunks of a document that define one of the terms, with their pages: looked for where the outline has
    definitions, and on these pages."""
    numbers = sorted({*_definition_pages(outline), *pages})[:MAX_PAGES]
    pattern = definition_pattern(terms)
    found: dict[str, int] = {}
    for page in contents.iterate_pages(document.tenant, document.content, numbers, geometry=False) if numbers else ():
        offsets = [match.start() for match in pattern.finditer(page.text)]
        chunks = contents.chunks(document.tenant, document.content, page.number) if offsets else []
        found |= {c.id: page.number for c in chunks if any(c.start <= offset < c.end for offset in offsets)}
    return found


def _definition_pages(outline: Sequence[Section]) -> Iterable[int]:
    for section in outline:
        if section.kind == "definitions" or "defin" in section.title.lower():
            yield from range(section.start_page, last_page(section) + 1)

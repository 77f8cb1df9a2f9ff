"""What follows from a page's marked spans. Knows nothing of how they were found."""

from dataclasses import replace

from ingest.types import MarkedKind, Page


def hidden_characters(page: Page) -> int:
    """How many characters of the file's text nobody sees on the page."""
    return sum(len("".join(mark.text.split())) for mark in page.marked if mark.kind is MarkedKind.HIDDEN)


def in_force(page: Page) -> Page:
    """The page with blanks in place of struck words: what an answer may quote as what holds."""
    struck = [mark for mark in page.marked if mark.kind is MarkedKind.STRUCK]
    if not struck:
        return page
    letters = list(page.text)
    for mark in struck:
        letters[mark.start : mark.end] = [c if c.isspace() else " " for c in letters[mark.start : mark.end]]
    return replace(page, text="".join(letters))

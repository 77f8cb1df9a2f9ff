"""What a reader of an answer should know of a page it rests on: hidden text, and text that talks to models."""

from ingest.text.instructions import suspicious
from ingest.text.marked import hidden_characters
from ingest.types import Document, Page
from service.contract.answer import Warning


def page_warnings(document: Document, page: Page) -> tuple[Warning, ...]:
    """Warnings of one page; none for nearly every page."""
    found = []
    kinds = suspicious(page.text)
    if kinds:
        message = (
            f"Page {page.number} of {document.name} holds text that reads like instructions to a model "
            f"({', '.join(kinds)}); it was treated as text."
        )
        found.append(Warning("instruction_like_text", message, page.number))
    unseen = hidden_characters(page)
    if unseen:
        reasons = ", ".join(sorted({mark.reason for mark in page.marked if mark.text}))
        message = (
            f"Page {page.number} of {document.name} holds {unseen} characters that nobody sees on it "
            f"({reasons}); they were left out."
        )
        found.append(Warning("hidden_text", message, page.number))
    return tuple(found)

"""The pages an answer may use, by the short names the model knows their documents by, and the check of its quotes.

A quote is looked for on the page named, then on the document's other pages, then in the other documents: what stands
elsewhere is `moved` and says where. Only pages that were handed to the model count. Knows nothing of prompts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.types import Document, Page, PageKind
from service.citation.locate import Located, locate


@dataclass(frozen=True)
class Proof:
    """A quote that stands: the document, the place, the wording asked for, and the short name of the document."""

    alias: str
    document: Document
    located: Located
    quote: str

    @property
    def place(self) -> tuple[str, int, int, int]:
        """What two proofs of one place share."""
        return self.document.content, self.located.page.number, self.located.span.start, self.located.span.end


class Evidence:
    """Documents and pages handed to the model so far. Grows while tools are called; pages are never taken away."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}
        self._pages: dict[str, dict[int, Page]] = {}

    def add(self, document: Document, pages: Iterable[Page]) -> str:
        """Hand out pages of a document; returns its short name (`D1`), the same for the same document."""
        alias = self.alias(document)
        if alias is None:
            alias = f"D{len(self._documents) + 1}"
            self._documents[alias] = document
            self._pages[alias] = {}
        self._pages[alias].update({page.number: page for page in pages})
        return alias

    @property
    def documents(self) -> dict[str, Document]:
        """Documents by short name."""
        return dict(self._documents)

    def alias(self, document: Document) -> str | None:
        """The short name of a document, None before it was added."""
        return next((alias for alias, known in self._documents.items() if known.id == document.id), None)

    def named(self, name: str | None) -> str | None:
        """The short name meant by what a model wrote: the name itself, an id, a file's name, or the only document."""
        if name is not None:
            wanted = name.strip().casefold()
            for alias, document in self._documents.items():
                if wanted in (alias.casefold(), document.id.casefold(), document.name.casefold()):
                    return alias
        return next(iter(self._documents)) if len(self._documents) == 1 else None

    def pages(self, alias: str) -> list[Page]:
        """Pages of a document handed out, in order."""
        known = self._pages.get(alias, {})
        return [known[number] for number in sorted(known)]

    def page(self, alias: str, number: int) -> Page | None:
        """One page that was handed out."""
        return self._pages.get(alias, {}).get(number)

    def find(self, name: str | None, number: int | None, quotes: Sequence[str]) -> Proof | None:
        """Where a quote stands; `quotes` are forms of it, best first. None when it stands on no page handed out."""
        for quote in quotes:
            proof = self._find(self.named(name), number, quote)
            if proof is not None:
                return proof
        return None

    def _find(self, alias: str | None, number: int | None, quote: str) -> Proof | None:
        if alias is not None:
            pages = self.pages(alias)
            # a page the model was never given is as good as one without text
            claimed = (self.page(alias, number) or _blank(number)) if number is not None else None
            found = locate(quote, claimed, pages)
            if found is not None:
                return Proof(alias, self._documents[alias], found, quote)
        for other in self._documents:
            found = locate(quote, _blank(0), self.pages(other)) if other != alias else None
            if found is not None:
                return Proof(other, self._documents[other], found, quote)
        return None


def _blank(number: int) -> Page:
    """A page without text: what is found beside it has moved, and must be long enough to prove something."""
    return Page(number, None, PageKind.EMPTY, "", 0.0, 0.0, 0, 0)

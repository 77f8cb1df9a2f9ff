"""Whether the documents know the names a question speaks of: by what is known about them, else by their text.

An answer about somebody the documents never mention would be about somebody else. Knows nothing of ranking.
"""

from collections.abc import Sequence

from ingest.index_types import TenantIndex
from ingest.text.normalize import Level, normalize
from ingest.types import Document
from service.question.understand import Query


def unknown_name(index: TenantIndex, query: Query, documents: Sequence[Document]) -> str | None:
    """The first name in the question that stands nowhere in these documents.

    Beside a name they bear, a single capital may be emphasis ("the Real change"), so only names of several words
    count, and they count as there when any of these is.
    """
    named = names_filer(query, documents)
    for name in query.names:
        words = name.split() if named else [name]
        if named and len(words) < 2:
            continue
        if not any(mentions(index, word, documents) for word in words):
            return name
    return None


def names_filer(query: Query, documents: Sequence[Document]) -> bool:
    """Whether the documents are of one of those the question names."""
    about = normalize(_about(documents), Level.ALPHANUMERIC)
    return any(normalize(name, Level.ALPHANUMERIC) in about for name in query.names)


def mentions(index: TenantIndex, name: str, documents: Sequence[Document]) -> bool:
    """Whether a name stands in these documents' text, its words together, or in what is known about them."""
    if normalize(name, Level.ALPHANUMERIC) in normalize(_about(documents), Level.ALPHANUMERIC):
        return True
    contents = [document.content for document in documents]
    return any(index.search_pages([(way, 1.0)], 1, contents) for way in {name, normalize(name, Level.ALPHANUMERIC)})


def _about(documents: Sequence[Document]) -> str:
    """Whose the documents are: their names and the companies detected on their covers."""
    return " ".join(f"{document.name} {document.detected.company or ''}" for document in documents)

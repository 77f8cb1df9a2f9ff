"""What a search gives back: ranked pages, and for each part of a question its own pages and passages. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.types import Document
from service.question.understand import Query
from service.retrieval.filters import EVERY_PAGE, PageFilter
from service.retrieval.signals import Hit

Place = tuple[str, int]  # content and page number
Passage = tuple[int, int, float]  # start and end on its page in code points, and its share of the best passage's score


@dataclass(frozen=True)
class PartFound:
    """What one part of a question found.

    `unknown_name` is the first name of the part that stands nowhere in the documents, None where all are known.
    `passages` and `unknown_name` are filled only where evidence was asked for.
    """

    query: Query
    hits: tuple[Hit, ...]
    passages: Mapping[Place, tuple[Passage, ...]] = field(default_factory=dict)
    unknown_name: str | None = None


@dataclass(frozen=True)
class Found:
    """Ranked pages (or passages), and the documents in scope that could not be searched yet.

    `documents` are those a filter lets through, one a content; `asked` those of whoever the question names, all of them
    when it names nobody known. `parts` holds the question's parts in order, the whole question where it has but one.
    """

    hits: tuple[Hit, ...]
    documents: tuple[Document, ...]
    not_yet_searchable: tuple[str, ...]
    lexical_only: bool
    asked: tuple[Document, ...] = ()
    parts: tuple[PartFound, ...] = ()
    page_filter: PageFilter = EVERY_PAGE
    version: int = 0  # of the indexes

"""The steps of an answer as it comes about, as frozen data. Knows no wire; each wire has its own serializer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from service.contract.answer import Answer, Citation, PageHit, RouteTaken, Usage
from service.contract.question import Mode


@dataclass(frozen=True)
class RouteDecided:
    """How the question will be answered; a second one says that the answer begins anew with more evidence."""

    route: RouteTaken


@dataclass(frozen=True)
class DocumentRead:
    """Pages of a document that were put before a model, with the score each was found with; `tokens` of them all."""

    document_id: str
    document_name: str
    pages: tuple[int, ...]
    scores: tuple[float, ...]
    tokens: int


@dataclass(frozen=True)
class EvidenceGathered:
    """What the answer may use: ranked pages without a model, documents with their pages with one."""

    mode: Mode
    pages: tuple[PageHit, ...] = ()
    documents: tuple[DocumentRead, ...] = ()


@dataclass(frozen=True)
class Delta:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True)
class CitationFound:
    """A citation of what was said last."""

    citation: Citation


@dataclass(frozen=True)
class UsageReported:
    """What the answer has cost so far, all calls together; the last one seen is what is billed."""

    usage: Usage


@dataclass(frozen=True)
class Done:
    """The whole answer."""

    answer: Answer


@dataclass(frozen=True)
class Failed:
    """The answer broke off: a stable code, a sentence for people, and whether asking again may help."""

    code: str
    detail: str
    retry: bool


Event = RouteDecided | EvidenceGathered | Delta | CitationFound | UsageReported | Done | Failed


async def collect(events: AsyncIterator[Event]) -> Answer:
    """The whole answer of a stream that ends with one."""
    answer: Answer | None = None
    async for event in events:
        if isinstance(event, Done):
            answer = event.answer
    if answer is None:
        raise RuntimeError("The stream of an answer ended without its whole.")
    return answer

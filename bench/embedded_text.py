"""Which text to encode: vectors of chunks of running text, or of a page's distinct words; quality beside tokens.

Encodes the filings of the dev questions anew in each form, in memory, and ranks pages with all signals and with the
vectors alone. Nothing of the data folder changes; it must hold the filings already (`bench/quality.py` fills it).
"""

import argparse
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from bench.answers import Question
from bench.machine import keep
from bench.quality import load_questions, rank, summary
from ingest.index_types import IndexHit, TenantIndex, Vectors
from ingest.indexing.embed import OnnxEncoder
from ingest.indexing.entries import vector_entries
from ingest.indexing.export import exported_files
from ingest.structure.outline import breadcrumb_at
from ingest.text.derived import STOP_WORDS, distinct_words, without_amounts
from ingest.types import Document
from service.contract.caller import scope_for
from service.retrieval.ranking.weights import page_weights
from service.retrieval.retriever import Retriever
from service.wiring import Service, build_service

console = Console()
SHOWN = ("hit@1", "hit@5", "hit@10", "mrr")
Terms = Sequence[tuple[str, float]]
Contents = Iterable[str] | None
Texts = Iterator[tuple[int, str]]


def chunks_whole(service: Service, document: Document) -> Texts:
    """Every chunk's running text without amounts, behind its breadcrumb and caption."""
    for chunk, body in _chunks(service, document):
        yield chunk.page, ". ".join(filter(None, (" > ".join(chunk.breadcrumb[-2:]), chunk.caption, body)))


def chunks_without_stop_words(service: Service, document: Document) -> Texts:
    """The same without stop words."""
    for page, text in chunks_whole(service, document):
        yield page, " ".join(word for word in text.split() if word.lower() not in STOP_WORDS)


def page_in_one(service: Service, document: Document) -> Texts:
    """One text per page: its distinct content words."""
    for page, breadcrumb, text in _pages(service, document):
        yield page, ". ".join(filter(None, (" > ".join(breadcrumb[-2:]), " ".join(distinct_words(text)))))


def page_in_two(service: Service, document: Document) -> Texts:
    """Distinct content words in one or two parts: what the product does."""
    key = document.tenant, document.content
    pages = list(service.ingest.catalog.contents.iterate_pages(*key))
    for _id, page, text in vector_entries(document.content, pages, service.ingest.catalog.contents.outline(*key)):
        yield page, text


FORMS: dict[str, Callable[[Service, Document], Texts]] = {
    "chunks_whole": chunks_whole,
    "chunks_without_stop_words": chunks_without_stop_words,
    "page_in_one": page_in_one,
    "page_in_two": page_in_two,
}


def _chunks(service: Service, document: Document) -> Iterator[tuple[Any, str]]:
    contents = service.ingest.catalog.contents
    texts = {page.number: page.text for page in contents.iterate_pages(document.tenant, document.content)}
    for chunk in contents.chunks(document.tenant, document.content):
        body = without_amounts(texts[chunk.page][chunk.start : chunk.end])
        if any(character.isalpha() for character in body):
            yield chunk, body


def _pages(service: Service, document: Document) -> Iterator[tuple[int, tuple[str, ...], str]]:
    contents = service.ingest.catalog.contents
    outline = contents.outline(document.tenant, document.content)
    for page in contents.iterate_pages(document.tenant, document.content):
        yield page.number, breadcrumb_at(outline, page.number, 0), page.text


@dataclass(frozen=True)
class OtherVectors:
    """A tenant's index with its vectors replaced."""

    inner: TenantIndex
    vectors: dict[str, tuple[list[int], Vectors]]

    def for_tenant(self, _tenant: str) -> TenantIndex:
        """Itself: there is one tenant here."""
        return self

    def refresh(self) -> int:
        """As the product."""
        return self.inner.refresh()

    def search_pages(
        self, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """As the product."""
        return self.inner.search_pages(terms, limit, contents)

    def search_passages(
        self, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """As the product."""
        return self.inner.search_passages(terms, limit, contents)

    def search_vectors(self, vector: Vectors, limit: int, contents: Contents) -> list[IndexHit]:
        """By the other vectors, exactly."""
        hits = []
        for content in contents or self.vectors:
            pages, matrix = self.vectors.get(content, ([], np.zeros((0, len(vector)), np.float32)))
            for page, score in zip(pages, matrix @ vector, strict=True):
                hits.append(IndexHit(content, page, f"{content[:16]}:{page}", float(score)))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]


def measure(
    service: Service, documents: dict[str, Document], questions: Sequence[Question], encoder: OnnxEncoder, form: str
) -> dict[str, Any]:
    """Encode in one form and rank."""
    vectors, tokens = {}, 0
    started = time.perf_counter()
    for document in documents.values():
        rows = list(FORMS[form](service, document))
        tokens += sum(encoder.lengths([text for _page, text in rows]))
        vectors[document.content] = ([page for page, _text in rows], encoder.encode([text for _page, text in rows]))
    seconds = time.perf_counter() - started
    pages = sum(document.pages or 0 for document in documents.values())
    index = OtherVectors(service.ingest.index.for_tenant("local"), vectors)
    other = Retriever(service.ingest.catalog, index, service.encoder)
    result: dict[str, Any] = {"tokens_per_page": round(tokens / pages, 1), "seconds": round(seconds, 1)}
    for name, off in (("all_signals", frozenset()), ("vectors_alone", frozenset(page_weights()) - {"vectors"})):
        found = summary(rank(service, documents, questions, single=True, off=off, retriever=other))
        result[name] = {measure: found[measure] for measure in SHOWN}
    return result


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--filings", type=int, default=12, help="shortest filings first")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    service = build_service(os.environ)
    known = {Path(document.name).stem: document for document in service.ingest.catalog.documents.select(scope_for())}
    questions = [question for question in load_questions(options.data) if question.document in known]
    names = sorted({question.document for question in questions}, key=lambda name: known[name].pages or 0)
    documents = {name: known[name] for name in names[: options.filings]}
    questions = [question for question in questions if question.document in documents]
    settings = service.ingest.settings
    encoder = OnnxEncoder(exported_files(settings.encoder, settings.models, settings.encoder_precision), 2)
    result: dict[str, Any] = {"questions": len(questions), "filings": len(documents), "forms": {}}
    for form in FORMS:
        result["forms"][form] = measure(service, documents, questions, encoder, form)
        console.print(form, result["forms"][form])
    if options.keep:
        console.print("kept", keep("embedded-text", result))
    service.close()


if __name__ == "__main__":
    main()

"""Builds service's real parts over ingest's: the one door that server, command line, tests and benchmarks use."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest.cross_encoder import CrossEncoder
from ingest.parts import Parts, build_parts, query_encoder
from ingest.settings import IngestSettings, read_settings
from service.answer import Answerer
from service.citing import Citer
from service.models import ModelTable, load_models
from service.records import Records
from service.retrieve import EncoderSource, Retriever
from service.search import Searcher
from service.settings import ServiceSettings
from service.vocabulary_files import load_vocabulary


@dataclass(frozen=True)
class Service:
    """Everything the doors (HTTP, command line) call."""

    settings: ServiceSettings
    ingest: Parts
    retriever: Retriever
    searcher: Searcher
    answerer: Answerer
    records: Records
    encoder: EncoderSource
    models: ModelTable

    def close(self) -> None:
        """Release what the parts hold."""
        self.ingest.close()


def build_service(environment: Mapping[str, str]) -> Service:
    """Open the data folder the environment names and build the service over it."""
    ingest_settings = read_settings(IngestSettings, environment)
    settings = read_settings(ServiceSettings, environment)
    parts = build_parts(ingest_settings)
    vocabulary = load_vocabulary()
    encoder = EncoderSource(partial(query_encoder, ingest_settings))
    reranker = CrossEncoder(Path(settings.reranker)) if settings.reranker else None
    retriever = Retriever(parts.catalog, parts.index, encoder, reranker)
    citer = Citer(parts.catalog, parts.pages)
    answerer = Answerer(parts.pages, retriever, citer, encoder, vocabulary, settings.evidence_pages)
    records = Records(parts.database, settings.answer_days, settings.thread_days, settings.daily_budget_usd)
    searcher = Searcher(parts.catalog, retriever, vocabulary)
    return Service(settings, parts, retriever, searcher, answerer, records, encoder, load_models(settings.models_file))

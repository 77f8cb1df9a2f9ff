"""Builds service's real parts over ingest's: the one door that server, command line, tests and benchmarks use."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ingest.errors import PinciteError
from ingest.indexing.cross_encoder import CrossEncoder
from ingest.parts import Parts, build_parts, query_encoder
from ingest.settings import IngestSettings, read_settings
from service.answering.answerer import Answerer
from service.answering.recorded import RecordedAnswers
from service.citation.citations import Citer
from service.extractive.about_document import DocumentReader
from service.extractive.extractive import Extractive
from service.extractive.page_reader import PageReader
from service.generation.generator import Generator
from service.generation.model_request import Requests
from service.generation.preparation import Preparation
from service.llm.client import OpenAiLlm
from service.llm.endpoint import endpoint_of
from service.llm.limits import Limits
from service.llm.models import ModelTable, load_models
from service.llm.protocol import Llm
from service.question.vocabulary_files import load_vocabulary
from service.records import Records
from service.records.folder_secret import folder_secret
from service.retrieval.query_encoder import EncoderSource
from service.retrieval.ranking.row_signal import RowSignal
from service.retrieval.retriever import Retriever
from service.retrieval.search import Searcher
from service.routing.context import ContextBuilder
from service.routing.planner import Planner, PromptCache
from service.settings import ServiceSettings

log = logging.getLogger("pincite")


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
    llm: Llm | None
    secret: bytes = field(default=b"", repr=False)  # of the data folder: keys are hashed and sessions signed with it

    @property
    def answers(self) -> RecordedAnswers:
        """Answers that are stored and paid for."""
        return RecordedAnswers(self.answerer, self.records)

    @property
    def default_model(self) -> str | None:
        """The model used when a question names none; None while no endpoint is configured."""
        return self.settings.llm_model if self.llm is not None else None

    def warm(self) -> None:
        """Load what the first question and the first citation need, so that nobody waits for it."""
        try:
            encoder = self.encoder.get()
            if encoder is not None:
                encoder.encode(["a first question"])
            self.ingest.viewers.warm()
        except PinciteError as error:  # whoever asks first will be told
            log.warning("the server could not warm up: %s", error.message)

    def close(self) -> None:
        """Release what the parts hold."""
        self.ingest.close()

    async def aclose(self) -> None:
        """The same inside an event loop, with the language model's connections."""
        if self.llm is not None:
            await self.llm.aclose()
        self.close()


def build_service(environment: Mapping[str, str]) -> Service:
    """Open the data folder the environment names and build the service over it."""
    ingest_settings = read_settings(IngestSettings, environment)
    settings = read_settings(ServiceSettings, environment)
    parts = build_parts(ingest_settings)
    vocabulary = load_vocabulary()
    encoder = EncoderSource(partial(query_encoder, ingest_settings))
    reranker = CrossEncoder(Path(settings.reranker)) if settings.reranker else None
    retriever = Retriever(parts.catalog, parts.index, encoder, reranker, RowSignal(parts.pages.tables_alone))
    secret = folder_secret(parts.home)
    records = Records(
        parts.database, settings.answer_days, settings.thread_days, settings.daily_budget_usd, secret=secret
    )
    models = load_models(settings.models_file)
    llm = build_llm(settings, parts.tokens.count)
    answerer = _answerer(parts, settings, retriever, encoder, records, models, llm)
    searcher = Searcher(parts.catalog, retriever, vocabulary)
    return Service(settings, parts, retriever, searcher, answerer, records, encoder, models, llm, secret)


def build_llm(settings: ServiceSettings, count: Callable[[str], int]) -> Llm | None:
    """The language model the settings describe; None when they describe none."""
    endpoint = endpoint_of(settings)
    if not endpoint.configured:
        return None
    limits = Limits(settings.llm_requests_per_minute, settings.llm_tokens_per_minute)
    return OpenAiLlm(endpoint, count, limits)


def _answerer(
    parts: Parts,
    settings: ServiceSettings,
    retriever: Retriever,
    encoder: EncoderSource,
    records: Records,
    models: ModelTable,
    llm: Llm | None,
) -> Answerer:
    vocabulary = load_vocabulary()
    citer = Citer(parts.catalog, parts.pages)
    prompt_cache = PromptCache()
    planner = Planner(
        retriever,
        ContextBuilder(parts.catalog, settings.evidence_pages, settings.section_tokens),
        vocabulary,
        models,
        settings.llm_model if llm is not None else "",
        parts.tokens.name,
        parts.tokens.count,
        settings.llm_max_tokens,
        settings.llm_tools,
        records.remaining_usd,
        prompt_cache,
    )
    extractive = Extractive(
        PageReader(parts.pages), citer, encoder, settings.evidence_pages, DocumentReader(parts.pages, parts.catalog)
    )
    if llm is None:
        return Answerer(planner, extractive, None, vocabulary)
    preparation = Preparation(parts.pages, parts.catalog, retriever, vocabulary, prompt_cache, settings.llm_tools)
    generator = Generator(llm, citer, Requests(parts.tokens.count, settings.llm_max_tokens), preparation)
    return Answerer(planner, extractive, generator, vocabulary)

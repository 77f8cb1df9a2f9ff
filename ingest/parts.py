"""Builds the ingest room's real parts from its settings: used by the worker's entry and by service's wiring.

Nothing else constructs them. Knows nothing of HTTP or questions.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.blobs import Blobs
from ingest.catalog import Catalog, Database
from ingest.errors import StoreUnavailable
from ingest.index_types import Encoder
from ingest.indexing.embed import EncoderTokenizer, OnnxEncoder
from ingest.indexing.export import encoder_folder, ensure_exported, exported_files, weights_digest
from ingest.indexing.index import LocalIndex
from ingest.indexing.tokens import TokenCounter
from ingest.intake import Intake
from ingest.pages import Pages
from ingest.pipeline import Pipeline
from ingest.reading.sandbox import Viewers
from ingest.settings import IngestSettings
from ingest.upkeep.condition import Watch
from ingest.upkeep.stores import Stores


@dataclass(frozen=True)
class Parts:
    """Everything ingest offers, over one data folder."""

    settings: IngestSettings
    home: Path
    database: Database
    catalog: Catalog
    blobs: Blobs
    index: LocalIndex
    pages: Pages
    intake: Intake
    tokens: TokenCounter
    viewers: Viewers
    stores: Stores
    watch: Watch

    def close(self) -> None:
        """End helper processes and release the database."""
        self.viewers.close()
        self.database.close()


def build_parts(settings: IngestSettings) -> Parts:
    """Open (and if need be create) the data folder."""
    home = settings.home.expanduser().resolve()
    os.umask(0o077)  # what is stored here is its owner's alone, in every process that opens it
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.chmod(0o700)  # whatever the umask: what lies in it is nobody else's to read
    except OSError as error:
        message = (
            f"The data folder {home} cannot be used ({error.strerror}); it must belong to the user who runs Pincite."
        )
        raise StoreUnavailable(message) from error
    database = Database.of_folder(home)
    database.migrate()
    catalog = Catalog(database)
    blobs = Blobs(home / "blobs")
    viewers = Viewers(settings.render_processes, settings.reader_memory_mb)
    index = LocalIndex(home / "index", catalog.contents, encoder_fingerprint(settings), settings.exact_vectors)
    return Parts(
        settings,
        home,
        database,
        catalog,
        blobs,
        index,
        Pages(catalog, blobs, viewers, home / "images"),
        Intake(catalog, blobs, home / "incoming"),
        TokenCounter(os.environ.get("TIKTOKEN_CACHE_DIR")),
        viewers,
        Stores(database, catalog, blobs, index),
        Watch(home, catalog),
    )


def build_pipeline(parts: Parts) -> Pipeline:
    """The pipeline over these parts; its encoder is exported when first needed."""
    tokenizer = EncoderTokenizer(encoder_folder(parts.settings.encoder) / "tokenizer.json")
    settings = parts.settings
    encoder = lazy_encoder(settings, settings.encoder_threads)
    return Pipeline(settings, parts.catalog, parts.blobs, parts.tokens, parts.index, tokenizer, encoder)


def lazy_encoder(settings: IngestSettings, threads: int) -> Callable[[], Encoder]:
    """An encoder that is exported and opened at its first use."""

    @cache
    def encoder() -> Encoder:
        files = ensure_exported(settings.encoder, settings.models, settings.encoder_precision)
        return OnnxEncoder(files, threads)

    return encoder


def query_encoder(settings: IngestSettings) -> Encoder | None:
    """The encoder for queries, or None while the graph has not been exported: search is lexical until then."""
    files = exported_files(settings.encoder, settings.models, settings.encoder_precision)
    return OnnxEncoder(files, threads=1) if files.is_there else None


def encoder_fingerprint(settings: IngestSettings) -> str:
    """The fingerprint the configured encoder's vectors carry, known before the export."""
    return OnnxEncoder.fingerprint_of(weights_digest(settings.encoder), settings.encoder_precision)

"""The stages that make stored pages searchable: outline, BM25 over pages and passages, vectors.

Each takes the parts and a run and returns what it found out; the pipeline records that. Knows nothing of files.
"""

import numpy as np

from ingest.catalog import StageResult
from ingest.indexing.chunk import chunk_pages
from ingest.indexing.entries import page_entries, passage_entries, passage_vector_entries, vector_entries
from ingest.run import Run, StageParts, as_raw
from ingest.structure.outline import find_sections
from ingest.types import Progress

SHORT_DOCUMENT = 40_000  # tokens; up to here every chunk is encoded (some ten seconds), beyond it each page's words
EMBED_BATCH = 64


def find_outline(parts: StageParts, run: Run) -> StageResult:
    """Store the outline in place of what was there."""
    pages = run.pages()
    run.report(Progress("indexing", 0, len(pages)), force=True)
    sections = find_sections([as_raw(page) for page in pages], run.content.structure.bookmarks)
    parts.catalog.contents.replace_outline(*run.key, sections)
    return StageResult(tokens=sum(page.tokens for page in pages))


def index_pages(parts: StageParts, run: Run) -> StageResult:
    """BM25 over whole pages: from here on the document can be asked about."""
    tenant, sha256 = run.key
    pages = run.pages()
    sections = parts.catalog.contents.outline(*run.key)
    count = parts.index.for_tenant(tenant).add_pages(sha256, page_entries(sha256, pages, sections))
    run.report(Progress("indexing", len(pages), len(pages)), force=True)
    return StageResult(indexed_pages=count)


def index_passages(parts: StageParts, run: Run) -> StageResult:
    """Chunks, and BM25 over them."""
    tenant, sha256 = run.key
    pages = run.pages()
    sections = parts.catalog.contents.outline(*run.key)
    chunks = list(chunk_pages(sha256, pages, sections, parts.tokenizer.count, parts.settings.chunk_tokens))
    parts.catalog.contents.replace_chunks(*run.key, chunks)
    count = parts.index.for_tenant(tenant).add_passages(sha256, passage_entries(sha256, pages, chunks))
    run.drop_geometry()
    return StageResult(indexed_passages=count)


def embed(parts: StageParts, run: Run) -> StageResult:
    """Vectors of the pages, of a short document of its chunks, published as one segment."""
    tenant, sha256 = run.key
    encoder = parts.encoder()
    if run.content.tokens <= SHORT_DOCUMENT:
        entries = list(passage_vector_entries(run.pages(), parts.catalog.contents.chunks(*run.key)))
    else:
        entries = list(vector_entries(sha256, run.pages(), parts.catalog.contents.outline(*run.key)))
    texts = [text for _id, _page, text in entries]
    matrix = []
    for begin in range(0, len(texts), EMBED_BATCH):
        matrix.append(encoder.encode(texts[begin : begin + EMBED_BATCH]))
        run.report(Progress("embedding", min(begin + EMBED_BATCH, len(texts)), len(texts)))
    if matrix:
        ids, numbers = [entry[0] for entry in entries], [entry[1] for entry in entries]
        parts.index.for_tenant(tenant).add_vectors(sha256, ids, numbers, np.concatenate(matrix))
    return StageResult(encoder=encoder.fingerprint, vectors=len(texts))

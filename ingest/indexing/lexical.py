"""BM25 over pages and over chunks with Tantivy. The only importer of tantivy. Knows nothing of SQL or questions.

One folder per tenant, one writer (the worker), readers that reload when told to. Deletion is by content, and an
add deletes first, so that repeating an interrupted add leaves no double entry.
"""

import errno
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from ingest.errors import IndexDamaged, InsufficientStorage
from ingest.index_types import IndexEntry, IndexHit
from ingest.indexing.lexical_files import broken_files
from ingest.text.derived import index_words

ANALYZER = "pincite_english"
WRITER_BYTES = 64_000_000
# how much a term's find in each field counts; measured with bench/ablate.py
BOOSTS = {"heading": 1.6, "breadcrumb": 0.5, "body": 1.0}
PAGE, PASSAGE = "page", "passage"
DAMAGED = "The search index is damaged; it is rebuilt from the stored pages."
DISK_FULL = "os error 28"


class LexicalIndex:
    """One tenant's Tantivy index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = _schema()
        self._analyzer = _analyzer()
        self._index: Any = None

    def add(self, unit: str, content: str, entries: Iterable[IndexEntry]) -> int:
        """Put a content's pages or passages in place of what the index held of them, commit, and count them."""
        added = 0
        with _translated():
            writer = self._open().writer(WRITER_BYTES, num_threads=1)
            writer.delete_documents_by_term("owner", _owner(unit, content))
            for entry in entries:
                writer.add_document(_document(unit, entry))
                added += 1
            writer.commit()
            writer.wait_merging_threads()
        return added

    def delete(self, content: str) -> None:
        """Remove a content's entries and commit."""
        with _translated():
            writer = self._open().writer(WRITER_BYTES, num_threads=1)
            for unit in (PAGE, PASSAGE):
                writer.delete_documents_by_term("owner", _owner(unit, content))
            writer.commit()
            writer.wait_merging_threads()

    def reload(self) -> None:
        """See what has been committed since."""
        if self._index is not None:
            with _translated():
                self._index.reload()

    def verify(self) -> None:
        """Compare every file with its checksum; raises IndexDamaged."""
        broken = broken_files(self._folder)
        if broken:
            raise IndexDamaged(f"{DAMAGED} ({len(broken)} files, {broken[0]} among them)")

    def close(self) -> None:
        """Forget the open index; the next use opens what is on disk then."""
        self._index = None

    def count(self, unit: str, content: str) -> int:
        """How many entries of a content the index holds."""
        with _translated():
            query = tantivy.Query.term_query(self._schema, "owner", _owner(unit, content))
            return int(self._open().searcher().search(query, 1, count=True).count or 0)

    def search(
        self, unit: str, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """Rank pages or passages by BM25 over weighted terms; a term of several words counts as a phrase."""
        index = self._open()
        parts = [(tantivy.Occur.Should, query) for term, weight in terms for query in self._term(term, weight)]
        if not parts:
            return []
        clauses = [
            (tantivy.Occur.Must, tantivy.Query.boolean_query(parts)),
            (tantivy.Occur.Must, _unscored(tantivy.Query.term_query(self._schema, "unit", unit))),
        ]
        if contents is not None:
            wanted = list(contents)
            if not wanted:
                return []
            clauses.append(
                (tantivy.Occur.Must, _unscored(tantivy.Query.term_set_query(self._schema, "content", wanted)))
            )
        with _translated():
            searcher = index.searcher()
            found = searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False).hits
            return [_hit(searcher.doc(address), float(score)) for score, address in found]

    def entries(self, unit: str) -> int:
        """How many entries of a unit the index holds."""
        query = tantivy.Query.term_query(self._schema, "unit", unit)
        return int(self._open().searcher().search(query, 1, count=True).count or 0)

    def destroy(self) -> None:
        """Remove the index from disk."""
        self._index = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _term(self, term: str, weight: float) -> Iterable[Any]:
        words = self._analyzer.analyze(index_words(term))
        if not words:
            return
        for field, boost in BOOSTS.items():
            if len(words) == 1:
                query = tantivy.Query.term_query(self._schema, field, words[0], "freq")
            else:
                query = tantivy.Query.phrase_query(self._schema, field, words, slop=1)
            yield tantivy.Query.boost_query(query, weight * boost)

    def _open(self) -> Any:
        if self._index is None:
            with _translated():
                self._folder.mkdir(parents=True, exist_ok=True)
                opened = tantivy.Index(self._schema, path=str(self._folder))
                opened.register_tokenizer(ANALYZER, self._analyzer)
                opened.config_reader("manual", 1)
                opened.reload()
                self._index = opened
        return self._index


@contextmanager
def _translated() -> Iterator[None]:
    """Tantivy's errors and panics as ours: a full disk apart, they mean that its folder is not what was written."""
    try:
        yield
    except (ValueError, OSError) as error:
        if DISK_FULL in str(error) or getattr(error, "errno", None) == errno.ENOSPC:
            raise InsufficientStorage("The disk is full; the search index could not be written.") from error
        raise IndexDamaged(f"{DAMAGED} ({error})") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamaged(f"{DAMAGED} ({error})") from error


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "content", "unit", "owner"):
        stored = name in ("id", "content")
        builder.add_text_field(name, stored=stored, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("page", stored=True)
    for name in BOOSTS:
        builder.add_text_field(name, tokenizer_name=ANALYZER, index_option="position")
    return builder.build()


def _analyzer() -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    for step in (
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


def _document(unit: str, entry: IndexEntry) -> Any:
    return tantivy.Document(
        id=entry.id,
        content=entry.content,
        unit=unit,
        owner=_owner(unit, entry.content),
        page=entry.page,
        heading=index_words(entry.heading),
        breadcrumb=index_words(entry.breadcrumb),
        body=index_words(entry.body),
    )


def _owner(unit: str, content: str) -> str:
    return f"{unit}:{content}"


def _unscored(query: Any) -> Any:
    return tantivy.Query.const_score_query(query, 0.0)


def _hit(document: Any, score: float) -> IndexHit:
    return IndexHit(document.get_first("content"), document.get_first("page"), document.get_first("id"), score)

"""The straight line of one document: a list of stages, and the loop that goes on from the one reached.

Each stage's result is in the catalog before the next begins, so a killed run goes on from the last finished one.
Knows nothing of HTTP, of questions, or of which process it runs in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingest import index_stages, page_stages
from ingest.catalog import Content, Job, StageResult
from ingest.errors import DocumentNotFound, PinciteError, ReaderCrashed, ReadingFailed
from ingest.run import DocumentDeleted, Run, StageParts
from ingest.types import Scope, Status

MAX_NAMED_PAGES = 10  # failed pages that are named in a document's error


@dataclass(frozen=True)
class Stage:
    """A step of the line: its name in the catalog, what it does, what is there when it has finished."""

    name: str
    run: Callable[[StageParts, Run], StageResult]
    does: str
    leaves: str


STAGES = (
    Stage(
        "read",
        page_stages.read,
        "a child process reads the file; printed page numbers; form, company and period off the cover",
        "pages, stored in batches of 25",
    ),
    Stage("structured", index_stages.find_outline, "items, notes, clauses and headings are found", "the outline"),
    Stage(
        "indexed",
        index_stages.index_pages,
        "whole pages go into Tantivy",
        "BM25 over pages; the document becomes `searchable`",
    ),
    Stage(
        "recognised",
        page_stages.recognise_scans,
        "OCR of scans in child processes; outline and index of pages again, if there were any",
        "words of scanned pages",
    ),
    Stage("passages", index_stages.index_passages, "pages are cut into chunks", "chunks, and BM25 over them"),
    Stage(
        "embedded",
        index_stages.embed,
        "chunks of a short document, page texts of a long one, become vectors",
        "one vector segment",
    ),
)
SEARCHABLE_FROM, LAST = "indexed", "embedded"


@dataclass(frozen=True)
class Pipeline(StageParts):
    """The parts a document passes through, and the way."""

    def run(self, job: Job, on_progress: Callable[[], None] | None = None) -> None:
        """Bring one claimed document as far as it will go; `on_progress` is called at each report."""
        document = job.document
        try:
            self._run(Run(self.catalog, (document.tenant, document.content), job, on_progress), job)
        except DocumentDeleted:
            return
        except ReaderCrashed as error:
            self.try_again(job, error)
        except ReadingFailed as error:
            self.fail(job, error.code, error.message)

    def try_again(self, job: Job, error: PinciteError) -> None:
        """Charge an attempt and give the document back, until its attempts are used up."""
        attempts = self.catalog.documents.count_attempt(job.document.id)
        if attempts >= self.settings.max_attempts:
            self.fail(job, error.code, error.message)

    def fail(self, job: Job, code: str, message: str) -> None:
        """Settle a document that could not be finished: `partial` when it can be asked about, else `failed`."""
        try:
            now = self.catalog.documents.get(Scope(job.document.tenant), job.document.id)
        except DocumentNotFound:  # deleted meanwhile: nothing to settle
            return
        status = Status.PARTIAL if now.status is Status.SEARCHABLE else Status.FAILED
        self.catalog.documents.set_status(job.document.id, status, (code, message))

    def refresh(self, content: Content) -> None:
        """Make a content's vectors anew, with the encoder of today."""
        run = Run(self.catalog, (content.tenant, content.sha256), None)
        self._finish(STAGES[-1], run)

    def _run(self, run: Run, job: Job) -> None:
        has_read = self._starts_over(run, job)
        for stage in STAGES:
            if not self._is_done(stage, run):
                self._finish(stage, run)
                has_read = has_read or stage.name == "read"
            if stage.name == SEARCHABLE_FROM and not self._opened(run, job, has_read=has_read):
                return
        self._settle(run, job)

    def _starts_over(self, run: Run, job: Job) -> bool:
        """A retry of a document some of whose pages failed starts from the file again; says whether it does."""
        retried = job.document.status is Status.READING and job.document.progress.stage == "queued"
        if not retried or not run.reached("read") or not run.content.failed_pages:
            return False
        self.catalog.contents.begin(*run.key, job.document.media_type, self.tokens.name)
        run.recorded()
        return True

    def _is_done(self, stage: Stage, run: Run) -> bool:
        other_encoder = stage.name == LAST and run.reached(LAST) and run.content.encoder != self.index.fingerprint
        return run.reached(stage.name) and not other_encoder

    def _finish(self, stage: Stage, run: Run) -> None:
        result = stage.run(self, run)
        self.catalog.contents.finish_stage(*run.key, stage.name, result)
        run.recorded()

    def _opened(self, run: Run, job: Job, *, has_read: bool) -> bool:
        """Let the document be asked about; False when the slow stages must wait until all others can be, too."""
        if run.content.unlocked and not has_read and not job.opened:
            # another upload's password opened these bytes; this one must know it too
            page_stages.check_password(self, job)
        self.catalog.documents.set_status(job.document.id, Status.SEARCHABLE)
        return run.reached(LAST) or not self.catalog.documents.release_if_others_wait(job.document.id)

    def _settle(self, run: Run, job: Job) -> None:
        failed = run.content.failed_pages
        if not failed:
            self.catalog.documents.set_status(job.document.id, Status.READY)
            return
        shown = ", ".join(map(str, failed[:MAX_NAMED_PAGES])) + (" …" if len(failed) > MAX_NAMED_PAGES else "")
        error = ("pages_failed", f"These pages could not be read in full: {shown}.")
        self.catalog.documents.set_status(job.document.id, Status.PARTIAL, error)

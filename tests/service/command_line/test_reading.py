"""Files named on the command line are found, added once, and read here or by the server that runs."""

import io
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console
from service_samples import pdf, work

from ingest.errors import BadRequest
from ingest.types import Status
from ingest.worker import writer_lock
from service.command_line.reading import add_files, find_files, read_waiting
from service.contract.caller import scope_for
from service.wiring import Service

LETTER = pdf(["The heron delivered seventeen umbrellas to the lighthouse."])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.pdf").write_bytes(LETTER)
    (folder / "b.txt").write_text("Some text about herons.")
    (folder / "deep" / "c.md").write_text("# More text\n\nabout lighthouses.")
    (folder / ".hidden").write_text("not this one")
    return folder


def test_files_folders_and_globs_are_found_once(files: Path) -> None:
    names = [path.name for path in find_files([str(files / "b.txt"), str(files), str(files / "*.pdf")])]
    assert names == ["b.txt", "a.pdf", "c.md"]
    assert [path.name for path in find_files([str(files / "**" / "*.md")])] == ["c.md"]


@pytest.mark.parametrize("pattern", ["none.pdf", "*.docx"])
def test_a_pattern_that_names_nothing_is_refused(files: Path, pattern: str) -> None:
    with pytest.raises(BadRequest, match=pattern.replace("*", r"\*")):
        find_files([str(files / pattern)])


def test_equal_bytes_are_added_once(fresh: Service, files: Path) -> None:
    copy = files / "copy.pdf"
    copy.write_bytes(LETTER)
    first, second = add_files(fresh, scope_for(), [files / "a.pdf", copy], None, None)
    assert first.id == second.id
    (again,) = add_files(fresh, scope_for(), [copy], None, None)
    assert again.id == first.id
    assert len(fresh.ingest.catalog.documents.select(scope_for())) == 1


def test_a_file_added_again_joins_the_collection(fresh: Service, files: Path) -> None:
    add_files(fresh, scope_for(), [files / "a.pdf"], "one", None)
    (again,) = add_files(fresh, scope_for(), [files / "a.pdf"], "two", None)
    stored = fresh.ingest.catalog.documents.get(scope_for(), again.id)
    assert len(stored.collections) == 2


def test_a_failed_file_added_again_with_its_password_is_read(fresh: Service, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pdf"
    locked.write_bytes(pdf(["The otter signed the treaty."], password="swordfish"))
    (failed,) = read_waiting(fresh, add_files(fresh, scope_for(), [locked], None, None), None)
    assert failed.error is not None and failed.error[0] == "password_required"
    (read,) = read_waiting(fresh, add_files(fresh, scope_for(), [locked], None, "swordfish"), None)
    assert (read.id, read.status) == (failed.id, Status.READY)


def test_everything_that_waits_is_read_with_a_bar_for_each(fresh: Service, files: Path) -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=120)
    documents = read_waiting(fresh, add_files(fresh, scope_for(), find_files([str(files)]), "herons", None), screen)
    assert [document.status for document in documents] == [Status.READY] * 3
    assert all(len(document.collections) == 1 for document in documents)
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "a.pdf" in shown and "b.txt" in shown and "ready" in shown


def test_beside_a_writer_it_waits_for_that_one(fresh: Service, files: Path) -> None:
    documents = add_files(fresh, scope_for(), [files / "b.txt"], None, None)
    ended: list[Status] = []
    with writer_lock(fresh.ingest):
        waiting = threading.Thread(target=lambda: ended.extend(d.status for d in read_waiting(fresh, documents, None)))
        waiting.start()
        time.sleep(0.5)
        assert ended == []
        assert fresh.ingest.catalog.documents.get(scope_for(), documents[0].id).status is Status.QUEUED
    work(fresh)
    waiting.join(timeout=30)
    assert ended == [Status.READY]

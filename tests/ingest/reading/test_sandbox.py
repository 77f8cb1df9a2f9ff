"""Readers run in children: whatever a file does to one of them becomes a typed error, in time."""

import io
import os
import random
import signal
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_samples import assemble_pdf, encrypted, pageless_pdf, pdf, write
from PIL import Image

from ingest.errors import (
    FileDamaged,
    NoPages,
    PasswordRequired,
    PasswordWrong,
    ReaderCrashed,
    ReaderTimedOut,
    ReadingFailed,
    TooComplex,
)
from ingest.reading.sandbox import ReaderProcess, Viewers, child_environment, page_from_json
from ingest.types import PageKind

PDF = "application/pdf"
MEMORY_MB = 1024


def request(path: Path, media_type: str = PDF, password: str | None = None) -> dict[str, Any]:
    return {
        "operation": "read",
        "path": str(path),
        "media_type": media_type,
        "password": password,
        "max_pages": 5000,
        "first": 1,
        "page_seconds": 20,
        "unlocked": None,
    }


@pytest.fixture
def reader() -> Iterator[ReaderProcess]:
    process = ReaderProcess(MEMORY_MB)
    yield process
    process.close()


@pytest.fixture(scope="module")
def lasting() -> Iterator[ReaderProcess]:
    """One child for the files that do not kill it."""
    process = ReaderProcess(MEMORY_MB)
    yield process
    process.close()


def read(process: ReaderProcess, path: Path, password: str | None = None) -> list[dict[str, Any]]:
    replies = list(process.ask(request(path, password=password), 60, 30))
    assert replies, "neither a page nor an error: the answers of two requests are mixed up"
    return replies


def test_pages_come_first_and_what_the_file_says_of_itself_last(lasting: ReaderProcess, tmp_path: Path) -> None:
    replies = read(lasting, write(tmp_path, pdf([["one 1,234"], ["two"]])))
    assert [next(iter(reply)) for reply in replies] == ["pages", "page", "page", "structure"]
    page = page_from_json(replies[1]["page"])
    assert (page.number, page.text, page.kind) == (1, "one 1,234", PageKind.TEXT)
    assert len(page.lines[0].marks) == 1


def test_a_text_file_has_no_structure(lasting: ReaderProcess, tmp_path: Path) -> None:
    replies = list(lasting.ask(request(write(tmp_path, b"hello"), "text/plain"), 60, 30))
    assert [next(iter(reply)) for reply in replies] == ["pages", "page"]


def test_a_killed_child_is_told_from_a_damaged_file(reader: ReaderProcess, tmp_path: Path) -> None:
    replies = reader.ask(request(write(tmp_path, pdf([["words"]] * 2000))), 60, 30)
    assert next(replies) == {"pages": 2000}
    os.kill(reader.pid, signal.SIGKILL)
    with pytest.raises(TooComplex):  # the kernel's killer sends the same signal
        list(replies)


def test_a_child_that_crashes_is_named_so(reader: ReaderProcess, tmp_path: Path) -> None:
    replies = reader.ask(request(write(tmp_path, pdf([["words"]] * 2000))), 60, 30)
    next(replies)
    os.kill(reader.pid, signal.SIGSEGV)
    with pytest.raises(ReaderCrashed):
        list(replies)
    with pytest.raises(ReaderCrashed):  # and so is asking a dead child
        list(reader.ask(request(tmp_path / "file.pdf"), 60, 30))


def test_a_child_that_stalls_runs_out_of_its_time(reader: ReaderProcess, tmp_path: Path) -> None:
    os.kill(reader.pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(ReaderTimedOut):
        list(reader.ask(request(write(tmp_path, pdf([["words"]]))), 60, 0.2))
    assert time.monotonic() - started < 5


def test_the_whole_of_a_reading_has_a_limit_of_its_own(reader: ReaderProcess, tmp_path: Path) -> None:
    with pytest.raises(ReaderTimedOut):
        list(reader.ask(request(write(tmp_path, pdf([["words"]] * 3000))), 0.6, 30))


def test_a_child_that_timed_out_is_gone(reader: ReaderProcess, tmp_path: Path) -> None:
    with pytest.raises(ReaderTimedOut):
        list(reader.ask(request(write(tmp_path, pdf([["words"]]))), 0, 0))
    with pytest.raises(ProcessLookupError):
        os.kill(reader.pid, 0)


def test_a_child_without_memory_is_a_typed_error(tmp_path: Path) -> None:
    process = ReaderProcess(40)
    try:
        with pytest.raises((TooComplex, ReaderCrashed)):
            list(process.ask(request(write(tmp_path, pdf([["words"]]))), 30, 30))
    finally:
        process.close()


def test_errors_keep_their_kind_across_the_process(lasting: ReaderProcess, tmp_path: Path) -> None:
    locked = write(tmp_path, encrypted(pdf([["words"]]), "sesame"))
    with pytest.raises(PasswordRequired):
        read(lasting, locked)
    with pytest.raises(PasswordWrong):
        read(lasting, locked, "guess")
    assert len(read(lasting, locked, "sesame")) == 3
    with pytest.raises(FileDamaged):
        read(lasting, write(tmp_path, b"%PDF-1.5\n" + random.Random(1).randbytes(4000), "noise.pdf"))


def test_a_child_that_has_refused_one_file_reads_the_next(reader: ReaderProcess, tmp_path: Path) -> None:
    with pytest.raises(PasswordRequired):
        read(reader, write(tmp_path, encrypted(pdf([["words"]]), "sesame")))
    assert len(read(reader, write(tmp_path, pdf([["words"]])))) == 3


def test_a_pdf_without_pages_is_named_so(reader: ReaderProcess, tmp_path: Path) -> None:
    with pytest.raises(NoPages):
        read(reader, write(tmp_path, pageless_pdf()))


def test_every_cut_of_a_pdf_is_read_or_a_typed_error(lasting: ReaderProcess, tmp_path: Path) -> None:
    whole = pdf([["Some words of the first page"], ["and of the second"]])
    for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        outcome(lasting, write(tmp_path, whole[: int(len(whole) * share)]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), flips=st.integers(1, 40))
def test_a_pdf_with_bytes_overwritten_is_read_or_a_typed_error(
    lasting: ReaderProcess, tmp_path: Path, seed: int, flips: int
) -> None:
    chance = random.Random(seed)
    data = bytearray(pdf([["Some words of the first page"], ["and of the second"]]))
    for _ in range(flips):
        data[chance.randrange(8, len(data))] = chance.randrange(256)
    outcome(lasting, write(tmp_path, bytes(data)))


@pytest.mark.parametrize("seed", range(6))
def test_random_bytes_behind_a_pdf_header_are_damaged(lasting: ReaderProcess, tmp_path: Path, seed: int) -> None:
    with pytest.raises(FileDamaged):
        read(lasting, write(tmp_path, b"%PDF-1.7\n" + random.Random(seed).randbytes(3000)))


def outcome(process: ReaderProcess, path: Path) -> int:
    """Pages read, or -1 for a typed refusal; any other exception fails the test."""
    try:
        return len(read(process, path))
    except ReaderCrashed:
        raise
    except ReadingFailed:
        return -1


def bomb() -> bytes:
    """A page whose content is a gibibyte of zeros in about a megabyte."""
    packer = zlib.compressobj(9)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    mebibyte = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = struct.pack(">HH", (1 << 30) % 65521, 1)
    packed = start + mebibyte * 1024 + b"\x03\x00" + checksum
    return assemble_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
            4: b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        }
    )


def test_a_stream_that_unpacks_to_a_gibibyte_ends_in_time(reader: ReaderProcess, tmp_path: Path) -> None:
    path = write(tmp_path, bomb())
    started = time.monotonic()
    try:
        replies = list(reader.ask(request(path), 20, 15))
        pages = [page_from_json(reply["page"]) for reply in replies if "page" in reply]
        assert [page.text for page in pages] == [""]
    except ReadingFailed as error:
        assert error.code in ("too_complex", "reader_crashed", "reader_timed_out", "file_damaged")
    assert time.monotonic() - started < 25


def test_viewers_draw_again_after_a_child_has_died(tmp_path: Path) -> None:
    path = write(tmp_path, pdf([["Some words"]]))
    viewers = Viewers(1, MEMORY_MB)
    try:
        assert Image.open(io.BytesIO(viewers.png(path, PDF, 1, 36))).size == (306, 396)
        os.kill(viewers._free[0].pid, signal.SIGKILL)
        with pytest.raises(ReadingFailed):
            viewers.png(path, PDF, 1, 36)
        [[box]] = viewers.rectangles(path, PDF, [(1, 0, 4)])
        assert box.page == 1
        assert 70 < box.x0 < box.x1 < 110
    finally:
        viewers.close()


def test_a_warm_pool_draws_with_the_process_it_has(tmp_path: Path) -> None:
    viewers = Viewers(1, MEMORY_MB)
    try:
        viewers.warm()
        viewers.warm()
        [process] = viewers._free
        viewers.png(write(tmp_path, pdf([["Some words"]])), PDF, 1, 36)
        assert viewers._free == [process]
    finally:
        viewers.close()


def test_a_child_ends_when_its_parent_lets_go(tmp_path: Path) -> None:
    process = ReaderProcess(MEMORY_MB)
    child = process._process
    assert child.stdin is not None
    child.stdin.close()
    try:
        assert child.wait(timeout=20) == 0
    finally:
        process.close()


def test_a_reader_is_told_how_to_run_python_and_no_secret() -> None:
    parent = {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "OPENAI_API_KEY": "sesame",
        "PINCITE_HOME": "/data",
        "PYTHONPATH": "/x",
    }
    told = child_environment(parent)
    assert set(told) == {"PATH", "LC_ALL", "PYTHONPATH", "OMP_NUM_THREADS"}
    assert told["PYTHONPATH"].endswith(":/x")
    process = ReaderProcess(MEMORY_MB)
    try:
        seen = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
    finally:
        process.close()
    names = {row.partition(b"=")[0].decode() for row in seen if row}
    assert names <= set(child_environment(dict.fromkeys(names, "")))

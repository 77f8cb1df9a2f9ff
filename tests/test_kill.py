"""kill -9 of the worker and of the server, at random moments: no accepted upload is lost, none is doubled."""

import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from service_samples import PINCITE, environment_for, pdf, start_server

from ingest.indexing.lexical import PAGE
from service.contract.caller import scope_for
from service.wiring import build_service

SEED = 20_241
SETTLE_SECONDS = 90.0
FILLER = "The inspector walked along the quay and counted the crates of {number} ships before noon."


def word(number: int) -> str:
    """A word no other file holds."""
    syllables = ("zor", "vik", "mul", "quaz", "tep", "jox", "fyn", "bru", "gwel", "hox")
    return "".join(syllables[int(digit)] for digit in f"{number + 101:03}") + "ka"


def small_pdf(number: int) -> bytes:
    """Three to six pages, each with this file's own word."""
    lines = [FILLER.format(number=number + row) for row in range(30)]
    return pdf(*([f"Page {page} tells of {word(number)} and of little else.", *lines] for page in range(1, pages_of(number) + 1)))  # fmt: skip


def pages_of(number: int) -> int:
    return 3 + number % 4


def wait_until(there: Callable[[], Any], seconds: float) -> Any:
    """What `there` gives as soon as it is something; fails when the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = there()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"did not come about within {seconds} s")


class Run:
    """A server on one data folder that is killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = start_server(home)

    def kill_worker(self) -> None:
        worker: psutil.Process = wait_until(self.server.worker, 20)
        worker.kill()

    def kill_server(self) -> None:
        self.server.kill()
        self.server = start_server(self.home)

    def documents(self) -> dict[str, dict[str, Any]]:
        listed = self.server.client.get("/v1/documents", params={"limit": 200}).json()["documents"]
        assert len({document["id"] for document in listed}) == len(listed)
        return {document["id"]: document for document in listed}

    def settled(self) -> dict[str, dict[str, Any]] | None:
        found = self.documents()
        waiting = [d for d in found.values() if d["status"] not in ("ready", "partial", "failed")]
        return None if waiting else found

    def found(self, query: str) -> set[tuple[str, int]]:
        """(document, page) of every page that holds the word itself."""
        body = self.server.client.post("/v1/search", json={"query": query, "limit": 100, "explain": True}).json()
        pages = [(hit["document_id"], hit["page"]) for hit in body["hits"] if "lexical" in hit["signals"]]
        assert len(pages) == len(set(pages))
        return set(pages)


@contextmanager
def running(home: Path) -> Iterator[Run]:
    run = Run(home)
    try:
        yield run
    finally:
        run.server.stop()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with running(tmp_path / "home") as made:
        yield made


def survive(home: Path, files: int, kills: int) -> None:
    """Upload files and kill meanwhile; in the end everything is there, once."""
    chance = random.Random(SEED)
    accepted: dict[str, int] = {}
    with running(home) as run:
        sent = 0
        for kill in range(kills):
            for number in range(sent, files * (kill + 1) // kills):
                reply = run.server.upload(small_pdf(number), f"{number}.pdf")
                assert reply.status_code == 202
                accepted[reply.json()["id"]] = number
                sent = number + 1
            time.sleep(chance.uniform(0.0, 2.5))
            chance.choice((run.kill_worker, run.kill_server))()
        found = wait_until(run.settled, SETTLE_SECONDS)
        assert set(found) == set(accepted)
        for document_id, number in accepted.items():
            state = found[document_id]
            assert (state["status"], state["error"], state["pages"]) == ("ready", None, pages_of(number))
            pages = {(document_id, page) for page in range(1, pages_of(number) + 1)}
            assert run.found(word(number)) == pages
    assert_consistent(home, accepted)


def assert_consistent(home: Path, accepted: dict[str, int]) -> None:
    """The stores hold every page once and nothing else."""
    service = build_service({"PINCITE_HOME": str(home)})
    try:
        documents = service.ingest.catalog.documents.select(scope_for())
        index = service.ingest.index.for_tenant("local")
        assert index.lexical.entries(PAGE) == sum(pages_of(number) for number in accepted.values())
        for document in documents:
            assert service.ingest.catalog.contents.count("local", document.content)["pages"] == document.pages
        blobs = [path for path in (home / "blobs").rglob("*") if path.is_file()]
        assert len(blobs) == len({document.content for document in documents}) == len(accepted)
        assert list((home / "incoming").iterdir()) == []
    finally:
        service.close()


def test_three_kills_lose_nothing(tmp_path: Path) -> None:
    survive(tmp_path / "home", files=6, kills=3)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    survive(tmp_path / "home", files=20, kills=20)


def test_a_worker_that_is_killed_is_started_again(run: Run) -> None:
    first = wait_until(run.server.worker, 20)
    first.kill()
    second = wait_until(lambda: (w := run.server.worker()) and w.pid != first.pid and w, 20)
    assert second.is_running()
    assert run.server.upload(small_pdf(1), "after.pdf", seconds=60).json()["status"] == "ready"


def test_the_worker_dies_with_its_server(run: Run) -> None:
    worker = wait_until(run.server.worker, 20)
    time.sleep(1.0)  # it holds the data folder by now
    run.server.process.kill()
    _gone, alive = psutil.wait_procs([worker], timeout=3)
    assert alive == []


def test_a_server_that_is_asked_to_end_does_so_even_with_an_open_stream(run: Run) -> None:
    worker = wait_until(run.server.worker, 20)
    with run.server.client.stream("GET", "/v1/events"):
        run.server.process.terminate()
        run.server.process.wait(timeout=20)
    _gone, alive = psutil.wait_procs([worker], timeout=5)
    assert alive == []


def test_a_deletion_interrupted_by_a_kill_is_never_found_again(run: Run) -> None:
    kept = run.server.upload(small_pdf(1), "kept.pdf", seconds=60).json()["id"]
    buried = run.server.upload(small_pdf(2), "buried.pdf", seconds=60).json()["id"]
    assert {document for document, _page in run.found(word(2))} == {buried}
    receipt = run.server.client.delete(f"/v1/documents/{buried}")
    run.kill_worker()
    run.kill_server()
    assert receipt.json()["deleted"]["pages"] == pages_of(2)
    for _ in range(2):  # before the purge, as a rule, and after it
        assert run.found(word(2)) == set()
        assert set(run.documents()) == {kept}
        assert run.server.client.get(f"/v1/documents/{buried}").status_code == 404
        wait_until(lambda: len([p for p in (run.home / "blobs").rglob("*") if p.is_file()]) == 1, 30)
    assert {document for document, _page in run.found(word(1))} == {kept}


def test_a_file_added_beside_a_running_server_is_read_by_its_worker(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "beside.pdf"
    file.write_bytes(small_pdf(3))
    done = subprocess.run(
        [PINCITE, "add", str(file), "--json"], env=environment_for(run.home), capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert '"status": "ready"' in done.stdout
    assert len(run.found(word(3))) == pages_of(3)


def test_a_second_server_on_the_folder_takes_over_when_the_first_dies(run: Run) -> None:
    wait_until(run.server.worker, 20)
    time.sleep(2.0)
    other = start_server(run.home)
    try:
        first = run.server.upload(small_pdf(4), "four.pdf", seconds=60).json()
        assert first["status"] == "ready"
        assert other.client.get(f"/v1/documents/{first['id']}").json()["status"] == "ready"
        body = other.client.post("/v1/search", json={"query": word(4)}).json()
        assert body["hits"][0]["document_id"] == first["id"]
        run.server.process.kill()
        second = other.upload(small_pdf(5), "five.pdf", seconds=60).json()
        assert second["status"] == "ready"
    finally:
        other.stop()

"""Real and hostile files from outside the repository: `PINCITE_DATA` names their folder, else `../shared/data`.

By hand these tests skip when the folder is absent; under `.ci/run` that is a failure.
"""

import csv
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import ReadingFailed
from ingest.reading.sandbox import ReaderProcess, page_from_json

DATA = Path(os.environ.get("PINCITE_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
EVERY = 24  # of the hostile files
SECONDS = 20.0


@pytest.fixture(scope="module")
def data() -> Path:
    if DATA.is_dir():
        return DATA
    if os.environ.get("PINCITE_CI"):
        pytest.fail(f"the data folder {DATA} is missing, and .ci/run must not skip these tests")
    pytest.skip(f"the data folder {DATA} is not here; name it with PINCITE_DATA")


def read(path: Path, password: str | None) -> list[dict[str, Any]]:
    process = ReaderProcess(2048)
    request = {
        "operation": "read",
        "path": str(path),
        "media_type": "application/pdf",
        "password": password,
        "max_pages": 500,
        "first": 1,
        "page_seconds": 20,
        "unlocked": None,
    }
    try:
        return list(process.ask(request, SECONDS, SECONDS))
    finally:
        process.close()


def test_every_hostile_file_gives_pages_or_an_error_of_ours(data: Path) -> None:
    index = (data / "hostile" / "index.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(index.splitlines()))[::EVERY]
    ends: Counter[str] = Counter()
    for row in rows:
        try:
            replies = read(data / "hostile" / "pdfs" / row["file"], row["password"] or None)
            ends["pages" if any("page" in reply for reply in replies) else "nothing"] += 1
        except ReadingFailed as error:
            ends[error.code] += 1
    assert sum(ends.values()) == len(rows) >= 40
    assert ends["nothing"] == ends["reader_timed_out"] == 0, ends
    assert ends["pages"] > 0.6 * len(rows), ends


def test_a_real_10k_is_read_whole_with_its_statements(data: Path) -> None:
    path = sorted((data / "financebench" / "pdfs").glob("*_10K.pdf"))[0]
    pages = [page_from_json(reply["page"]) for reply in read(path, None) if "page" in reply]
    assert len(pages) >= 60
    assert not any(page.error for page in pages)
    text = " ".join(" ".join(page.text.split()) for page in pages).lower()
    assert "total assets" in text and "net cash provided by" in text

"""The container's last stage: it serves without what only the export of an encoder needs."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_samples import Server, environment_for, pdf, start_server

from bench.image_size import export_only

ROOT = Path(__file__).parent.parent
IMPORT_NAMES = {"scikit-learn": "sklearn", "ml-dtypes": "ml_dtypes", "onnx-ir": "onnx_ir"}
BLOCKER = """\
import sys

class Missing:
    names = {names!r}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {{name!r}} (kept out by a test)")

sys.meta_path.insert(0, Missing())
"""


def removed_in_the_image() -> set[str]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    return set(re.findall(r'^ARG EXPORT_ONLY="(.+)"$', text, re.M)[0].split())


@pytest.fixture
def lean(tmp_path: Path) -> dict[str, str]:
    """An environment in which every Python finds none of these packages."""
    names = {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in removed_in_the_image()}
    folder = tmp_path / "blocked"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BLOCKER.format(names=names), encoding="utf-8")
    paths = [str(folder), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**environment_for(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(paths)}


@pytest.fixture
def server(lean: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    started = start_server(tmp_path / "home", lean)
    yield started
    started.stop()


def test_the_image_drops_exactly_what_only_the_export_needs() -> None:
    assert removed_in_the_image() == export_only()


def test_the_blocked_packages_are_really_out_of_reach(lean: dict[str, str]) -> None:
    for name in ("torch", "sentence_transformers", "transformers"):
        tried = subprocess.run([sys.executable, "-c", f"import {name}"], env=lean, capture_output=True, text=True)
        assert "kept out by a test" in tried.stderr


def test_server_and_worker_read_embed_and_answer_without_them(server: Server) -> None:
    sentence = "The Buyer may terminate this Agreement on ninety days of written notice to the Seller."
    reply = server.upload(pdf([sentence, "Nothing else was agreed."]), "agreement.pdf", seconds=60)
    assert (reply.status_code, reply.json()["status"]) == (200, "ready"), reply.text
    asked = {"question": "How much notice must the Buyer give to terminate?", "mode": "extractive"}
    answer = server.client.post("/v1/answers", json=asked).json()
    assert answer["answered"] and "ninety days" in answer["citations"][0]["cited_text"]
    found = server.client.post("/v1/search", json={"query": "cancelling a contract", "explain": True}).json()
    assert "vector" in str(found["hits"][0]["signals"]), "the encoder took no part"

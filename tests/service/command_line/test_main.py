"""The command line does what the server does, prints text or JSON, and ends with 1 and one sentence when it cannot."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from service_samples import PINCITE, environment_for, pdf
from typer.testing import CliRunner, Result

from ingest.errors import (
    AnswerNotFound,
    BadRequest,
    CollectionNotFound,
    DocumentNotFound,
    LlmNotConfigured,
    ThreadNotFound,
)
from service.command_line.main import app

LETTER = pdf(
    ["Supply Agreement", "The Buyer shall pay every invoice within forty-five days of receipt of the goods."],
    ["The walrus audited the marmalade reserves of Petrograd and found them in order."],
)


class Desk:
    """A data folder, a file beside it, and the command line over both."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.file = folder / "letter.pdf"
        self.file.write_bytes(LETTER)

    def run(self, *words: str) -> Result:
        environment = {"PINCITE_HOME": str(self.home), "COLUMNS": "200", "TERM": "dumb"}
        return CliRunner().invoke(app, list(words), env=environment)

    def output(self, *words: str) -> str:
        done = self.run(*words)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    def json(self, *words: str) -> Any:
        done = self.run(*words, "--json")
        assert done.exit_code == 0, (done.output, done.exception)
        return json.loads(done.stdout)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk whose letter has been read."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    assert "ready" in desk.output("add", str(desk.file), "--collection", "letters")
    return desk


def test_setup_names_the_encoders_graph(desk: Desk) -> None:
    assert ".onnx" in desk.output("setup").replace("\n", "")


def test_an_added_file_is_ready(desk: Desk) -> None:
    (row,) = desk.json("add", str(desk.file), "--collection", "letters")
    assert (row["name"], row["status"], row["pages"], len(row["collections"])) == ("letter.pdf", "ready", 2, 1)
    (again,) = desk.json("add", str(desk.file))
    assert again["id"] == row["id"]


def test_a_file_that_cannot_be_read_ends_with_one(desk: Desk) -> None:
    desk.file.write_bytes(pdf(["secret"], password="swordfish"))
    done = desk.run("add", str(desk.file))
    assert done.exit_code == 1 and "failed" in done.output
    (row,) = desk.json("add", str(desk.file), "--password", "swordfish")
    assert row["status"] == "ready"


def test_a_question_adds_its_files_and_is_answered_with_the_page(desk: Desk) -> None:
    shown = desk.output("ask", "Within how many days must the Buyer pay an invoice?", str(desk.file))
    assert "forty-five days" in shown
    assert "[1] letter.pdf, PDF p. 1 (exact)" in shown
    assert "route: extractive" in shown


def test_an_answer_as_json_is_the_servers_object(settled: Desk) -> None:
    answer = settled.json("ask", "Within how many days must the Buyer pay an invoice?")
    assert answer["answered"] and answer["citations"][0]["start_page_number"] == 1
    assert {"id", "statements", "route", "searched", "usage"} <= set(answer)


def test_what_is_not_there_is_said(settled: Desk) -> None:
    assert "Not found in 1 document(s)" in settled.output("ask", "Who is the mayor of Foobarland on Zorgon?")


def test_a_search_lists_pages_and_explains_itself(settled: Desk) -> None:
    plain = settled.output("search", "walrus marmalade", "--limit", "1")
    assert "letter.pdf" in plain and "PDF 2" in plain
    explained = settled.output("search", "walrus marmalade", "--explain")
    assert "lexical" in explained and '"intent"' in explained
    found = settled.json("search", "walrus", "--unit", "passage", "--explain", "--collection", "letters")
    assert found["hits"][0]["page"] == 2 and "walrus" in found["hits"][0]["snippet"]
    assert found["understood"]["intent"] == "fact"


def test_documents_are_listed(settled: Desk) -> None:
    assert "letter.pdf" in settled.output("documents")
    (row,) = settled.json("documents", "--collection", "letters")
    assert row["status"] == "ready"


def test_an_answer_is_exported_as_html(settled: Desk, tmp_path: Path) -> None:
    answer = settled.json("ask", "What did the walrus audit?")
    target = tmp_path / "answer.html"
    assert "wrote" in settled.output("export", answer["id"], "-o", str(target))
    assert "marmalade reserves" in target.read_text(encoding="utf-8")
    receipt = settled.json("export", answer["id"], "--output", str(target))
    assert receipt == {"answer": answer["id"], "file": str(target)}


def test_a_deleted_document_is_gone(desk: Desk) -> None:
    desk.output("add", str(desk.file))
    answer = desk.json("ask", "What did the walrus audit?")
    receipt = desk.json("delete", "letter.pdf")
    assert (receipt["deleted"]["documents"], receipt["deleted"]["pages"], receipt["deleted"]["answers"]) == (1, 2, 1)
    assert desk.json("documents") == []
    assert desk.json("search", "walrus")["hits"] == []
    assert isinstance(desk.run("export", answer["id"]).exception, AnswerNotFound)
    desk.output("add", str(desk.file))
    (row,) = desk.json("documents")
    assert "deleted letter.pdf" in desk.output("delete", row["id"])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "nowhere.pdf"), BadRequest),
        (("ask", "What?", "--mode", "full"), LlmNotConfigured),
        (("search", "x", "--collection", "none"), CollectionNotFound),
        (("documents", "--collection", "none"), CollectionNotFound),
        (("delete", "nothing.pdf"), DocumentNotFound),
        (("export", "ans_none"), AnswerNotFound),
    ],
)
def test_what_cannot_be_done_raises_our_error(settled: Desk, words: tuple[str, ...], error: type[Exception]) -> None:
    assert isinstance(settled.run(*words).exception, error)


@pytest.mark.parametrize(
    "words",
    [
        ("search", "x", "--unit", "line"),
        ("search", "x", "--limit", "0"),
        ("ask", "What?", "--mode", "guess"),
        ("ask",),
        ("nod",),
    ],
)
def test_a_wrong_word_is_a_usage_error(settled: Desk, words: tuple[str, ...]) -> None:
    assert settled.run(*words).exit_code == 2


def test_the_console_script_says_one_sentence_and_ends_with_one(settled: Desk) -> None:
    command = [PINCITE, "delete", "nothing[1].pdf"]
    environment = environment_for(settled.home)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.split() == ["document_not_found:", "There", "is", "no", "document", "'nothing[1].pdf'."]


def test_a_wrong_setting_is_named(desk: Desk) -> None:
    environment = environment_for(desk.home) | {"PINCITE_PORT": "eighty"}
    done = subprocess.run([PINCITE, "serve"], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "PINCITE_PORT must be an integer from 1 to 65535" in " ".join(done.stderr.split())


def test_a_conversation_goes_on_from_call_to_call(settled: Desk) -> None:
    first = settled.json("ask", "Within how many days must the Buyer pay an invoice?", "--thread", "new")
    shown = settled.output("ask", "And the Seller?", "--thread", first["thread"])
    assert "understood as: Within how many days" in shown and f"thread {first['thread']}" in shown
    (row,) = settled.json("threads")
    assert (row["id"], row["answers"]) == (first["thread"], 2)
    assert "Within how many days" in settled.output("threads", "--limit", "1")


def test_an_unknown_thread_is_refused(settled: Desk) -> None:
    done = settled.run("ask", "What?", "--thread", "thr_none")
    assert isinstance(done.exception, ThreadNotFound)


def test_usage_counts_what_was_asked(desk: Desk) -> None:
    desk.output("ask", "Who audited the marmalade reserves?", str(desk.file))
    assert desk.json("usage", "--days", "1")["total"]["routes"] == {"extractive": 1}
    shown = desk.output("usage")
    assert "extractive 1" in shown and "no daily budget" in shown

"""A data folder looked after from the command line: checked, mended, copied, put back."""

import json
import shutil
from pathlib import Path

import pytest
from service_samples import pdf
from typer.testing import CliRunner, Result

from ingest.errors import BadRequest
from service.command_line.main import app

LETTER = pdf(["The walrus audited the marmalade reserves of Petrograd and found them in order."])


class Desk:
    """A data folder and the command line over it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str) -> Result:
        environment = {"PINCITE_HOME": str(self.home), "COLUMNS": "200", "TERM": "dumb"}
        return CliRunner().invoke(app, list(words), env=environment)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "home")
    (tmp_path / "letter.pdf").write_bytes(LETTER)
    assert made.run("add", str(tmp_path / "letter.pdf")).exit_code == 0
    return made


def test_a_folder_in_good_order_is_said_to_be(desk: Desk) -> None:
    checked = desk.run("check")
    assert (checked.exit_code, checked.stdout) == (0, "all stores agree\n")


def test_damage_is_listed_mended_and_gone(desk: Desk) -> None:
    shutil.rmtree(desk.home / "index" / "lexical")
    listed = desk.run("check", "--json")
    assert (listed.exit_code, [row["store"] for row in json.loads(listed.stdout)]) == (1, ["search index"])
    assert "made of the stored pages again" in desk.run("check", "--repair").stdout
    assert desk.run("documents").stdout.count("queued") == 1
    assert desk.run("add", str(desk.home.parent / "letter.pdf")).exit_code == 0  # reads what waits
    assert desk.run("check").exit_code == 0
    assert "marmalade" in desk.run("search", "marmalade").stdout


def test_a_backup_is_put_back_into_a_new_folder(desk: Desk, tmp_path: Path) -> None:
    assert "1 files copied" in desk.run("backup", str(tmp_path / "backup")).stdout
    other = Desk(tmp_path / "other")
    assert other.run("restore", str(tmp_path / "backup")).exit_code == 0
    assert other.run("add", str(tmp_path / "letter.pdf")).exit_code == 0
    assert "marmalade" in other.run("search", "marmalade").stdout
    assert isinstance(other.run("restore", str(tmp_path / "backup")).exception, BadRequest)

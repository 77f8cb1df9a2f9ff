"""Keys on the command line: made and shown once, listed without themselves, rotated, revoked."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ingest.errors import BadRequest, KeyNotFound
from service.command_line.key_commands import FIRST_KEY, first_key
from service.command_line.main import app
from service.contract.caller import EVERYTHING, Permission
from service.wiring import Service, build_service


def run(home: Path, *words: str) -> Any:
    """What `pincite keys …` prints as JSON; raises what it raises."""
    result = CliRunner().invoke(app, ["keys", *words, "--json"], env={"PINCITE_HOME": str(home)})
    if result.exception is not None:
        raise result.exception
    return json.loads(result.stdout)


def test_a_key_is_shown_once_and_opens_what_it_says(tmp_path: Path) -> None:
    made = run(tmp_path, "create", "desk", "--tenant", "alpha", "--scopes", "read", "--days", "2", "--rate", "5")
    (listed,) = run(tmp_path, "list")
    assert "key" not in listed and listed["tenant"] == "alpha" and listed["requests_per_minute"] == 5
    service = build_service({"PINCITE_HOME": str(tmp_path)})
    try:
        key = service.records.keys.find(made["key"])
        assert key is not None and key.caller.scope.tenant == "alpha"
        assert key.permissions == {Permission.READ} and key.expires_at is not None
        assert made["key"] not in (tmp_path / "catalog.sqlite3").read_bytes().decode("latin-1")
    finally:
        service.close()


def test_rotating_and_revoking_end_a_key(tmp_path: Path) -> None:
    made = run(tmp_path, "create", "desk")
    turned = run(tmp_path, "rotate", made["id"])
    assert turned["id"] == made["id"] and turned["key"] != made["key"]
    assert run(tmp_path, "revoke", made["id"])["revoked"]
    with pytest.raises(BadRequest, match="revoked"):
        run(tmp_path, "rotate", made["id"])
    with pytest.raises(KeyNotFound):
        run(tmp_path, "revoke", "0000")


@pytest.mark.parametrize(
    "words", [("--scopes", "everything"), ("--scopes", ""), ("--tenant", "../other"), ("--tenant", "x" * 65)]
)
def test_what_a_key_cannot_be_is_refused_with_what_is_allowed(tmp_path: Path, words: tuple[str, str]) -> None:
    with pytest.raises(BadRequest, match=words[0]):
        run(tmp_path, "create", "desk", *words)


def test_a_first_key_is_left_for_the_folders_owner_and_made_once(fresh: Service) -> None:
    first_key(fresh)
    path = fresh.ingest.home / FIRST_KEY
    key = fresh.records.keys.find(path.read_text().strip())
    assert key is not None and key.permissions == EVERYTHING and path.stat().st_mode & 0o077 == 0
    first_key(fresh)
    assert len(fresh.records.keys.list()) == 1

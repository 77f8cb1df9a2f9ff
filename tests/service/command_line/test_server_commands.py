"""Which addresses `pincite serve` listens on without being told that nobody has to show a key."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.errors import BadRequest
from service.command_line.main import app
from service.command_line.server_commands import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_addresses_are_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk", "localhost.example"])
def test_an_address_others_can_reach_is_refused_while_there_is_no_key(host: str, tmp_path: Path) -> None:
    assert not is_loopback(host)
    result = CliRunner().invoke(app, ["serve", "--host", host], env={"PINCITE_HOME": str(tmp_path)})
    assert isinstance(result.exception, BadRequest) and "--without-keys" in str(result.exception)


def test_a_port_out_of_range_is_refused_with_what_is_allowed() -> None:
    result = CliRunner().invoke(app, ["serve", "--port", "-5"])
    assert str(result.exception) == "PINCITE_PORT must be an integer from 1 to 65535, not '-5'."

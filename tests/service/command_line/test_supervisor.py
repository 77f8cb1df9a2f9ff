"""The worker is kept running, and ends with its supervisor."""

import time
from pathlib import Path

import psutil
import pytest

from service.command_line.supervisor import Supervisor


def started(supervisor: Supervisor, not_this: int | None = None) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if supervisor.pid is not None and supervisor.pid != not_this:
            return supervisor.pid
        time.sleep(0.02)
    pytest.fail("no worker was started")


def test_a_worker_that_ends_is_started_again_and_stopped_with_the_supervisor(tmp_path: Path) -> None:
    given = {"PINCITE_HOME": str(tmp_path / "home"), "OPENAI_API_KEY": "sesame", "TIKTOKEN_CACHE_DIR": "kept"}
    supervisor = Supervisor(given)
    assert supervisor.pid is None
    supervisor.start()
    first = started(supervisor)
    deadline = time.monotonic() + 20
    while not (tmp_path / "home" / "worker.lock").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    psutil.Process(first).kill()
    second = started(supervisor, not_this=first)
    process = psutil.Process(second)
    assert "OPENAI_API_KEY" not in process.environ()
    assert process.environ()["TIKTOKEN_CACHE_DIR"] == "kept"  # no secret, whatever its name holds
    assert process.cmdline()[1:] == ["-m", "ingest.worker"]
    supervisor.stop()
    assert supervisor.pid is None
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE

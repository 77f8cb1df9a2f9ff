"""Keeps one worker process running beside the server; the worker ends when the server does. Knows no documents."""

import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

log = logging.getLogger("pincite.supervisor")
RESTART_SECONDS = 0.5  # waited before a worker that ended is started again, so that a broken one does not spin
SECRET = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)$", re.I)
BUSY_SECONDS = 5.0  # a worker that ended at once probably found the data folder taken


class Supervisor:
    """Starts the worker and starts it again whenever it ends."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        told = {**os.environ, **environment}
        # the worker reads strangers' files and has no use for the language model's key
        self._environment = {name: value for name, value in told.items() if not SECRET.search(name)}
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    @property
    def pid(self) -> int | None:
        """The worker's process id while one runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Begin supervising."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker and supervise no more."""
        self._stopping.set()
        process = self._process
        if process is not None:
            process.kill()  # every stage survives a kill, so there is nothing to wait for
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            started = time.monotonic()
            # the pipe is the leash: when this process dies, however, the worker reads end of file and ends
            with subprocess.Popen(
                [sys.executable, "-m", "ingest.worker"], stdin=subprocess.PIPE, env=self._environment
            ) as process:
                self._process = process
                if self._stopping.is_set():
                    process.kill()
                code = process.wait()
            if not self._stopping.is_set():
                log.warning("the worker ended with code %s and is started again", code)
                quick = time.monotonic() - started < RESTART_SECONDS * 2
                self._stopping.wait(BUSY_SECONDS if quick else RESTART_SECONDS)

"""What the tests of the service room share: small files made on the spot, and a real server to talk to."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil
from reportlab.pdfgen import canvas

from ingest.types import Line, Page, PageKind
from service.command_line.reading import read_waiting
from service.wiring import Service

PINCITE = str(Path(sys.executable).parent / "pincite")
START_SECONDS = 60.0


@dataclass(frozen=True)
class Samples:
    """The folder of sample filings and their gold facts."""

    folder: Path
    facts: list[dict[str, Any]]


def pdf(*pages: Sequence[str], password: str | None = None) -> bytes:
    """A PDF whose pages hold these lines, from the top down."""
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer, pagesize=(612, 792), invariant=1, encrypt=password)
    for lines in pages:
        drawing.setFont("Helvetica", 11)
        for row, line in enumerate(lines):
            drawing.drawString(72, 720 - 16 * row, line)
        drawing.showPage()
    drawing.save()
    return buffer.getvalue()


def page(text: str, number: int = 1) -> Page:
    """A stored page of this text, one line per line, without geometry worth the name."""
    lines, start = [], 0
    for row, piece in enumerate(text.splitlines(keepends=True)):
        body = piece.rstrip("\r\n")
        lines.append(Line(start, start + len(body), 50, 50 + 14 * row, 50 + 6 * len(body), 62 + 14 * row))
        start += len(piece)
    return Page(number, None, PageKind.TEXT, text, 612.0, 792.0, 0, 0, None, tuple(lines))


def work(service: Service) -> None:
    """Be the worker until nothing waits."""
    read_waiting(service, [], None)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_for(home: Path) -> dict[str, str]:
    """The environment of a process that works on this data folder."""
    return {**os.environ, "PINCITE_HOME": str(home), "PINCITE_HOSTS": "testserver"}


@dataclass
class Server:
    """A running `pincite serve`: its process, its data folder, and a client to talk to it."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]
    client: httpx.Client = field(repr=False)

    def upload(self, data: bytes, name: str, seconds: float = 0, **form: str) -> httpx.Response:
        """Send a file, waiting up to `seconds` for its end."""
        parameters = {"wait": str(seconds)} if seconds else {}
        return self.client.post("/v1/documents", files={"file": (name, data)}, data=form, params=parameters)

    def worker(self) -> psutil.Process | None:
        """The worker process, if one runs at this moment."""
        try:
            children = psutil.Process(self.process.pid).children()
            return next((child for child in children if "ingest.worker" in child.cmdline()), None)
        except psutil.NoSuchProcess:
            return None

    def kill(self) -> None:
        """End the server as a power cut would."""
        self.process.kill()
        self.process.wait()
        self.client.close()

    def stop(self) -> None:
        """End the server as Ctrl-C would."""
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_server(home: Path, environment: dict[str, str] | None = None) -> Server:
    """Start a server over this data folder and wait until it answers; in this environment, if one is given."""
    port = free_port()
    with (home.parent / f"{home.name}-server.log").open("ab") as log:
        command = [PINCITE, "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment or environment_for(home), stdout=log, stderr=log)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if client.get("/healthz").status_code == 200:
                return Server(home, port, process, client)
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise
        time.sleep(0.1)

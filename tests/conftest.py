"""Shared by all tests: the sample filings, a data folder in which two of them have been read, a client, a server."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from model_server import Talk, talking
from service_samples import Samples, Server, start_server

from examples.make_samples import AGREEMENT, ANNUAL_REPORT, make_samples
from ingest.types import Document
from service.app import create_app
from service.command_line.reading import add_files, read_waiting
from service.contract.caller import scope_for
from service.wiring import Service, build_service

LOOPBACK = ("127.", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--pictures DIR` keeps the screenshots the README shows."""
    parser.addoption("--pictures", type=Path, default=None, help="folder the README's pictures are written to")


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """No test may reach another machine: the one place where something is patched."""

    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
                raise RuntimeError(f"A test tried to reach {address!r}; only loopback is allowed.")
            return original(self, address)

        return connect

    names = ("connect", "connect_ex")
    for name in names:
        setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    yield
    for name in names:
        delattr(socket.socket, name)  # the methods are inherited from _socket.socket


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """The sample filings, typeset once, with their gold facts."""
    folder = tmp_path_factory.mktemp("samples")
    return Samples(folder, make_samples(folder))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of `service`."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def service(home: Path, samples: Samples) -> Iterator[Service]:
    """The sample 10-K and the supply agreement, read by the real pipeline; tests only read from it."""
    built = build_service({"PINCITE_HOME": str(home), "PINCITE_HOSTS": "testserver"})
    files = [samples.folder / ANNUAL_REPORT, samples.folder / AGREEMENT]
    read_waiting(built, add_files(built, scope_for(), files, None, None), None)
    yield built
    built.close()


@pytest.fixture(scope="session")
def report_10k(service: Service) -> Document:
    """The sample 10-K as read."""
    return _named(service, ANNUAL_REPORT)


@pytest.fixture(scope="session")
def agreement(service: Service) -> Document:
    """The supply agreement as read."""
    return _named(service, AGREEMENT)


@pytest.fixture(scope="session")
def client(service: Service) -> Iterator[TestClient]:
    """HTTP over `service`, in process."""
    with TestClient(create_app(lambda: service)) as talking:
        yield talking


@pytest.fixture(scope="module")
def talk(service: Service, home: Path) -> Iterator[Talk]:
    """Real HTTP to a second service over the folder of `service`, with a scripted model behind it."""
    assert service.settings.llm_base_url == ""
    with talking(home) as running:
        yield running


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Service]:
    """A service over a data folder of its own, for tests that change things; uploads are limited to 1 MiB."""
    built = build_service(
        {"PINCITE_HOME": str(tmp_path / "home"), "PINCITE_MAX_UPLOAD_MB": "1", "PINCITE_HOSTS": "testserver"}
    )
    yield built
    built.close()


@pytest.fixture
def fresh_client(fresh: Service) -> Iterator[TestClient]:
    """HTTP over `fresh`, in process; nothing is read until a test calls `work`."""
    with TestClient(create_app(lambda: fresh)) as talking:
        yield talking


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real `pincite serve` with its worker, over its own data folder."""
    running = start_server(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


def _named(service: Service, name: str) -> Document:
    return next(d for d in service.ingest.catalog.documents.select(scope_for()) if d.name == name)

"""A browser, and a real server in which the sample 10-K and the supply agreement have been read."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import ARGUMENTS, CHROMIUM, Visit, visit_room
from playwright.sync_api import Browser, sync_playwright
from service_samples import Samples, Server, start_server

from examples.make_samples import AGREEMENT, ANNUAL_REPORT


@pytest.fixture(scope="module")  # while Playwright runs its event loop is this thread's, which other tests would meet
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it these tests skip by hand and fail in CI."""
    if not Path(CHROMIUM).exists():
        reason = f"{CHROMIUM} is not there; these tests need Debian's package chromium"
        if os.environ.get("PINCITE_CI") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def room(tmp_path_factory: pytest.TempPathFactory, samples: Samples) -> Iterator[Server]:
    """A server whose library holds the two samples; tests put nothing else into it."""
    running = start_server(tmp_path_factory.mktemp("room"))
    for name in (AGREEMENT, ANNUAL_REPORT):
        reply = running.upload((samples.folder / name).read_bytes(), name, seconds=120)
        assert reply.status_code == 200, reply.text
    yield running
    running.stop()


@pytest.fixture
def visiting(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens the room of a server; afterwards nothing may have failed or left the host unnoticed."""
    visits: list[Visit] = []

    def visit(server: Server, **options: Any) -> Visit:
        made = visit_room(browser, f"http://127.0.0.1:{server.port}/", **options)
        visits.append(made)
        made.page.goto(made.address)
        made.page.locator(".document, #library-empty:not([hidden])").first.wait_for(state="attached")
        return made

    yield visit
    for made in visits:
        made.context.close()
    assert [error for made in visits for error in made.unexpected] == []
    assert [url for made in visits for url in made.left] == []


@pytest.fixture
def visit(visiting: Callable[..., Visit], room: Server) -> Visit:
    """The room with the two samples, on a wide screen."""
    return visiting(room)

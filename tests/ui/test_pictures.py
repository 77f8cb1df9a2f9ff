"""The two pictures of the README, taken from the running page; `make pictures` puts them into docs/images."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from browsing import Visit
from PIL import Image
from playwright.sync_api import expect
from service_samples import Server

from examples.make_samples import AGREEMENT, ANNUAL_REPORT

COLOURS = 240  # of a palette: a third of the bytes, and no difference one could see
MAX_BYTES = 300_000


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where the pictures go: a folder named on the command line, or one that is thrown away."""
    named: Path | None = request.config.getoption("--pictures")
    folder = named or tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def take(visit: Visit, path: Path) -> Image.Image:
    visit.page.mouse.move(5, 895)
    expect(visit.page.locator(".page.loading")).to_have_count(0)
    visit.page.wait_for_timeout(900)  # the outline's arrival
    visit.page.screenshot(path=str(path))
    Image.open(path).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
    assert path.stat().st_size < MAX_BYTES
    return Image.open(path).convert("RGB")


def test_a_figure_with_its_row_outlined(visiting: Callable[..., Visit], room: Server, pictures: Path) -> None:
    visit = visiting(room)
    visit.page.locator("#scope").select_option(label="all 2 documents")
    answer = visit.ask("What were total capital expenditures in 2024?")
    answer.locator(".sources summary").click()
    answer.locator(".answer-text .chip").first.click()
    visit.page.locator(".mark.quoted").first.wait_for()
    expect(visit.page.locator("#reader-title")).to_have_text(ANNUAL_REPORT)
    image = take(visit, pictures / "reading-room-figure.png")
    red, green, blue = np.moveaxis(np.asarray(image), -1, 0)[:3]
    marker = (red > 200) & (green > 170) & (green < 240) & (blue < 190)
    assert marker.sum() > 500, "the outlined row must be in the picture"


def test_a_clause_with_its_quote_in_the_dark(visiting: Callable[..., Visit], room: Server, pictures: Path) -> None:
    visit = visiting(room, color_scheme="dark")
    answer = visit.ask("How much notice must the Buyer give to terminate for convenience?")
    chip = answer.locator(".answer-text .chip").first
    chip.click()
    visit.page.locator(".mark.quoted").first.wait_for()
    expect(visit.page.locator("#reader-title")).to_have_text(AGREEMENT)
    visit.page.click("#outline-toggle")
    expect(visit.page.locator(".outline-row[aria-current]")).to_contain_text("14")
    image = take(visit, pictures / "reading-room-clause.png")
    assert np.asarray(image.resize((1, 1)))[0, 0].sum() < 330, "the dark picture must be dark"

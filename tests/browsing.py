"""What the tests of the web page share: a browser that reports what goes wrong, and measures on a page's picture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, FloatRect, Locator, Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLACK = 1.5  # points by which an outline may miss a word's box
ANSWERED = ".answer:not(.streaming)"


def box_of(what: Locator) -> FloatRect:
    """Where something visible stands on the screen."""
    box = what.bounding_box()
    assert box is not None, "it cannot be seen"
    return box


@dataclass
class Visit:
    """The reading room open in a browser context of its own; remembers errors and requests that leave the host."""

    address: str
    context: BrowserContext
    page: Page
    errors: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  # parts of console errors a test provokes on purpose

    @property
    def unexpected(self) -> list[str]:
        """Console errors and exceptions no test asked for."""
        return [error for error in self.errors if not any(part in error for part in self.expected)]

    def ask(self, question: str) -> Locator:
        """Type a question, send it, and wait for the whole answer."""
        before = self.page.locator(ANSWERED).count()
        self.page.fill("#question", question)
        self.page.press("#question", "Enter")
        answer = self.page.locator(ANSWERED).nth(before)
        answer.wait_for()
        return answer

    def row(self, name: str) -> Locator:
        """A document's row in the library."""
        return self.page.locator(".document", has_text=name)

    def open(self, name: str) -> None:
        """Open a document from the library and wait for its first picture."""
        self.row(name).locator(".document-name").click()
        self.page.locator(".page:not(.loading)").first.wait_for()

    def marks(self, kind: str = "quoted") -> list[dict[str, float]]:
        """Outlines on pages in view, in points of their page."""
        found: list[dict[str, float]] = self.page.evaluate(MARKS, f".mark.{kind}")
        return found


MARKS = """selector => [...document.querySelectorAll(selector)].map((mark) => {
  const page = mark.closest(".page"), on = page.getBoundingClientRect(), box = mark.getBoundingClientRect();
  const scale = Number(page.style.getPropertyValue("--scale"));
  return { page: Number(page.dataset.page), x0: (box.left - on.left) / scale, y0: (box.top - on.top) / scale,
           x1: (box.right - on.left) / scale, y1: (box.bottom - on.top) / scale, top: box.top, bottom: box.bottom };
})"""


def visit_room(browser: Browser, address: str, **options: Any) -> Visit:
    """Open the reading room; options are those of a browser context."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    page = context.new_page()
    page.set_default_timeout(15_000)
    visit = Visit(address, context, page)

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            visit.errors.append(_told(message))

    page.on("console", note)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("request", lambda request: _note(visit, request.url))
    return visit


def words(text: str) -> list[tuple[int, int]]:
    """Start and end of every word, in code points."""
    return [match.span() for match in re.finditer(r"\S+", text)]


def covers(marks: Sequence[dict[str, float]], box: dict[str, float]) -> bool:
    """Whether one outline holds this box of the same page."""
    return any(
        mark["page"] == box["page"]
        and mark["x0"] <= box["x0"] + SLACK
        and mark["y0"] <= box["y0"] + SLACK
        and mark["x1"] >= box["x1"] - SLACK
        and mark["y1"] >= box["y1"] - SLACK
        for mark in marks
    )


def _told(message: Any) -> str:
    return f"{message.text} ({message.location.get('url', '')})"


def _note(visit: Visit, url: str) -> None:
    visit.requests.append(url.removeprefix(visit.address))
    if not url.startswith((visit.address, "data:", "blob:")):
        visit.left.append(url)

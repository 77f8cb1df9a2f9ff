"""For everyone: axe finds nothing serious on any view, the keyboard reaches everything, narrow and magnified screens do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, box_of
from playwright.sync_api import expect
from service_samples import Server

from examples.make_samples import ANNUAL_REPORT

QUESTION = "What were total capital expenditures in 2024?"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def audit(visit: Visit, view: str) -> list[str]:
    """Serious and critical violations axe reports for what is shown now."""
    visit.page.wait_for_timeout(150)
    found: dict[str, Any] = Axe().run(visit.page).response
    return [
        f"{view}: {rule['id']} at {node['target']}: {node['failureSummary'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_view(visiting: Callable[..., Visit], room: Server, scheme: str) -> None:
    visit = visiting(room, color_scheme=scheme)
    page = visit.page
    found = audit(visit, "start")
    answer = visit.ask(QUESTION)
    answer.locator(".sources summary").click()
    answer.locator(".route summary").click()
    answer.locator(".answer-text .chip").first.click()
    page.locator(".mark.quoted").first.wait_for()
    visit.page.locator(".page.with-text").first.wait_for()
    page.click("#outline-toggle")
    page.click("#find-toggle")
    page.fill("#find-text", "cash")
    page.locator(".mark.found").first.wait_for()
    visit.row(ANNUAL_REPORT).get_by_role("button", name="Actions for").click()
    answer.locator(".answer-text .chip").first.hover()
    found += audit(visit, "everything open")
    page.keyboard.press("Escape")
    page.locator("#help").click()
    found += audit(visit, "shortcuts")
    page.keyboard.press("Escape")
    page.fill("#filter-text", "cash flow")
    page.press("#filter-text", "Enter")
    page.locator(".hit").first.wait_for()
    found += audit(visit, "page search")
    assert found == []


def test_dark_and_light_follow_the_system(visiting: Callable[..., Visit], room: Server) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        colour = visiting(room, color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
        shades[scheme] = sum(int(part) for part in re.findall(r"\d+", colour)[:3])
    assert shades["light"] > 600 and shades["dark"] < 150


@pytest.mark.parametrize(("width", "height"), [(390, 844), (640, 400)], ids=["phone", "a laptop at 200 %"])
def test_narrow_screens_show_one_view_at_a_time(
    visiting: Callable[..., Visit], room: Server, width: int, height: int
) -> None:
    visit = visiting(room, viewport={"width": width, "height": height})
    page = visit.page
    found = []
    for view, shown in (("Library", "#library"), ("Read", "#reader"), ("Ask", "#conversation")):
        page.get_by_role("navigation", name="Views").get_by_role("button", name=view).click()
        assert [pane for pane in ("#library", "#conversation", "#reader") if page.locator(pane).is_visible()] == [shown]
        assert page.evaluate(SIDEWAYS) == 0
        found += audit(visit, view)
    answer = visit.ask(QUESTION)
    answer.locator(".answer-text .chip").first.click()
    expect(page.locator("#reader")).to_be_visible()
    page.locator(".mark.quoted").first.wait_for()
    marks, strip = visit.marks(), box_of(page.locator("#strip"))
    assert strip["height"] > 120
    assert strip["y"] <= marks[0]["top"] and marks[-1]["bottom"] <= strip["y"] + strip["height"]
    assert page.evaluate(SIDEWAYS) == 0
    found += audit(visit, "cited page")
    assert found == []


def test_everything_is_done_without_a_mouse(visit: Visit) -> None:
    page, keys = visit.page, visit.page.keyboard
    keys.press("Tab")
    expect(page.locator(".skip").first).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    keys.type(QUESTION)
    keys.press("Enter")
    page.locator(".answer:not(.streaming) .chip").first.wait_for()
    keys.press("Shift+Tab")
    for _ in range(20):
        if page.evaluate("document.activeElement.classList.contains('chip')"):
            break
        keys.press("Shift+Tab")
    expect(page.locator("#quote-card")).to_contain_text("Capital expenditures")
    keys.press("Enter")
    page.locator(".mark.quoted").first.wait_for()
    for _ in range(30):
        keys.press("Tab")
        if page.evaluate("document.activeElement.id") == "strip":
            break
    expect(page.locator("#strip")).to_be_focused()
    before = page.locator("#page-place").inner_text()
    keys.press("j")
    expect(page.locator("#page-place")).not_to_have_text(before)
    keys.press("]")
    expect(page.locator("#page-place")).to_have_text(before)
    keys.press("a")
    expect(page.locator("#question")).to_be_focused()


def test_focus_is_visible_wherever_it_goes(visit: Visit) -> None:
    visit.open(ANNUAL_REPORT)
    seen = set()
    for _ in range(40):
        visit.page.keyboard.press("Tab")
        name, outline = visit.page.evaluate(
            """() => { const at = document.activeElement, style = getComputedStyle(at);
              return [at.id || at.className || at.tagName, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1]; }"""
        )
        seen.add(name)
        assert outline or name == "BODY", name
    assert len(seen) > 15

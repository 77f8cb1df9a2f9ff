"""Ask, read the answer as it comes, follow its citation to the page that proves it."""

import re
from typing import Any

from browsing import Visit, box_of, covers, words
from playwright.sync_api import expect
from service_samples import Server

from examples.make_samples import AGREEMENT, ANNUAL_REPORT

FIGURE = "What were total capital expenditures in 2024?"
SENTENCE = "How much notice must the Buyer give to terminate for convenience?"


def last_answer(visit: Visit, server: Server) -> dict[str, Any]:
    """The stored answer the page shows last."""
    link = visit.page.locator(".answer-tools a").last.get_attribute("href") or ""
    found = re.search(r"answers/(ans_\w+)/", link)
    assert found is not None
    body: dict[str, Any] = server.client.get(f"/v1/answers/{found.group(1)}").json()
    return body


def test_a_citation_opens_its_page_with_the_quoted_words_outlined(visit: Visit, room: Server) -> None:
    for question in (FIGURE, SENTENCE):
        answer = visit.ask(question)
        citation = last_answer(visit, room)["citations"][0]
        number, label = citation["start_page_number"], citation["page_label"]
        chip = answer.locator(".answer-text .chip").first
        assert chip.inner_text().split() == ["✓", "p.", label, "(PDF", f"{number})"] or label in chip.inner_text()
        assert f"(PDF {number})" in chip.inner_text()
        chip.click()
        page = visit.page.locator(f'.page[data-page="{number}"]:not(.loading)')
        page.locator(".mark.quoted").first.wait_for()
        assert visit.page.locator("#reader-title").inner_text() == citation["document_name"]
        assert visit.page.locator("#page-field").input_value() == label
        assert f"PDF {number} of" in visit.page.locator("#page-place").inner_text()
        marks = visit.marks()
        assert {mark["page"] for mark in marks} == {number}
        base = f"/v1/documents/{citation['document_id']}/pages/{number}/rectangles"
        start = citation["span"]["start"]
        quoted = words(citation["cited_text"])
        assert len(quoted) >= 5
        for begin, end in quoted:
            [box] = room.client.get(base, params={"start": start + begin, "end": start + end}).json()["rectangles"]
            assert covers(marks, box), (question, citation["cited_text"][begin:end])
        strip = box_of(visit.page.locator("#strip"))
        assert all(strip["y"] <= mark["top"] and mark["bottom"] <= strip["y"] + strip["height"] for mark in marks)


def test_outlines_stay_on_the_words_when_the_page_is_zoomed(visit: Visit) -> None:
    visit.ask(FIGURE).locator(".answer-text .chip").first.click()
    visit.page.locator(".mark.quoted").first.wait_for()
    before = visit.marks()
    for _ in range(3):
        visit.page.click("#zoom-in")
    expect(visit.page.locator("#fit")).to_have_attribute("aria-pressed", "false")
    after = visit.marks()
    assert after and all(abs(after[0][side] - before[0][side]) < 1 for side in ("x0", "y0", "x1", "y1"))


def test_a_figure_shows_unit_scale_and_period(visit: Visit) -> None:
    figure = visit.ask(FIGURE).locator(".figure")
    assert figure.locator(".figure-value").inner_text() == "(92)"
    text = figure.inner_text()
    assert "USD in millions" in text and "2024" in text


def test_the_quote_shows_on_hover_and_on_focus(visit: Visit) -> None:
    chip = visit.ask(SENTENCE).locator(".answer-text .chip").first
    card = visit.page.locator("#quote-card")
    expect(card).to_be_hidden()
    chip.hover()
    expect(card).to_contain_text("written notice")
    expect(card).to_contain_text("Exact: stands on the page word for word")
    visit.page.mouse.move(2, 2)
    expect(card).to_be_hidden()
    chip.focus()
    expect(card).to_contain_text(AGREEMENT)
    visit.page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_the_answer_streams_and_is_announced(visit: Visit) -> None:
    visit.ask(FIGURE)
    assert any(url == "v1/answers" for url in visit.requests)
    expect(visit.page.locator("#live")).to_have_text(re.compile(r"Answered with \d+ citation"))
    expect(visit.page.locator(".answer").last).to_have_attribute("aria-busy", "false")


def test_what_is_not_in_the_documents_is_said_with_the_nearest_pages(visit: Visit) -> None:
    answer = visit.ask("What does the Ruritanian Widget Directive say about Xanthippe Zorbl?")
    expect(answer.locator(".answer-text")).to_contain_text("Not found")
    answer.locator(".nearest button").first.click()
    visit.page.locator(".page:not(.loading)").first.wait_for()


def test_the_scope_narrows_the_question(visit: Visit) -> None:
    visit.row(AGREEMENT).locator("input[type=checkbox]").check()
    assert visit.page.locator("#scope").input_value() == "selected"
    answer = visit.ask("What was net income in 2023?")
    assert ANNUAL_REPORT not in answer.inner_text()
    visit.page.locator("#scope").select_option("")
    assert visit.ask("What was net income in 2023?").locator(".figure-value").inner_text() == "222"


def test_an_answer_is_copied_as_markdown_with_footnotes(visit: Visit) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = visit.ask(FIGURE)
    answer.get_by_role("button", name="Copy as Markdown").click()
    expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    text = visit.page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(f"**{FIGURE}**") and "[^1]" in text
    assert re.search(
        rf"\[\^1\]: {re.escape(ANNUAL_REPORT)}, p\. \S+ \(PDF \d+\): “Capital expenditures .*” \(exact\)", text
    )


def test_an_answer_is_exported_with_its_page(visit: Visit) -> None:
    answer = visit.ask(FIGURE)
    with visit.page.expect_download() as waiting:
        answer.get_by_role("link", name="Export with pages").click()
    assert waiting.value.suggested_filename == "what-were-total-capital-expenditures-in-2024.html"
    text = waiting.value.path().read_text(encoding="utf-8")
    assert "data:image/png;base64," in text and "Capital expenditures" in text and "<script" not in text

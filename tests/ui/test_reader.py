"""Reading: pages made when they are needed, text that can be selected, either page number, find, and the way back."""

import re
from collections.abc import Callable

from browsing import Visit, box_of, covers, words
from playwright.sync_api import expect
from service_samples import Server

from examples.make_samples import AGREEMENT, ANNUAL_REPORT

SCROLL = "share => { const strip = document.querySelector('#strip'); strip.scrollTop = share * strip.scrollHeight; }"


def place(visit: Visit) -> str:
    return visit.page.locator("#page-place").inner_text()


def jump(visit: Visit, wanted: str) -> None:
    visit.page.fill("#page-field", wanted)
    visit.page.press("#page-field", "Enter")


def test_only_pages_near_the_viewport_exist(visit: Visit) -> None:
    visit.open(ANNUAL_REPORT)
    for step in range(21):
        visit.page.evaluate(SCROLL, step / 20)
        visit.page.wait_for_timeout(30)
        assert 1 <= visit.page.locator(".page").count() <= 8
    visit.page.locator('.page[data-page="83"]:not(.loading)').wait_for()
    drawn = {url for url in visit.requests if ".png" in url}
    assert len(drawn) < 60, "pages flown past must not all be drawn"
    assert all(re.search(r"\.png\?dpi=\d+$", url) for url in drawn)


def test_pictures_are_as_sharp_as_the_screen(visiting: Callable[..., Visit], room: Server) -> None:
    for density in (1, 2):
        visit = visiting(room, device_scale_factor=density)
        visit.open(ANNUAL_REPORT)
        image = visit.page.locator(".page:not(.loading) canvas").first
        natural, shown = image.evaluate("image => [image.width, image.clientWidth]")
        assert natural >= shown * density * 0.98
        assert natural <= shown * density * 1.8


def test_the_text_over_the_picture_can_be_selected(visit: Visit, room: Server) -> None:
    visit.open(AGREEMENT)
    jump(visit, "#25")
    page = visit.page.locator('.page[data-page="25"].with-text')
    page.wait_for()
    text = visit.page.evaluate(
        """() => {
          const layer = document.querySelector('.page[data-page="25"] .text-layer');
          getSelection().selectAllChildren(layer);
          return getSelection().toString();
        }"""
    )
    assert "terminate this Agreement for convenience" in " ".join(text.split())
    body = next(row for row in room.client.get("/v1/documents").json()["documents"] if row["name"] == AGREEMENT)
    line = room.client.get(f"/v1/documents/{body['id']}/pages/25/layout").json()["lines"][5]
    box = visit.page.evaluate(
        """() => {
          const page = document.querySelector('.page[data-page="25"]'), on = page.getBoundingClientRect();
          const scale = Number(page.style.getPropertyValue("--scale"));
          return [...page.querySelectorAll(".text-layer span")].map((span) => {
            const box = span.getBoundingClientRect();
            return [(box.left - on.left) / scale, (box.top - on.top) / scale, (box.right - on.left) / scale];
          });
        }"""
    )
    near = [row for row in box if abs(row[1] - line["y0"]) < 2]
    assert near and abs(min(row[0] for row in near) - line["x0"]) < 2
    assert abs(max(row[2] for row in near) - line["x1"]) < 6


def test_pages_are_reached_by_either_number(visit: Visit) -> None:
    visit.open(ANNUAL_REPORT)
    jump(visit, "F-9")
    expect(visit.page.locator("#page-place")).to_have_text("PDF 65 of 83")
    jump(visit, "#3")
    expect(visit.page.locator("#page-place")).to_have_text(re.compile("3 of 83"))
    jump(visit, "37")
    expect(visit.page.locator("#page-place")).to_have_text("PDF 40 of 83")
    jump(visit, "1000")
    expect(visit.page.locator("#page-field")).to_have_attribute("aria-invalid", "true")
    assert place(visit) == "PDF 40 of 83"


def test_found_words_are_outlined_and_stepped_through(visit: Visit, room: Server) -> None:
    visit.open(ANNUAL_REPORT)
    visit.page.click("#find-toggle")
    visit.page.fill("#find-text", "Capital EXPENDITURES")
    expect(visit.page.locator("#find-count")).to_have_text(re.compile(r"1 of \d+"))
    visit.page.locator(".mark.found.current").first.wait_for()
    body = next(row for row in room.client.get("/v1/documents").json()["documents"] if row["name"] == ANNUAL_REPORT)
    base = f"/v1/documents/{body['id']}"
    matches = room.client.get(f"{base}/find", params={"query": "capital expenditures"}).json()["matches"]
    for match in matches[:3]:
        visit.page.locator(f".page[data-page='{match['page']}'] .mark.found.current").first.wait_for()
        marks = visit.marks("found")
        for start, end in words(match["text"]):
            at = match["span"]["start"]
            [box] = room.client.get(
                f"{base}/pages/{match['page']}/rectangles", params={"start": at + start, "end": at + end}
            ).json()["rectangles"]
            assert covers(marks, box)
        visit.page.press("#find-text", "Enter")
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator(".mark.found")).to_have_count(0)


def test_words_that_stand_nowhere_are_said_to(visit: Visit) -> None:
    visit.open(AGREEMENT)
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("xylophone quartet")
    expect(visit.page.locator("#find-count")).to_have_text("No match")


def test_the_outline_jumps_and_follows(visit: Visit) -> None:
    visit.open(ANNUAL_REPORT)
    visit.page.click("#outline-toggle")
    visit.page.locator(".outline-row", has_text="Item 1A").click()
    expect(visit.page.locator("#page-place")).to_have_text(re.compile("PDF 19 of 83"))
    expect(visit.page.locator(".outline-row[aria-current]")).to_contain_text("Item 1A")


def test_the_place_is_remembered(visit: Visit) -> None:
    visit.open(ANNUAL_REPORT)
    jump(visit, "#44")
    visit.open(AGREEMENT)
    visit.open(ANNUAL_REPORT)
    expect(visit.page.locator("#page-place")).to_have_text(re.compile("44 of 83"))
    visit.page.wait_for_timeout(600)  # the place is kept a moment after the last movement
    visit.page.reload()
    visit.page.locator(".page:not(.loading)").first.wait_for()
    expect(visit.page.locator("#page-place")).to_have_text(re.compile("44 of 83"))


def test_a_document_opened_again_stays_where_it_is(visit: Visit) -> None:
    visit.open(ANNUAL_REPORT)
    jump(visit, "#44")
    visit.open(ANNUAL_REPORT)
    expect(visit.page.locator("#page-place")).to_have_text(re.compile("44 of 83"))


def test_keys_turn_pages_zoom_and_explain_themselves(visit: Visit) -> None:
    visit.open(ANNUAL_REPORT)
    visit.page.locator("#strip").focus()
    for key, expected in (("j", 2), ("j", 3), ("k", 2), ("ArrowRight", 3), ("ArrowLeft", 2)):
        visit.page.keyboard.press(key)
        expect(visit.page.locator("#page-place")).to_have_text(re.compile(rf"\b{expected} of 83"))
    width = box_of(visit.page.locator(".page").first)["width"]
    visit.page.keyboard.press("+")
    assert box_of(visit.page.locator(".page").first)["width"] > width
    visit.page.keyboard.press("?")
    dialog = visit.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Find in the document")
    dialog.get_by_label("Single-key shortcuts").uncheck()
    visit.page.keyboard.press("Escape")
    before = place(visit)
    visit.page.keyboard.press("j")
    assert place(visit) == before


def test_code_points_and_utf16_units_are_converted_both_ways(visit: Visit) -> None:
    text = "a😀b𝔘é"
    found = visit.page.evaluate(
        """async (text) => {
          const { offsetsOf, slice } = await import("./ui/offsets.js");
          const { toUnits, toPoints } = offsetsOf(text);
          const points = [...text].length;
          const there = Array.from({ length: points + 1 }, (_, point) => toUnits(point));
          return { there, back: there.map(toPoints), middle: slice(text, { start: 1, end: 4 }) };
        }""",
        text,
    )
    assert found == {"there": [0, 1, 3, 4, 6, 7], "back": [0, 1, 2, 3, 4, 5], "middle": "😀b𝔘"}

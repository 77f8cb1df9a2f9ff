"""The library of a real server, from empty: files in with progress, states with reasons, groups, and out again."""

import re
from collections.abc import Callable, Iterator

import pytest
from browsing import Visit
from playwright.sync_api import FilePayload, expect
from service_samples import Samples, Server, pdf

from examples.make_samples import ANNUAL_REPORT, MEMO
from examples.memo import PASSWORD

WATCH = """() => {
  window.told = [];
  new MutationObserver(() => window.told.push(document.querySelector("#documents").innerText)).observe(
    document.querySelector("#documents"), { childList: true, subtree: true, characterData: true });
}"""

ANSWER_LATE = """() => {
  const listen = XMLHttpRequest.prototype.addEventListener;
  XMLHttpRequest.prototype.addEventListener = function (kind, listener) {
    listen.call(this, kind, kind === "load" ? (event) => setTimeout(() => listener(event), 1500) : listener);
  };
}"""
COUNT_ROWS = """() => {
  window.most = 0;
  new MutationObserver(() => (window.most = Math.max(window.most,
    [...document.querySelectorAll(".document")].filter((row) => row.innerText.includes("early")).length))).observe(
    document.querySelector("#documents"), { childList: true, subtree: true });
}"""


@pytest.fixture
def library(visiting: Callable[..., Visit], server: Server) -> Iterator[Visit]:
    """The room of a server that starts empty; the tests of this file share it, in order."""
    yield visiting(server)


def add(visit: Visit, *files: FilePayload) -> None:
    visit.page.locator("#files").set_input_files(files)


def settled(visit: Visit, name: str, status: str = "ready") -> None:
    expect(visit.row(name)).to_have_attribute("data-status", status, timeout=90_000)


def test_an_empty_library_says_what_to_do(library: Visit) -> None:
    expect(library.page.locator("#library-empty")).to_contain_text("Drop PDF files anywhere on this page")
    expect(library.page.locator("#welcome")).to_contain_text("Add a document to begin")
    expect(library.page.locator("#question")).to_be_disabled()


def test_files_are_read_under_the_readers_eyes(library: Visit, samples: Samples) -> None:
    library.page.evaluate(WATCH)
    note: FilePayload = {
        "name": "note.txt",
        "mimeType": "text/plain",
        "buffer": b"The kettle was calibrated on Tuesday.",
    }
    report = (samples.folder / ANNUAL_REPORT).read_bytes()
    add(library, {"name": ANNUAL_REPORT, "mimeType": "application/pdf", "buffer": report}, note)
    settled(library, "note.txt")
    settled(library, ANNUAL_REPORT)
    told = "\n".join(library.page.evaluate("window.told"))
    assert re.search(r"Reading \d+ %", told) and re.search(r"Preparing meaning search \d+ %", told)
    expect(library.row(ANNUAL_REPORT)).to_contain_text("83 pages · 10-K 2024")
    assert library.requests.count("v1/events") == 1, "one stream tells of all documents"
    expect(library.page.locator("#library-foot")).to_have_text("2 documents, 84 pages")
    assert library.ask("When was the kettle calibrated?").locator(".chip").count() >= 1


def test_a_file_stands_in_the_list_once_though_its_events_come_before_the_answer(
    library: Visit, samples: Samples
) -> None:
    library.page.evaluate(ANSWER_LATE)
    library.page.evaluate(COUNT_ROWS)
    note: FilePayload = {"name": "early.txt", "mimeType": "text/plain", "buffer": b"The saucer was glazed on Friday."}
    locked: FilePayload = {
        "name": "early.pdf",
        "mimeType": "application/pdf",
        "buffer": (samples.folder / MEMO).read_bytes(),
    }
    add(library, note)
    settled(library, "early.txt")
    assert library.page.evaluate("window.most") == 1
    add(library, locked)
    expect(library.page.get_by_role("dialog")).to_contain_text("early.pdf is encrypted", timeout=60_000)
    library.page.keyboard.press("Escape")
    settled(library, "early.pdf", "failed")
    assert library.page.evaluate("window.most") == 2


def test_a_dropped_file_is_added(library: Visit) -> None:
    library.page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.items.add(new File(["The drawer held seven spoons."], "dropped.txt", { type: "text/plain" }));
          for (const kind of ["dragenter", "dragover", "drop"])
            document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
        }"""
    )
    settled(library, "dropped.txt")
    expect(library.page.locator("#drop")).to_be_hidden()


def test_a_file_the_server_refuses_says_why(library: Visit) -> None:
    library.expected += ["status of 415"]
    add(library, {"name": "table.bin", "mimeType": "application/octet-stream", "buffer": bytes(range(256)) * 4})
    row = library.row("table.bin")
    expect(row).to_contain_text("Not stored")
    assert len(row.locator(".document-reason").inner_text()) > 20
    row.get_by_role("button", name="Dismiss").click()
    expect(row).to_have_count(0)


def test_an_encrypted_file_asks_for_its_password_until_it_fits(library: Visit, samples: Samples) -> None:
    library.page.locator("#files").set_input_files(samples.folder / MEMO)
    dialog = library.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{MEMO} is encrypted", timeout=60_000)
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Read the file").click()
    expect(dialog).to_contain_text("does not open", timeout=60_000)
    library.page.keyboard.press("Escape")
    expect(library.row(MEMO)).to_have_attribute("data-status", "failed")
    library.row(MEMO).get_by_role("button", name="Enter password").click()
    dialog.get_by_label("Password").fill(PASSWORD)
    library.page.keyboard.press("Enter")
    settled(library, MEMO)


def test_a_file_that_cannot_be_read_says_why_and_can_be_tried_again(library: Visit) -> None:
    add(library, {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nnothing else"})
    settled(library, "broken.pdf", "failed")
    row = library.row("broken.pdf")
    expect(row).to_contain_text("Could not be read")
    row.get_by_role("button", name="Try again").click()
    settled(library, "broken.pdf", "failed")


def test_collections_group_filter_and_scope(library: Visit) -> None:
    page = library.page
    page.get_by_role("button", name="New…").click()
    page.get_by_label("Name", exact=True).fill("Kitchen")
    page.keyboard.press("Enter")
    expect(page.locator("#collection option")).to_have_count(2)
    library.row("note.txt").get_by_role("button", name="Actions for").click()
    library.row("note.txt").get_by_role("button", name="Collections…").click()
    page.get_by_role("dialog").get_by_label("Kitchen").check()
    page.get_by_role("button", name="Save").click()
    page.locator("#collection").select_option(label="Kitchen (1)")
    expect(page.locator(".document")).to_have_count(1)
    page.locator("#scope").select_option(label="Kitchen")
    answer = library.ask("How many spoons did the drawer hold?")
    assert "seven" not in answer.inner_text()
    page.locator("#collection-edit").click()
    page.get_by_role("button", name="Remove the collection").click()
    expect(page.locator("#collection option")).to_have_count(1)


def test_the_filter_narrows_and_enter_searches_the_pages(library: Visit) -> None:
    page = library.page
    page.fill("#filter-text", "QUILLMERE")
    expect(page.locator(".document")).to_have_count(1)
    page.fill("#filter-text", "capital expenditures")
    expect(page.locator("#library-empty")).to_contain_text("No document here fits")
    page.press("#filter-text", "Enter")
    hit = page.locator(".hit", has_text="Capital expenditures").first
    hit.click()
    page.locator(".mark.quoted").first.wait_for()


def test_a_document_is_deleted_with_a_receipt(library: Visit, server: Server) -> None:
    add(library, {"name": "gone.pdf", "mimeType": "application/pdf", "buffer": pdf(["One"], ["Two"])})
    settled(library, "gone.pdf")
    library.open("gone.pdf")
    row = library.row("gone.pdf")
    row.get_by_role("button", name="Actions for").click()
    row.get_by_role("button", name="Delete…").click()
    library.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(library.page.locator("#notices")).to_contain_text("Deleted gone.pdf: 2 pages")
    expect(row).to_have_count(0)
    expect(library.page.locator("#reader-title")).to_have_text("No document open")
    names = [row["name"] for row in server.client.get("/v1/documents").json()["documents"]]
    assert "gone.pdf" not in names


def test_a_server_that_goes_away_is_missed_and_found_again(library: Visit) -> None:
    library.expected += ["ERR_", "Failed to load resource"]
    library.open(ANNUAL_REPORT)
    library.context.set_offline(True)
    library.page.fill("#question", "Are you there?")
    library.page.press("#question", "Enter")
    expect(library.page.locator("#banner")).to_contain_text("does not answer. Trying again")
    expect(library.page.locator(".answer").last).to_contain_text("The server does not answer.")
    expect(library.page.locator(".page").first).to_be_visible()
    library.context.set_offline(False)
    expect(library.page.locator("#banner")).to_be_hidden(timeout=20_000)
    expect(library.page.locator("#live")).to_have_text("The server is back.")
    library.page.get_by_role("button", name="Ask again").click()
    library.page.locator(".answer:not(.streaming) .route").last.wait_for()

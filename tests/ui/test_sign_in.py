"""A page whose server asks for a key: nothing is shown without one, and everything works with one."""

from pathlib import Path

from browsing import visit_room
from playwright.sync_api import Browser, expect
from service_samples import start_server

from service.command_line.session import opened
from service.contract.caller import LOCAL_TENANT, Limits, Permission


def test_whoever_signs_in_may_upload_and_see(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "guarded"
    with opened({"PINCITE_HOME": str(home)}) as service:
        both = (Permission.READ, Permission.WRITE)
        secret = str(service.records.keys.create(LOCAL_TENANT, "desk", both, Limits(), None).secret)
    server = start_server(home)
    visit = visit_room(browser, f"http://127.0.0.1:{server.port}/")
    try:
        page = visit.page
        page.goto(visit.address)
        key = page.get_by_label("Key", exact=True)
        key.fill("pk_0000_wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("This key is unknown, expired or revoked.")).to_be_visible()
        key.fill(secret)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#library-empty")).to_be_attached()
        letter = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"The otter has arrived."}
        page.locator("input[type=file]").first.set_input_files(letter)  # type: ignore[arg-type]
        expect(page.locator(".document")).to_have_count(1, timeout=30_000)
        page.reload()
        expect(page.locator(".document")).to_have_count(1, timeout=30_000)
        assert secret not in page.evaluate("document.cookie + JSON.stringify(localStorage)")
    finally:
        visit.context.close()
        server.stop()

"""The reading room's files as they are served: complete, guarded, cached by content, relative to wherever they lie."""

import re

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.ui.files import TYPES, ui_files
from service.wiring import Service

ADDRESS = re.compile(r"""(?:src|href)="([^"#]+)"|from "([^"]+)"|import "([^"]+)\"""")


def test_the_page_is_served_under_a_strict_policy(client: TestClient) -> None:
    reply = client.get("/")
    assert reply.status_code == 200 and reply.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(rule.strip().split(" ", 1) for rule in reply.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in reply.headers["content-security-policy"]


@pytest.mark.parametrize("name", sorted(ui_files()))
def test_every_file_is_served_with_type_tag_and_policy(client: TestClient, name: str) -> None:
    reply = client.get(f"/ui/{name}")
    assert reply.content == ui_files()[name].data
    assert reply.headers["content-type"] == TYPES["." + name.rpartition(".")[2]]
    assert reply.headers["x-content-type-options"] == "nosniff" and "content-security-policy" in reply.headers
    again = client.get(f"/ui/{name}", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_changed_file_is_sent_anew(client: TestClient) -> None:
    reply = client.get("/ui/main.js", headers={"If-None-Match": '"of-an-older-version"'})
    assert reply.status_code == 200 and reply.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fapp.py", "__init__.py", "%2e%2e%2fsettings.py"])
def test_nothing_but_the_pages_files_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/ui/{name}").status_code == 404


@pytest.mark.parametrize("name", sorted(ui_files()))
def test_files_name_only_files_that_exist_and_never_another_host(name: str) -> None:
    text = ui_files()[name].data.decode()
    for match in ADDRESS.finditer(text):
        address = next(group for group in match.groups() if group)
        assert not address.startswith(("/", "http:", "https:")), f"{name}: {address} is not relative"
        assert address.removeprefix("./").removeprefix("ui/") in ui_files(), f"{name} names {address}"
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert "innerHTML" not in text and "eval(" not in text and not re.search(r"\sstyle=", text)


def test_scripts_stay_short_and_say_what_they_are_for() -> None:
    for name, file in ui_files().items():
        lines = file.data.decode().splitlines()
        assert len(lines) <= 300, name
        if name.endswith((".js", ".css")):
            assert lines[0].startswith(("// ", "/* ")), f"{name} does not say what it is for"


def test_the_page_works_behind_a_path_prefix(service: Service) -> None:
    """Both kinds of proxy: one that strips the prefix and one that passes it on."""
    with TestClient(create_app(lambda: service, root_path="/read")) as behind:
        for path in ("/", "/read/"):
            assert behind.get(path).content == ui_files()["index.html"].data
        for path in ("/ui/main.js", "/read/ui/main.js"):
            assert behind.get(path).content == ui_files()["main.js"].data
        assert behind.get("/read/v1/documents").json()["documents"]
        bare = behind.get("/read", follow_redirects=False)
        assert (bare.status_code, bare.headers["location"]) == (307, "http://testserver/read/")

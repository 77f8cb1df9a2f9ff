"""No web page gets at the server: through a name of its own, from another site, or with oversized headers."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from route_table import ROUTES, UNSAFE

from service.http.middleware.hosts import allowed_hosts, host_name
from service.http.middleware.request_guard import MAX_HEADER_BYTES, MAX_HEADERS, REPLY_HEADERS


def filled(path: str) -> str:
    """A path with something in place of its parameters."""
    return path.replace("{number}", "1").replace(":path", "").replace("{", "").replace("}", "")


def code_of(reply: Any, path: str) -> str:
    """The error's code, wherever the surface's clients read it."""
    body = reply.json()
    if path.startswith("/openai/"):
        return str(body["error"]["code"])
    return str(body["error"]["data"]["code"] if path == "/mcp" else body["code"])


def test_the_table_holds_every_surface() -> None:
    paths = {path for _method, path in ROUTES}
    assert {"/", "/mcp", "/healthz", "/v1/documents", "/openai/v1/files", "/openai/v1/responses"} <= paths
    assert len(UNSAFE) >= 25


def test_a_name_that_only_resolves_to_this_machine_is_refused_on_every_route(client: TestClient) -> None:
    for method, path in ROUTES:
        reply = client.request(method, filled(path), headers={"host": "evil.example:8080"})
        assert reply.status_code == 421, (method, path)
        assert method == "HEAD" or code_of(reply, path) == "host_not_allowed", (method, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "null"},
        {"origin": "file://"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://evil.example", "content-type": "multipart/form-data; boundary=x"},
    ],
)
def test_a_page_of_another_site_can_change_nothing_on_any_route(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in UNSAFE:
        reply = client.request(method, filled(path), headers=headers, content=b"--x--")
        assert reply.status_code == 403 and code_of(reply, path) == "foreign_origin", (method, path)


def test_a_link_from_another_site_may_be_followed(client: TestClient) -> None:
    assert client.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_the_servers_own_page_may_send(client: TestClient) -> None:
    own = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert client.post("/v1/search", json={"query": "assets"}, headers=own).status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/documents", "/openai/v1/files", "/nowhere"])
def test_every_reply_carries_the_guarding_headers(client: TestClient, path: str) -> None:
    assert {name.lower() for name in REPLY_HEADERS} <= set(client.get(path).headers)


def test_oversized_headers_are_refused(client: TestClient) -> None:
    assert client.get("/v1/documents", headers={"x-long": "x" * MAX_HEADER_BYTES}).status_code == 431
    many = {f"x-{number}": "1" for number in range(MAX_HEADERS)}
    assert client.get("/v1/documents", headers=many).status_code == 431


def test_names_are_compared_without_port_case_and_final_dot() -> None:
    assert [host_name(name) for name in ("LocalHost:80", "[::1]:8080", "desk.", "10.0.0.7")] == [
        "localhost",
        "[::1]",
        "desk",
        "10.0.0.7",
    ]


def test_named_hosts_are_let_in_and_a_star_lets_in_all() -> None:
    named = allowed_hosts("Pincite.example, desk")
    assert named.knows("pincite.example:443") and named.knows("desk") and named.knows("127.0.0.1:8080")
    assert named.is_own("https://pincite.example", "desk") and not named.is_own("https://other.example", "desk")
    everybody = allowed_hosts("*")
    assert everybody.knows("anything") and everybody.is_own("http://anything:80", "anything")
    assert not everybody.is_own("http://other", "anything"), "a page must still come from the name it calls"


def test_an_address_listened_on_is_a_name_unless_it_means_every_address() -> None:
    assert allowed_hosts("", "192.0.2.7").knows("192.0.2.7:8080") and allowed_hosts("", "2001:db8::1").knows(
        "[2001:db8::1]"
    )
    assert not allowed_hosts("", "0.0.0.0").knows("0.0.0.0")

"""Requests are counted under their route's template, so that series stay few."""

from fastapi.testclient import TestClient
from prometheus_client import generate_latest

from service.app import create_app
from service.http.metrics import Metrics
from service.wiring import Service


def lines(client: TestClient) -> list[str]:
    return [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]


def test_requests_are_counted_by_route_and_status(fresh_client: TestClient) -> None:
    for name in ("doc_one", "doc_two"):
        fresh_client.get(f"/v1/documents/{name}")
    found = lines(fresh_client)
    wanted = 'pincite_requests_total{method="GET",route="/v1/documents/{document_id}",status="404"} 2.0'
    assert wanted in found
    assert not any("doc_one" in line for line in found)


def test_paths_nobody_serves_share_one_series(fresh_client: TestClient) -> None:
    for path in ("/a", "/b", "/c/d"):
        fresh_client.get(path)
    assert 'pincite_requests_total{method="GET",route="other",status="404"} 3.0' in lines(fresh_client)


def test_documents_are_counted_by_state(fresh_client: TestClient) -> None:
    fresh_client.post("/v1/documents", files={"file": ("a.txt", b"some text")})
    found = lines(fresh_client)
    assert 'pincite_documents{status="queued"} 1.0' in found
    assert 'pincite_documents{status="ready"} 0.0' in found


def test_two_applications_do_not_mix(fresh: Service) -> None:
    first, second = create_app(lambda: fresh), create_app(lambda: fresh)
    with TestClient(first) as talking:
        talking.get("/healthz")
    assert b"healthz" in generate_latest(first.state.metrics.registry)
    assert b"healthz" not in generate_latest(second.state.metrics.registry)


def test_seconds_are_observed() -> None:
    metrics = Metrics()
    metrics.observe("GET", "/x", 200, 0.2)
    metrics.observe("GET", "/x", 200, 0.4)
    assert abs((metrics.registry.get_sample_value("pincite_request_seconds_sum", {"route": "/x"}) or 0) - 0.6) < 1e-9


def test_an_exception_counts_as_500(fresh: Service) -> None:
    app = create_app(lambda: fresh)

    @app.get("/surprise")
    def surprise() -> None:
        raise ZeroDivisionError

    with TestClient(app, raise_server_exceptions=False) as talking:
        talking.get("/surprise")
    labels = {"method": "GET", "route": "/surprise", "status": "500"}
    assert app.state.metrics.registry.get_sample_value("pincite_requests_total", labels) == 1.0

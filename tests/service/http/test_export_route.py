"""A stored answer over HTTP as one HTML file."""

from fastapi.testclient import TestClient

from ingest.types import Document


def test_an_answer_is_exported_with_its_pages(client: TestClient, report_10k: Document) -> None:
    question = {"question": "What were total capital expenditures in 2024?", "document_ids": [report_10k.id]}
    answer = client.post("/v1/answers", json=question).json()
    shown = client.get(f"/v1/answers/{answer['id']}/export")
    assert shown.status_code == 200 and shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "content-disposition" not in shown.headers
    assert "sandbox" in shown.headers["content-security-policy"]
    assert answer["citations"][0]["cited_text"] in shown.text and "data:image/png;base64," in shown.text
    kept = client.get(f"/v1/answers/{answer['id']}/export", params={"download": True})
    assert kept.headers["content-disposition"] == (
        'attachment; filename="what-were-total-capital-expenditures-in-2024.html"'
    )


def test_an_unknown_answer_cannot_be_exported(client: TestClient) -> None:
    assert client.get("/v1/answers/ans_none/export").json()["code"] == "answer_not_found"

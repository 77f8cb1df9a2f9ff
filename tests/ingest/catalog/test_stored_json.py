"""A row that earlier versions let in breaks no list."""

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from ingest.catalog.stored_json import REPLACEMENT, read_stored_json
from service.wiring import Service

BAD = [
    '{"a": "\\ud800"}',
    '{"\\udfff": NaN}',
    '{"a": -Infinity}',
    '{"a": ' + "9" * 5_000 + "}",
    "[" * 90_000,
    "no JSON",
]


@pytest.mark.parametrize("stored", BAD)
def test_a_list_survives_a_bad_row(fresh: Service, fresh_client: TestClient, stored: str) -> None:
    for name in ("good.txt", "bad.txt"):
        fresh_client.post("/v1/documents", files={"file": (name, name.encode())}, data={"metadata": '{"is": "kept"}'})
    with fresh.ingest.database.write() as connection:
        connection.execute(text("UPDATE documents SET metadata = :bad WHERE name = 'bad.txt'"), {"bad": stored})
    listed = fresh_client.get("/v1/documents").json()["documents"]
    assert {row["name"]: row["metadata"] for row in listed}["good.txt"] == {"is": "kept"}
    assert len(listed) == 2 and len(fresh_client.get("/openai/v1/files").json()["data"]) == 2
    bad = next(row["id"] for row in listed if row["name"] == "bad.txt")
    assert fresh_client.get(f"/v1/documents/{bad}").status_code == 200
    assert fresh_client.patch(f"/v1/documents/{bad}", json={"metadata": {}}).json()["metadata"] == {}


def test_what_is_mended_keeps_everything_else() -> None:
    stored = '{"a": ["\\ud83e\\udda6", "x\\ud800y", NaN, 1.5]}'
    assert read_stored_json(stored) == {"a": ["🦦", f"x{REPLACEMENT}y", None, 1.5]}


@given(st.recursive(st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists, max_leaves=8))
def test_what_could_be_sent_is_read_as_it_was(value: object) -> None:
    assert read_stored_json(json.dumps(value)) == value

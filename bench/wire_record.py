"""Records what goes over the wire, and compares two records field by field.

`record --root TREE --out FILE` starts the server of a source tree over the sample documents, without a model and then
with a scripted one, and keeps every reply. Ids and times are replaced by the order in which they appear. `compare OLD
NEW` prints every field that differs. So the wire of two states of the source can be held against each other.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx

START_SECONDS = 90.0
ID = re.compile(r"\b([a-z]{2,9}_)(?:[0-9a-f]{12,64}|[0-9A-Za-z]{16,32})(?=\b|_)")
TIMES = ("created_at", "updated_at", "completed_at", "last_active_at", "expires_at", "created", "seconds", "date")
SAID = (
    "Total revenue was $2,230 million in fiscal 2024."
    '<cite doc="D1" page="10">Total revenue 2,230 2,116 1,956</cite> It was $9,999 million before.'
)
REVENUE = "What was total revenue in fiscal 2024?"
TWO = "What was goodwill in 1995 and what was total revenue in 2024?"
QUESTIONS = (
    REVENUE,
    TWO,
    "What was total revenue and what was net income in 2024?",
    "What was the net profit margin in 2024?",
    "Which segment had the highest revenue in 2024?",
    "Who are the parties to the supply agreement?",
    "When may the Buyer terminate for convenience?",
    "Who is the auditor?",
    "What is the capital of the planet Zorgon in Foobarland Incorporated?",
)
SEARCHES: tuple[dict[str, Any], ...] = (
    {"query": "capital expenditures", "limit": 3},
    {"query": "termination for convenience", "unit": "passage", "limit": 3},
    {"query": "total revenue", "limit": 2, "explain": True},
    {"query": "revenue", "filter": {"type": "eq", "key": "form", "value": "10-K"}, "limit": 2},
    {"query": "revenue", "unit": "word"},
)


class Recorder:
    """Calls a server and keeps its replies under names."""

    def __init__(self, client: httpx.Client, kept: dict[str, Any]) -> None:
        self.client = client
        self.kept = kept

    def call(self, name: str, method: str, path: str, **rest: Any) -> Any:
        """One request; its reply as JSON, or as the events of a stream, or as text."""
        reply = self.client.request(method, path, **rest)
        kind = reply.headers.get("content-type", "").split(";")[0]
        body: Any = reply.text
        if kind.endswith("json"):
            body = reply.json()
        elif kind == "text/event-stream":
            body = list(_events(reply.text))
        self.kept[name] = {"status": reply.status_code, "type": kind, "body": body}
        return body

    def ask(self, name: str, question: str, **more: Any) -> Any:
        """A question to the native API."""
        return self.call(name, "POST", "/v1/answers", json={"question": question, **more})


def _events(text: str) -> Iterator[list[Any]]:
    kind = ""
    for line in text.splitlines():
        if line.startswith("event:"):
            kind = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            data = line.removeprefix("data:").strip()
            yield [kind, data if data == "[DONE]" else json.loads(data)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _served(root: Path, home: Path, **settings: str) -> Iterator[httpx.Client]:
    """The server of a source tree over a data folder."""
    new = (root / "service" / "command_line").is_dir()
    module, port = ("service.command_line.main" if new else "service.cli"), _free_port()
    environment = {**os.environ, "PYTHONPATH": str(root), "PINCITE_HOME": str(home), **settings}
    command = [sys.executable, "-m", module, "serve", "--port", str(port)]
    with (home.parent / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            _wait_for(client, process)
            yield client
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_for(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
        time.sleep(0.2)


@contextmanager
def _model(root: Path) -> Iterator[str]:
    """The scripted model of the tree's tests, saying one thing; its base URL."""
    port = _free_port()
    command = [sys.executable, str(root / "tests" / "scripted_llm.py"), "--port", str(port), "--text", SAID]
    process = subprocess.Popen(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(10)


def _documents(recorder: Recorder, samples: Path) -> list[str]:
    ids = []
    for name in ("quillmere-10k-2024.pdf", "supply-agreement.pdf"):
        files = {"file": (name, (samples / name).read_bytes())}
        made = recorder.call(f"upload {name}", "POST", "/v1/documents", files=files, params={"wait": "100"})
        ids.append(made["id"])
        recorder.kept.pop(f"upload {name}")  # how far it is depends on the machine
    first = ids[0]
    recorder.call("upload empty", "POST", "/v1/documents", files={"file": ("none.pdf", b"")})
    recorder.call("document list", "GET", "/v1/documents")
    recorder.call("document", "GET", f"/v1/documents/{first}")
    recorder.call("page", "GET", f"/v1/documents/{first}/pages/2")
    recorder.call("tables", "GET", f"/v1/documents/{first}/tables")
    recorder.call("unknown document", "GET", "/v1/documents/doc_unknown")
    recorder.call("patch", "PATCH", f"/v1/documents/{first}", json={"metadata": {"client": "Acme"}})
    return ids


def _quoted(recorder: Recorder) -> None:
    for number, body in enumerate(SEARCHES):
        recorder.call(f"search {number}", "POST", "/v1/search", json=body)
    for number, question in enumerate(QUESTIONS):
        made = recorder.ask(f"answer {number}", question)
        if number == 0:
            recorder.call("stored answer", "GET", f"/v1/answers/{made['id']}")
            recorder.call("export", "GET", f"/v1/answers/{made['id']}/export")
    recorder.ask("answer streamed", REVENUE, stream=True)
    recorder.ask("parts streamed", TWO, stream=True)
    recorder.ask("answer of a mode that needs a model", REVENUE, mode="full")
    recorder.ask("answer in no document", REVENUE, document_ids=[])
    recorder.call("plan", "POST", "/v1/answers/plan", json={"question": REVENUE})
    thread = recorder.call("thread", "POST", "/v1/threads", json={"name": "one"})["id"]
    recorder.ask("thread answer", REVENUE, thread=thread)
    recorder.ask("thread follow-up", "And in 2023?", thread=thread)
    recorder.call("thread shown", "GET", f"/v1/threads/{thread}")
    recorder.call("usage", "GET", "/v1/usage", params={"days": 1})


def _openai(recorder: Recorder, _samples: Path, name: str) -> None:
    base = "/openai/v1"
    body: dict[str, Any] = {"model": "pincite", "input": REVENUE}
    made = recorder.call(f"{name} response", "POST", f"{base}/responses", json=body)
    recorder.call(f"{name} response streamed", "POST", f"{base}/responses", json={**body, "stream": True})
    recorder.call(f"{name} response shown", "GET", f"{base}/responses/{made['id']}")
    later = {"model": "pincite", "input": "And in 2023?", "previous_response_id": made["id"]}
    recorder.call(f"{name} response after", "POST", f"{base}/responses", json=later)
    chat = {"model": "pincite", "messages": [{"role": "user", "content": REVENUE}]}
    recorder.call(f"{name} chat", "POST", f"{base}/chat/completions", json=chat)
    streamed = {**chat, "stream": True, "stream_options": {"include_usage": True}}
    recorder.call(f"{name} chat streamed", "POST", f"{base}/chat/completions", json=streamed)
    if name == "model":
        return
    file = {"file": ("memo.txt", b"The price of each walrus figurine is forty-two dollars.")}
    made = recorder.call("file", "POST", f"{base}/files", files=file, data={"purpose": "assistants"})
    recorder.call("store", "POST", f"{base}/vector_stores", json={"name": "contracts", "file_ids": [made["id"]]})
    store = recorder.kept["store"]["body"]["id"]
    for _try in range(100):
        state = recorder.call("store file", "GET", f"{base}/vector_stores/{store}/files/{made['id']}")["status"]
        if state != "in_progress":
            break
        time.sleep(0.3)
    recorder.call("store search", "POST", f"{base}/vector_stores/{store}/search", json={"query": "price of a figurine"})
    tool = {"type": "file_search", "vector_store_ids": [store], "max_num_results": 2}
    included = {"include": ["file_search_call.results"], "tools": [tool]}
    asked = {"model": "pincite", "input": "What is the price of a walrus figurine?", **included}
    recorder.call("response with file search", "POST", f"{base}/responses", json=asked)
    recorder.call("file list", "GET", f"{base}/files")
    recorder.call("file deleted", "DELETE", f"{base}/files/{made['id']}")


def _mcp(recorder: Recorder, document: str) -> None:
    accept = {"accept": "application/json, text/event-stream"}
    tools: dict[str, dict[str, Any]] = {
        "list_documents": {},
        "search": {"query": "capital expenditures", "limit": 2},
        "read_pages": {"document_id": document, "first": 2},
        "ask": {"question": REVENUE},
    }
    body: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    recorder.call("mcp tools", "POST", "/mcp", json=body, headers=accept)
    for name, arguments in tools.items():
        call = {**body, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        recorder.call(f"mcp {name}", "POST", "/mcp", json=call, headers=accept)


def _with_model(recorder: Recorder, samples: Path, document: str) -> None:
    scope: dict[str, Any] = {"document_ids": [document]}
    recorder.ask("model answer", REVENUE, mode="retrieval", **scope)
    recorder.ask("model streamed", REVENUE, mode="retrieval", stream=True, **scope)
    recorder.ask("model verified", REVENUE, mode="retrieval", verify=True, **scope)
    recorder.ask("model strict", REVENUE, mode="retrieval", strict=True, stream=True, **scope)
    recorder.ask("model full", REVENUE, mode="full", **scope)
    recorder.ask("model over budget", REVENUE, mode="full", budget_usd=0.0, **scope)
    recorder.call("model plan", "POST", "/v1/answers/plan", json={"question": REVENUE, **scope})
    schema = {"type": "object", "properties": {"revenue": {"type": "number"}}}
    recorder.ask("model schema", REVENUE, mode="retrieval", schema=schema, **scope)
    _openai(recorder, samples, "model")


def record(root: Path, samples: Path) -> dict[str, Any]:
    """Every reply of the server of a source tree, by name, with ids and times made comparable."""
    kept: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with _served(root, home) as client:
            recorder = Recorder(client, kept)
            first, _second = _documents(recorder, samples)
            _quoted(recorder)
            _openai(recorder, samples, "quoted")
            _mcp(recorder, first)
        with _model(root) as url, _served(root, home, PINCITE_LLM_BASE_URL=url, PINCITE_LLM_MODEL="gpt-4o") as client:
            _with_model(Recorder(client, kept), samples, first)
    known: dict[str, str] = {}
    return {name: _comparable(reply, known) for name, reply in kept.items()}


def _comparable(value: Any, known: dict[str, str]) -> Any:
    """The value with ids named in order of appearance, times left out and floats rounded."""
    if isinstance(value, dict):
        return {
            _comparable(key, known): "<time>" if key in TIMES and each is not None else _comparable(each, known)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_comparable(each, known) for each in value]
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, str):
        return ID.sub(lambda m: known.setdefault(m.group(), f"{m.group(1)}{len(known)}"), value)
    return value


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Every field in which two values differ, one line each."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            at = f"{place}.{key}" if place else str(key)
            if key not in new:
                yield f"{at}: only in the old: {_short(old[key])}"
            elif key not in old:
                yield f"{at}: only in the new: {_short(new[key])}"
            else:
                yield from differences(old[key], new[key], at)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{place}: {len(old)} -> {len(new)} entries"
        for index, (ours, theirs) in enumerate(zip(old, new, strict=False)):
            yield from differences(ours, theirs, f"{place}[{index}]")
    elif old != new:
        yield f"{place}: {_short(old)} -> {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]} …"


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("record")
    one.add_argument("--root", type=Path, required=True, help="the source tree whose server is started")
    one.add_argument("--samples", type=Path, required=True, help="a folder examples.make_samples has written")
    one.add_argument("--out", type=Path, required=True)
    two = commands.add_parser("compare")
    two.add_argument("old", type=Path)
    two.add_argument("new", type=Path)
    chosen = parser.parse_args()
    if chosen.command == "record":
        kept = record(chosen.root.resolve(), chosen.samples)
        chosen.out.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{len(kept)} replies in {chosen.out}")
        return
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (chosen.old, chosen.new))
    found = list(differences(old, new))
    print("\n".join(found) or "no difference", f"\n{len(old)} and {len(new)} replies, {len(found)} differences")


if __name__ == "__main__":
    main()

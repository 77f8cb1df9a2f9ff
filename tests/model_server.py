"""What the tests of the model path talk through: Pincite over real HTTP, its model a scripted server over real HTTP."""

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import uvicorn
from scripted_llm import Received, Reply, Script, ScriptedLlm

from service.app import create_app
from service.wiring import Service, build_service

Body = dict[str, Any]
REVENUE = "Total revenue 2,230 2,116 1,956"
SPENT = "Capital expenditures (92) (84) (71)"


@dataclass
class Talk:
    """A running Pincite, a client to it, and the scripted model behind it."""

    http: httpx.Client = field(repr=False)
    service: Service = field(repr=False)
    model: ScriptedLlm = field(repr=False)

    def says(self, script: Script) -> None:
        """What the model says from now on; what it received before is forgotten."""
        self.model.script = script
        self.model.received.clear()

    def ask(self, question: str, **more: Any) -> Body:
        """A whole answer."""
        reply = self.http.post("/v1/answers", json={"question": question, **more})
        assert reply.status_code == 200, reply.text
        found: Body = reply.json()
        return found

    def refused(self, question: str, **more: Any) -> tuple[int, Body]:
        """The status and problem document of an answer that is not to be had."""
        reply = self.http.post("/v1/answers", json={"question": question, **more})
        assert reply.status_code >= 400, reply.text
        return reply.status_code, reply.json()

    def stream(self, question: str, **more: Any) -> list[tuple[str, Body]]:
        """Every event of a streamed answer."""
        body = {"question": question, "stream": True, **more}
        with self.http.stream("POST", "/v1/answers", json=body) as reply:
            assert reply.status_code == 200, reply.read()
            return list(events(reply.iter_lines()))

    def plan(self, question: str, **more: Any) -> Body:
        """What would be done."""
        reply = self.http.post("/v1/answers/plan", json={"question": question, **more})
        assert reply.status_code == 200, reply.text
        found: Body = reply.json()["route"]
        return found

    def spent_today(self) -> Body:
        """The ledger's sums."""
        found: Body = self.http.get("/v1/usage", params={"days": 1}).json()["total"]
        return found


def events(lines: Iterator[str]) -> Iterator[tuple[str, Body]]:
    """Server-sent events as (kind, data)."""
    kind = ""
    for line in lines:
        if line.startswith("event:"):
            kind = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            yield kind, json.loads(line.removeprefix("data:"))


@contextmanager
def talking(home: Path, **settings: str) -> Iterator[Talk]:
    """Serve this data folder with a scripted model behind it."""
    with ScriptedLlm([Reply("Nothing.")]).running() as model:
        environment = {"PINCITE_HOME": str(home), "PINCITE_LLM_BASE_URL": f"{model.url}/v1", **settings}
        service = build_service(environment)
        config = uvicorn.Config(create_app(lambda: service), port=0, log_level="critical", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
                yield Talk(http, service, model)
        finally:
            server.should_exit = True
            thread.join(20)


def cite(page: int, quote: str, doc: str = "D1") -> str:
    """A citation as a model writes it."""
    return f'<cite doc="{doc}" page="{page}">{quote}</cite>'


def prompt_text(body: Body) -> str:
    """The first user message of a request: the documents and what follows them."""
    content = body["messages"][1]["content"]
    return content if isinstance(content, str) else str(content[0]["text"])


def documents_of(body: Body) -> str:
    """The documents of a request, byte for byte."""
    text = prompt_text(body)
    return text[: text.rindex("</document>\n") + len("</document>\n")]


def pages_of(body: Body) -> list[int]:
    """Numbers of the pages in a request's documents."""
    return [int(number) for number in re.findall(r'<page number="(\d+)"', documents_of(body))]


def most_charged(received: Sequence[Received], cost: Any) -> float:
    """What the requests may be charged at the most: nothing cached, every token of output they allow."""
    most: float = sum(
        cost(one.input_tokens, one.body.get("max_tokens") or one.body["max_completion_tokens"]) for one in received
    )
    return most

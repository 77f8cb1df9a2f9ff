"""The reading room on a long filing: `python -m bench.reading_room --data ../shared/data/financebench [--keep]`.

A real server, a real browser (Debian's Chromium), the 10-K with the most pages in the data, or the sample without
`--data`. Two figures:

- from the click on a citation to its page on the screen with the quote outlined: twenty citations on twenty pages of
  which the server has drawn no picture before, so that every click pays for drawing; the server is warm (one page
  was drawn before). Measured inside the page, from before the click to the frame after picture and outline are there.
  The answer carrying the citations is laid into the page as a recorded reply (no question has twenty such
  citations); what they cite are hits of the real search, and all that follows the click is real.
- memory while the whole document scrolls past, twice: JavaScript heap after a collection, pages in the document
  tree, and memory of the browser's processes (proportional set size), sampled every ten pages.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil
from playwright.sync_api import CDPSession, Page, ViewportSize, sync_playwright
from rich.console import Console

from bench.filings import Filing, all_filings
from bench.machine import ROOT, keep, shown

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SCREEN = ViewportSize(width=1440, height=900)
CLICKS = 20
EVERY = 10  # pages between two samples of memory
PATIENCE = 90.0
QUERIES = ("revenue", "tax", "lease", "pension", "inventory", "debt", "legal proceedings", "employees", "dividends")
CLICK = """ordinal => new Promise((done) => {
  const chip = document.querySelectorAll(".answer-text .chip")[ordinal];
  const begun = performance.now();
  chip.click();
  const look = () => {
    const mark = document.querySelector(".page:not(.loading) .mark.quoted");
    const page = mark?.closest(".page");
    const there = page && page.dataset.page === chip.dataset.page && page.querySelector("canvas").width > 0;
    if (there) requestAnimationFrame(() => done(performance.now() - begun));
    else requestAnimationFrame(look);
  };
  look();
})"""
TAG = (
    "pages => document.querySelectorAll('.answer-text .chip').forEach((chip, at) => { chip.dataset.page = pages[at]; })"
)
SCROLL = "share => { const strip = document.querySelector('#strip'); strip.scrollTop = share * strip.scrollHeight; }"


def main() -> None:
    """Run both measurements; print and perhaps keep them."""
    arguments = _arguments()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        filing = _longest(arguments.data, Path(folder))
        port = _free_port()
        server = _serve(Path(folder) / "home", port)
        try:
            result = _measure(filing, port, Path(folder))
        finally:
            server.terminate()
            server.wait(timeout=20)
    clicks, memory = result["clicks_ms"], result["memory"]
    console.print(f"{filing.name}, {filing.pages} pages")
    console.print(
        f"citation click to page on screen: {shown(clicks, 0)} ms; document not open: {result['first_ms']:.0f} ms"
    )
    for name, row in memory.items():
        console.print(f"scrolling, {name}: {row}")
    if arguments.keep:
        console.print(f"kept in {keep('reading-room', result)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed and memory of the reading room.")
    parser.add_argument("--data", type=Path, help="folder with documents.jsonl and pdfs/; the sample 10-K without it")
    parser.add_argument("--keep", action="store_true", help="write the result to bench/results")
    return parser.parse_args()


def _longest(data: Path | None, folder: Path) -> Filing:
    if data is not None:
        return max(all_filings(data), key=lambda filing: filing.pages)
    from examples.make_samples import ANNUAL_REPORT, make_samples  # noqa: PLC0415  (typesets; only without data)

    make_samples(folder)
    path = folder / ANNUAL_REPORT
    return Filing(path.stem, path, 0)


def _serve(home: Path, port: int) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PINCITE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "service.command_line.main", "serve", "--port", str(port)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _measure(filing: Filing, port: int, profile: Path) -> dict[str, Any]:
    address = f"http://127.0.0.1:{port}/"
    with httpx.Client(base_url=address, timeout=600) as client:
        _wait_for(client)
        with filing.path.open("rb") as file:
            sent = client.post("v1/documents?wait=600", files={"file": (filing.path.name, file)})
        document = sent.json()
        citations = _citations(client, document)
        client.get(f"v1/documents/{document['id']}/pages/1.png?dpi=96")
    with sync_playwright() as playwright:
        # a profile on disk, as people have: a browser without one keeps every picture it fetched in memory
        browser = playwright.chromium.launch_persistent_context(
            tempfile.mkdtemp(dir=profile), executable_path=CHROMIUM, args=ARGUMENTS, viewport=SCREEN
        )
        page = browser.pages[0]
        _lay_answer(page, address, citations)
        clicks = [float(page.evaluate(CLICK, ordinal)) for ordinal in range(len(citations))]
        memory = _scroll(page, int(document["pages"]))
        browser.close()
    return {
        "filing": filing.name,
        "pages": document["pages"],
        "clicks_ms": [round(value, 1) for value in clicks[1:]],
        "first_ms": round(clicks[0], 1),
        "memory": memory,
    }


def _wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if client.get("healthz").status_code == 200:
                return
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _citations(client: httpx.Client, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Citations of passages on as many different pages, none near another, from the real search."""
    found: dict[int, dict[str, Any]] = {}
    for query in QUERIES:
        body = {"query": query, "unit": "passage", "limit": 40, "document_ids": [document["id"]]}
        for hit in client.post("v1/search", json=body).json()["hits"]:
            if all(abs(hit["page"] - other) > 2 for other in found) and len(found) <= CLICKS:
                found[hit["page"]] = _citation(client, hit)
    return list(found.values())


def _citation(client: httpx.Client, hit: dict[str, Any]) -> dict[str, Any]:
    path = f"v1/documents/{hit['document_id']}/pages/{hit['page']}/rectangles"
    span = {"start": hit["span"]["start"], "end": min(hit["span"]["end"], hit["span"]["start"] + 200)}
    drawn = client.get(path, params=span).json()
    return {
        "document_id": hit["document_id"],
        "document_name": hit["document_name"],
        "cited_text": drawn["text"],
        "start_page_number": hit["page"],
        "end_page_number": hit["page"] + 1,
        "page_label": hit["page_label"],
        "section": hit["section"],
        "span": span,
        "rectangles": drawn["rectangles"],
        "verification": "exact",
    }


def _lay_answer(page: Page, address: str, citations: list[dict[str, Any]]) -> None:
    """Open the room and have it show an answer with these citations."""
    statements = [
        {"text": row["section"] or "", "citations": [at], "supported": True} for at, row in enumerate(citations)
    ]
    route: dict[str, Any] = {
        "mode": "extractive",
        "reason": "recorded",
        "considered": [],
        "model": None,
        "tokenizer": None,
    }
    body = {"id": "ans_recorded", "question": "?", "answer": "", "answered": True, "statements": statements,
            "citations": citations, "route": route, "searched": {}, "usage": {"seconds": 0.0}}  # fmt: skip
    sent = f"event: done\ndata: {json.dumps(body)}\n\n"
    page.route("**/v1/answers", lambda reply: reply.fulfill(content_type="text/event-stream", body=sent))
    page.goto(address)
    page.locator(".document").first.wait_for()
    page.fill("#question", "?")
    page.press("#question", "Enter")
    page.locator(".answer:not(.streaming) .chip").first.wait_for()
    page.evaluate(TAG, [str(row["start_page_number"]) for row in citations])


def _scroll(page: Page, pages: int) -> dict[str, Any]:
    """Memory over two passes through the document: at the end of each, and the most seen."""
    session = page.context.new_cdp_session(page)
    samples = []
    for step in range(2 * pages):
        page.evaluate(SCROLL, (step % pages) / pages)
        page.wait_for_timeout(60)
        if step % EVERY == EVERY - 1:
            samples.append(_sample(page, session))
    first, second = samples[: len(samples) // 2], samples[len(samples) // 2 :]
    return {
        name: {
            "first_pass_median": round(statistics.median(row[name] for row in first), 1),
            "second_pass_median": round(statistics.median(row[name] for row in second), 1),
            "most": round(max(row[name] for row in samples), 1),
        }
        for name in ("heap_mb", "pages_made", "browser_mb")
    }


def _sample(page: Page, session: CDPSession) -> dict[str, float]:
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    made = int(page.evaluate("document.querySelectorAll('.page').length"))
    return {"heap_mb": heap / 2**20, "pages_made": made, "browser_mb": _browser_memory() / 2**20}


def _browser_memory() -> int:
    """Memory of the browser this process started; what its processes share counts once (proportional set size)."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()

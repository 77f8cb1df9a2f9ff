"""Ten questions on one filing to a real model behind any OpenAI-compatible endpoint: routes, and what its quotes prove.

The endpoint is the server's own (`PINCITE_LLM_BASE_URL`, `PINCITE_LLM_MODEL` …). Says per question which route was
taken and why, how many sentences were proved, how each citation was verified, and seconds. Nothing here judges whether
an answer is right: a small model's answers are not, and what matters is that nothing unproved passes as proved.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import anyio
from rich.console import Console

from bench.machine import keep
from ingest.types import Scope
from service.command_line.reading import add_files, read_waiting
from service.contract.caller import scope_for
from service.contract.question import Mode, Question
from service.records.answer_json import answer_json
from service.wiring import Service, build_service

QUESTIONS = (
    "What were total assets at the end of the year?",
    "What was net income for the year?",
    "What were capital expenditures?",
    "How many employees does the company have?",
    "Who is the independent registered public accounting firm?",
    "Which segments does the company report?",
    "What does the company say about competition?",
    "Is the business seasonal?",
    "How much was paid in dividends?",
    "What is the name of the company's chief astrologer?",
)
console = Console()


async def asked(service: Service, scope: Scope, mode: Mode) -> list[dict[str, Any]]:
    """Every question in turn; an error is a row, too."""
    rows = []
    for question in QUESTIONS:
        started = time.monotonic()
        reply = await service.answerer.answer(scope, Question(question, mode, sampling={"temperature": 0.0}))
        row = told(question, answer_json(reply), time.monotonic() - started)
        console.print(row)
        rows.append(row)
    return rows


def told(question: str, reply: dict[str, Any], seconds: float) -> dict[str, Any]:
    """What one answer says of itself."""
    statements = reply["statements"]
    return {
        "question": question,
        "answer": reply["answer"][:300],
        "answered": reply["answered"],
        "route": reply["route"]["mode"],
        "reason": reply["route"]["reason"],
        "sentences": len(statements),
        "proved": sum(bool(row["supported"] and row["citations"]) for row in statements),
        "unsupported": reply["unsupported"],
        "flags": dict(Counter(flag for row in statements for flag in row["flags"])),
        "citations": [
            {"page": row["start_page_number"], "verification": row["verification"], "text": row["cited_text"][:120]}
            for row in reply["citations"]
        ],
        "input_tokens": reply["usage"]["input_tokens"],
        "output_tokens": reply["usage"]["output_tokens"],
        "seconds": round(seconds, 1),
    }


async def run(service: Service, scope: Scope, mode: Mode) -> list[dict[str, Any]]:
    """Ask, and close the endpoint's connections in the loop they belong to."""
    try:
        return await asked(service, scope, mode)
    finally:
        if service.llm is not None:
            await service.llm.aclose()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True, help="the filing")
    parser.add_argument("--home", type=Path, help="data folder to use and fill (default: PINCITE_HOME)")
    parser.add_argument("--mode", default="auto", help="auto, full, sections or retrieval")
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    service = build_service({**os.environ, **({"PINCITE_HOME": str(options.home)} if options.home else {})})
    if service.llm is None:
        sys.exit("No language model is configured: set PINCITE_LLM_BASE_URL and PINCITE_LLM_MODEL.")
    documents = read_waiting(service, add_files(service, scope_for(), [options.file], None, None), Console(stderr=True))
    scope = Scope("local", tuple(document.id for document in documents))
    rows = anyio.run(run, service, scope, options.mode)
    verified = Counter(citation["verification"] for row in rows for citation in row["citations"])
    sums = {name: sum(row[name] for row in rows) for name in ("sentences", "proved", "unsupported")}
    model = {name: os.environ.get(f"PINCITE_{name}", "") for name in ("LLM_MODEL", "EVIDENCE_PAGES", "LLM_TOOLS")}
    result = {"filing": options.file.stem, "model": model, **sums, "citations": dict(verified), "rows": rows}
    console.print(sums, dict(verified))
    if options.keep:
        console.print("kept", keep("real-model", result))
    service.close()


if __name__ == "__main__":
    main()

"""Runs cases of what a person sees on a page: `python -m bench.cases --data DIR [--only 25,26]`.

Each case is a folder with `case.json`: `asked` is the code of a check that draws a file, uploads it to a running
Pincite, asks, and says whether the reply is as `expected`. The code is executed: give it cases you trust only.
Needs pikepdf for cases that change a file's insides.
"""

import argparse
import io
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2 as httpx
from PIL import Image
from reportlab.lib.utils import ImageReader

from bench import case_drawing
from bench.served import pincite

SECONDS = 200.0
MAX_SHOWN = 600
Reply = dict[str, Any]


class Requests:
    """What cases call `requests`, over httpx."""

    def get(self, url: str, params: Reply | None = None) -> httpx.Response:
        """A GET."""
        return httpx.get(url, params=params, timeout=SECONDS)

    def post(self, url: str, data: str, headers: dict[str, str], timeout: float) -> httpx.Response:
        """A POST of text."""
        return httpx.post(url, content=data.encode("utf-8", "surrogatepass"), headers=headers, timeout=timeout)


class Caller:
    """The calls that cases make."""

    def __init__(self, base: str) -> None:
        self.base = base

    def upload(self, data: bytes, name: str, wait: int = 100) -> tuple[int, Reply]:
        """Upload and wait; status code and the document."""
        url = f"{self.base}/v1/documents"
        reply = httpx.post(url, params={"wait": wait}, files={"file": (name, data)}, timeout=SECONDS)
        return reply.status_code, reply.json()

    def get(self, path: str) -> Reply:
        """The JSON at a path."""
        body: Reply = httpx.get(self.base + path, timeout=SECONDS).json()
        return body

    def ask(self, question: str, documents: Sequence[str]) -> Reply:
        """An answer."""
        body = {"question": question, "document_ids": list(documents)}
        reply: Reply = httpx.post(f"{self.base}/v1/answers", json=body, timeout=SECONDS).json()
        return reply

    def search(self, query: str, documents: Sequence[str]) -> Reply:
        """Pages found, their numbers under `page`."""
        body = {"query": query, "document_ids": list(documents)}
        reply: Reply = httpx.post(f"{self.base}/v1/search", json=body, timeout=SECONDS).json()
        return reply

    def find(self, document: str, text: str) -> list[Reply]:
        """Places where a text stands."""
        url = f"{self.base}/v1/documents/{document}/find"
        matches: list[Reply] = httpx.get(url, params={"query": text}, timeout=SECONDS).json()["matches"]
        return matches

    def page(self, document: str, number: int) -> Reply:
        """A page."""
        return self.get(f"/v1/documents/{document}/pages/{number}")

    def tables(self, document: str) -> list[Reply]:
        """The tables of a document."""
        tables: list[Reply] = self.get(f"/v1/documents/{document}/tables")["tables"]
        return tables

    def cells(self, document: str) -> dict[str, list[Reply]]:
        """Cells by the label of their row."""
        return {row["label"]: row["cells"] for table in self.tables(document) for row in table["rows"]}

    def value(self, document: str, label: str, period: str) -> str | None:
        """The value of the first row whose label begins so, under a period."""
        for table in self.tables(document):
            places = [n for n, column in enumerate(table["columns"]) if period in str(column["period"])]
            for row in table["rows"]:
                if row["label"].startswith(label):
                    found = [cell["value"] for cell in row["cells"] if cell["column"] in places]
                    return str(found[0]) if found and found[0] is not None else None
        return None

    def units(self, document: str) -> list[tuple[Any, Any]]:
        """Unit and scale of each table."""
        return [(table.get("unit"), table.get("scale")) for table in self.tables(document)]


def short(answer: Reply) -> Reply:
    """An answer without its geometry."""
    cited = [{"page": c["start_page_number"], "text": c["cited_text"]} for c in answer.get("citations", ())]
    return {name: answer.get(name) for name in ("answered", "answer", "figure", "warnings")} | {"citations": cited}


def vocabulary(base: str) -> dict[str, Any]:
    """The names a case's code may use."""
    caller = Caller(base)
    names: dict[str, Any] = {
        name: getattr(caller, name)
        for name in ("upload", "get", "ask", "search", "find", "page", "tables", "cells", "units")
    }
    drawing = ("new", "done", "para", "table", "stmt", "small", "cols", "rotated", "scan_lines")
    names |= {name: getattr(case_drawing, name) for name in drawing}
    names |= {"val": caller.value, "short": short, "requests": Requests(), "BASE": base}
    return names | {"io": io, "json": json, "time": time, "Image": Image, "ImageReader": ImageReader}


def run(case: Reply, names: dict[str, Any]) -> tuple[bool | None, Any]:
    """Whether the case passes (None: it could not be run) and what was got."""
    scope = dict(names)
    source = case["asked"].replace("    from cases_b import cols\n", "")
    exec(compile(source, case["id"], "exec"), scope)
    check: Callable[..., Any] = next(value for name, value in scope.items() if name == f"c{case['id'][:2]}")
    try:
        result = check(None)
    except (NameError, ImportError) as error:  # it wants what this machine has not
        return None, f"{type(error).__name__}: {error}"
    except (LookupError, TypeError, ValueError, AttributeError, httpx.HTTPError) as error:
        return False, f"{type(error).__name__}: {error}"
    return bool(result[2]), result[1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Run cases of what a person sees on a page.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of cases")
    parser.add_argument("--only", default="", help="beginnings of case ids, separated by commas")
    parser.add_argument("--show", action="store_true", help="print what was got")
    options = parser.parse_args()
    only = tuple(options.only.split(","))
    case_drawing.register_fonts()
    cases = [json.loads(path.read_text()) for path in sorted(options.data.glob("*/case.json"))]
    passed = []
    with tempfile.TemporaryDirectory() as folder, pincite(Path(folder) / "home", None, Path(folder) / "log") as served:
        names = vocabulary(f"http://127.0.0.1:{served.port}") | _pikepdf()
        for case in cases:
            if not case["id"].startswith(only):
                continue
            outcome, got = run(case, names)
            passed.append(outcome)
            word = {True: "pass", False: "FAIL", None: "not run"}[outcome]
            print(f"{word:8}{case['kind']:10}{case['id']}", flush=True)
            if options.show and outcome is not True:
                print("   ", json.dumps(got, ensure_ascii=False, default=str)[:MAX_SHOWN], flush=True)
    print(f"{passed.count(True)} of {len(passed)} pass")


def _pikepdf() -> dict[str, Any]:
    """pikepdf, which is no dependency of ours, if it is there."""
    return {"pikepdf": import_module("pikepdf")} if find_spec("pikepdf") else {}


if __name__ == "__main__":
    main()

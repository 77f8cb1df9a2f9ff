"""The import rules and habits of docs/architecture.md, read off the source by its syntax tree."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from package_order import ORDER
from radon.complexity import cc_visit_ast

ROOT = Path(__file__).parent.parent
MAX_FILE, MAX_FUNCTION, MAX_MODULES = 250, 40, 14
MAX_BRANCHES = 12
WEB = {"fastapi", "starlette", "uvicorn", "typer"}
STILL_UPWARDS: set[tuple[str, str]] = set()  # no arrow upwards
# longer or more branched than they may be, still to go; none may be added
STILL_LONG = {
    "ingest.errors",  # one tree in one file
    "service.contract.answer",
    "service.prompting.tools",
}
STILL_BRANCHED = {
    "service.records.answer_json.content_json",
    "service.extractive.to_answer.add",
    "service.extractive.change_answers._share_moved",
    "service.extractive.operands._newest_two",
    "service.extractive.operands._of_one_row",
    "service.extractive.ratio_answers._of_one",
    "ingest.structure.contract.find_clauses",
    "ingest.structure.filing.find_items",
    "ingest.structure.headings._on_page",
    "ingest.tables.columns.columns_for",
    "ingest.tables.grid.column_edges",
    "ingest.tables.rows._rows",
    "ingest.text.cell_numbers._decimal",
    "ingest.text.dates._mention",
    "ingest.text.numbers._kind",
    "ingest.text.numbers.agrees",
    "ingest.text.sentences._paragraphs",
    "service.calculation.calculation._check_scale",
    "service.calculation.calculation._evaluate",
    "service.calculation.calculation._operand",
    "service.calculation.calculation.calculate",
    "service.citation.wording.cuts",
    "service.extractive.decide.answer_extractively",
    "service.extractive.ratio_answers._operands",
    "service.extractive.sentence_answers._overlaps",
    "service.extractive.sentence_answers.sentence_statements",
    "service.figures.comparison._extreme",
    "service.figures.label_match._item_fit",
    "service.figures.lookup._cells",
    "service.generation.generator.events",
    "service.grounding.attribution._places",
    "service.grounding.attribution._rows",
    "service.grounding.claims.needs_citation",
    "service.grounding.grounding._judged",
    "service.grounding.grounding._number",
    "service.grounding.schema_wrap.without_null",
    "service.grounding.schema_wrap.wrap",
    "service.grounding.structured._proved",
    "service.llm.chat.feed",
    "service.llm.errors.fault",
    "service.llm.models._check",
    "service.llm.responses.feed",
    "service.openai_api.conversation.read_conversation",
    "service.question.follow_up._bare",
    "service.question.follow_up._complete",
    "service.question.follow_up._own_subject",
    "service.question.names.names_in",
    "service.question.search_terms.search_terms",
    "service.question.understand._understood",
    "service.retrieval.ranking.document_match._period_fit",
    "service.retrieval.retriever._rank",
    "service.routing.planner.plan",
}
# what service may know of ingest, besides wiring and the command line, which build parts of it
CONTRACT_OF_INGEST = (
    "types",
    "table_types",
    "index_types",
    "errors",
    "settings",
    "text",
    "catalog",
    "pages",
    "indexing.tokens",
    "indexing.index",
)
BUILDERS = ("service.wiring", "service.command_line")
WRAPPED_IN = {
    "faiss": {"ingest.indexing.vectors"},
    "jinja2": {"service.http.report"},
    "jsonschema": {"service.grounding.json_schema"},
    "mcp": {"service.mcp.server"},
    "mcp_types": {"service.mcp.server"},
    "obstore": {"ingest.blobs"},
    "onnxruntime": {"ingest.indexing.embed", "ingest.indexing.export"},  # export: quantization only
    "openai": {"service.llm.client"},
    "pydantic_settings": {"ingest.settings"},
    "prometheus_client": {"service.http.metrics", "service.http.routes.health"},
    "pypdf": {"ingest.reading.pdf_structure"},
    "pypdfium2": {
        "ingest.reading.pdf",
        *(f"ingest.page_text.{name}" for name in ("pdf_page", "flattening", "page_objects", "visibility")),
    },
    "rapidfuzz": {"service.citation.locate"},
    "rapidocr": {"ingest.reading.ocr"},
    "spellchecker": {"ingest.page_text.known_words"},
    "sentence_transformers": {"ingest.indexing.cross_encoder", "ingest.indexing.export"},
    "Stemmer": {"ingest.text.stems"},
    "tantivy": {"ingest.indexing.lexical"},
    "tiktoken": {"ingest.indexing.tokens"},
    "tokenizers": {"ingest.indexing.embed"},
    "torch": {"ingest.indexing.export"},
    "transformers": {"ingest.indexing.export"},
}
ENVIRONMENT_READERS = {
    "ingest.parts",  # TIKTOKEN_CACHE_DIR, tiktoken's own variable
    "ingest.worker",  # an entry
    "ingest.indexing.export",  # tells Hugging Face's library to stay off the network
    "ingest.reading.sandbox",  # hands the environment on to children
    "service.command_line.session",  # the command line's way in
    "service.command_line.supervisor",  # hands the environment on to the worker
}


@dataclass(frozen=True)
class Module:
    """A source file with its tree."""

    name: str
    path: Path
    tree: ast.Module
    lines: tuple[str, ...]

    def imports(self) -> Iterator[tuple[str, ast.AST]]:
        """Every imported dotted name, at the top and inside functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}: relative import"
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node


@cache
def modules() -> dict[str, Module]:
    """Every product file by dotted name."""
    found = {}
    for room in ("ingest", "service"):
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if not name.startswith("ingest.catalog.migrations"):
                text = path.read_text(encoding="utf-8")
                found[name] = Module(name, path, ast.parse(text), tuple(text.splitlines()))
    return found


def resolved(dotted: str) -> str | None:
    """The product module a dotted name lies in."""
    while dotted:
        if dotted in modules():
            return dotted
        dotted = dotted.rpartition(".")[0]
    return None


def edges() -> dict[str, set[str]]:
    """Which product module imports which."""
    return {
        name: {target for dotted, _node in module.imports() if (target := resolved(dotted)) and target != name}
        for name, module in modules().items()
    }


def importers(library: str) -> set[str]:
    return {
        name
        for name, module in modules().items()
        for dotted, _node in module.imports()
        if dotted == library or dotted.startswith(f"{library}.")
    }


def place(name: str) -> int:
    """Where a module's package stands in the order."""
    found = [index for index, package in enumerate(ORDER) if name == package or name.startswith(f"{package}.")]
    assert len(found) == 1, f"{name} stands nowhere in the order of packages"
    return found[0]


def test_packages_import_only_packages_above_them() -> None:
    upwards = {
        (name, target)
        for name, targets in edges().items()
        if name not in ("ingest", "service")
        for target in targets
        if target not in ("ingest", "service") and place(target) > place(name)
    }
    assert upwards == STILL_UPWARDS


def test_packages_are_small() -> None:
    """At most fourteen modules a package, its entry not counted."""
    counts = Counter(name.rpartition(".")[0] for name in modules() if not (ROOT / name.replace(".", "/")).is_dir())
    assert {package: count for package, count in counts.items() if count > MAX_MODULES} == {}


def test_service_sees_only_the_contract_of_ingest() -> None:
    allowed = tuple(f"ingest.{part}" for part in CONTRACT_OF_INGEST)
    broken = [
        f"{name} imports {target}"
        for name, targets in edges().items()
        if name.startswith("service") and not name.startswith(BUILDERS)
        for target in targets
        if target.startswith("ingest.") and not target.startswith(allowed)
    ]
    assert broken == []


def test_service_does_not_reach_behind_the_catalogs_face() -> None:
    broken = [
        f"{name} imports {target}"
        for name, targets in edges().items()
        if name.startswith("service")
        for target in targets
        if target.startswith("ingest.catalog.")
    ]
    assert broken == []


def test_ingest_knows_neither_service_nor_the_web() -> None:
    broken = [
        f"{name} imports {dotted}"
        for name, module in modules().items()
        if name.startswith("ingest")
        for dotted, _node in module.imports()
        if dotted.split(".")[0] in {"service", *WEB}
    ]
    assert broken == []


def test_records_is_services_only_sql() -> None:
    """The package, file by file: none of them may be another's neighbour outside it."""
    sql = {name for name in importers("sqlalchemy") if name.startswith("service")}
    assert sql and all(name.startswith("service.records") for name in sql)
    assert importers("sqlite3") == set()


@pytest.mark.parametrize("library", sorted(WRAPPED_IN))
def test_each_heavy_library_is_imported_where_it_is_wrapped(library: str) -> None:
    assert importers(library) <= WRAPPED_IN[library]


def test_the_wrapping_files_are_the_ones_named() -> None:
    missing = [library for library, files in WRAPPED_IN.items() if library != "transformers" and not importers(library)]
    assert missing == [], "no file imports these any more: take them off the list and out of pyproject.toml"


def test_onnxruntime_is_quantization_alone_in_the_export() -> None:
    names = {
        dotted for dotted, _node in modules()["ingest.indexing.export"].imports() if dotted.startswith("onnxruntime")
    }
    assert all(dotted.startswith("onnxruntime.quantization") for dotted in names)


def callers(function: str) -> set[str]:
    """Modules that call or hand on a function of this name, other than the one that defines it."""
    return {
        name
        for name, module in modules().items()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
    }


def test_only_the_entries_construct_real_parts() -> None:
    assert callers("build_parts") == {"ingest.worker", "service.wiring"}
    assert callers("build_pipeline") == {"ingest.worker", "service.command_line.reading"}
    assert callers("build_service") == {"service.command_line.session", "service.command_line.server_commands"}
    for part in ("Catalog", "Blobs", "LocalIndex", "Pages", "Intake", "Pipeline", "Viewers"):
        assert callers(part) == {"ingest.parts"}, part


def test_there_are_no_import_cycles() -> None:
    joined = edges()
    state: dict[str, str] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if state.get(name) == "done":
            return
        assert state.get(name) != "open", f"cycle: {' -> '.join((*path[path.index(name) :], name))}"
        state[name] = "open"
        for target in sorted(joined[name]):
            visit(target, (*path, name))
        state[name] = "done"

    for name in sorted(joined):
        visit(name, ())


def test_imports_inside_functions_say_why() -> None:
    """Each is marked; the first of a run of them gives the reason in brackets."""
    silent = []
    for module in modules().values():
        functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
        for block in (getattr(node, "body", []) for function in functions for node in ast.walk(function)):
            before: ast.stmt | None = None
            for node in block if isinstance(block, list) else []:
                if isinstance(node, ast.Import | ast.ImportFrom):
                    line = module.lines[node.lineno - 1]
                    first = not isinstance(before, ast.Import | ast.ImportFrom)
                    wanted = r"# noqa: PLC0415\s+\(.{4,}\)" if first else "# noqa: PLC0415"
                    if not re.search(wanted, line):
                        silent.append(f"{module.name}:{node.lineno}")
                before = node
    assert silent == []


def test_only_settings_and_entries_touch_the_environment() -> None:
    touching = {
        name
        for name, module in modules().items()
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "putenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and any(a.name == "environ" for a in node.names))
    }
    assert touching <= ENVIRONMENT_READERS


def test_importing_does_no_work() -> None:
    """At the top of a file stand definitions and constants: no call statement, no loop, no file opened."""
    allowed = (
        ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign
    )
    broken = []
    for module in modules().values():
        for node in module.tree.body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            main = isinstance(node, ast.If) and ast.unparse(node.test) in ("__name__ == '__main__'", "TYPE_CHECKING")
            if not (isinstance(node, allowed) or docstring or main):
                broken.append(f"{module.name}:{node.lineno}")
            opened = [
                call for call in ast.walk(node) if isinstance(call, ast.Call) and ast.unparse(call.func) == "open"
            ]
            if opened and isinstance(node, ast.Assign):
                broken.append(f"{module.name}:{node.lineno} opens a file")
    assert broken == []


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_and_functions_are_short() -> None:
    long = {module.name for module in modules().values() if len(module.lines) > MAX_FILE}
    for module in modules().values():
        for node in functions(module):
            if (node.end_lineno or node.lineno) - node.lineno >= MAX_FUNCTION:
                long.add(f"{module.name}.{node.name}")
    assert long - STILL_LONG == set()


def test_functions_have_few_branches() -> None:
    """Cyclomatic complexity by radon, which counts boolean operators and comprehensions too."""
    blocks = (
        (module.name, part)
        for module in modules().values()
        for block in cc_visit_ast(module.tree)
        for part in (block, *getattr(block, "methods", ()))
    )
    branched = {f"{name}.{part.name}" for name, part in blocks if part.letter != "C" and part.complexity > MAX_BRANCHES}
    assert branched - STILL_BRANCHED == set()


def test_every_file_says_what_it_is_for() -> None:
    assert [name for name, module in modules().items() if not ast.get_docstring(module.tree)] == []


def test_every_edge_finds_its_caller_in_one_place() -> None:
    """Nobody else makes a scope of the local tenant: keys touch one file an edge."""
    local = {"service.contract.caller.LOCAL_CALLER", "service.contract.caller.scope_for"}
    found = {name for name, module in modules().items() for dotted, _node in module.imports() if dotted in local}
    assert found == {"service.http.authentication", "service.mcp.server", "service.command_line.session"}

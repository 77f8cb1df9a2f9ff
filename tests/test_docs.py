"""The pages in docs/ say what the code says: settings, routes, errors, commands, files, links."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from package_order import ORDER

from ingest import errors
from ingest.errors import PinciteError
from ingest.pipeline import STAGES
from ingest.settings import PREFIX, IngestSettings, Settings, allowed
from service.app import create_app
from service.command_line.main import app as command_line
from service.http.errors import status_of
from service.settings import ServiceSettings
from service.wiring import Service

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
MODELS_DEFAULT = "<environment>/share/pincite/models"  # the code's default names this machine's virtualenv
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
MACHINE_PATH = re.compile(r"(?<![\w.<>-])/(?:work|root|tmp)/")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com", re.I)


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """The text under a heading, to the next heading of the same or a higher level."""
    level = len(heading) - len(heading.lstrip("#"))
    _before, found, after = text.partition(f"\n{heading}\n")
    assert found, f"there is no heading {heading!r}"
    return re.split(rf"\n#{{1,{level}}} ", after)[0]


def table_rows(text: str) -> Iterator[list[str]]:
    """Cells of every table row of a text, without header and rule."""
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("| ") and not following.startswith("|---"):
            yield [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def plain(cell: str) -> str:
    return "" if cell == "(empty)" else cell.strip("`")


def refuse() -> Service:
    raise AssertionError("the docs are checked without starting the service")


# ── stages ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_of_stages_is_the_list_the_pipeline_goes_through() -> None:
    """When this fails, paste what it expected into docs/architecture.md."""
    expected = [
        f"| `{stage.name}` | `{stage.run.__module__.removeprefix('ingest.')}.{stage.run.__name__}`"
        f" | {stage.does} | {stage.leaves} |"
        for stage in STAGES
    ]
    said = section(read("architecture.md"), "## One document")
    assert [line for line in said.splitlines() if line.startswith("| `")] == expected


# ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────


def settings_of_the_code() -> list[list[str]]:
    rows = []
    tables: tuple[type[Settings], ...] = (IngestSettings, ServiceSettings)
    for table in tables:
        for name, row in table.model_fields.items():
            default = MODELS_DEFAULT if name == "models" else str(row.default)
            rows.append([PREFIX + name.upper(), default, allowed(row), str(row.description)])
    return rows


def test_settings_page_says_name_default_range_and_help_of_every_setting() -> None:
    table = read("settings.md").partition("\n## ")[0]
    documented = [[plain(row[0]), plain(row[1]), *row[2:]] for row in table_rows(table)]
    assert documented == settings_of_the_code()


def test_every_variable_named_anywhere_in_the_docs_is_a_setting() -> None:
    known = {row[0] for row in settings_of_the_code()}
    for page in pages():
        assert set(re.findall(r"\bPINCITE_[A-Z_]+\b", page.read_text(encoding="utf-8"))) <= known | {"PINCITE_NAME"}


# ── routes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_api_page_names_every_route_with_its_method_and_no_other() -> None:
    paths: dict[str, Any] = create_app(refuse).openapi()["paths"]
    served = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    rows = table_rows(section(read("api.md"), "## Routes"))
    documented = {(row[0], plain(row[1])) for row in rows if row[0].isupper()}
    assert documented == served


def test_every_route_quoted_in_running_text_exists() -> None:
    paths: dict[str, Any] = create_app(refuse).openapi()["paths"]
    served = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    for page in pages():
        quoted = re.findall(r"`((?:GET|POST|PATCH|DELETE|PUT) /[^\s`]*)`", page.read_text(encoding="utf-8"))
        assert set(quoted) <= served, page.name


SHAPES = [
    ("### Document", "DocumentModel"),
    ("### Page", "PageModel"),
    ("### Hit", "HitModel"),
    ("### Answer", "AnswerModel"),
]


@pytest.mark.parametrize(("heading", "model"), SHAPES)
def test_api_page_lists_every_field_of_a_shape(heading: str, model: str) -> None:
    properties = create_app(refuse).openapi()["components"]["schemas"][model]["properties"]
    documented = [
        name for row in table_rows(section(read("api.md"), heading)) for name in re.findall(r"`(\w+)`", row[0])
    ]
    assert sorted(documented) == sorted(properties)


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────


def error_tree() -> list[type[PinciteError]]:
    return [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, PinciteError)]


def test_api_page_says_code_status_retry_and_reason_of_every_error() -> None:
    documented = {
        plain(code): (status, retry, when)
        for code, status, retry, when in table_rows(section(read("api.md"), "### Error codes"))
    }
    expected = {
        error.code: (str(status_of(error)), "yes" if error.retry else "no", str(error.__doc__).strip())
        for error in error_tree()
    }
    # the root's own code stands for surprises; its docstring speaks to programmers
    assert documented.pop("internal")[:2] == expected.pop("internal")[:2]
    assert documented == expected


# ── command line ────────────────────────────────────────────────────────────────────────────────────────────────


def commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(command_line)
    found = {"": group}
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {key}": each for key, each in inner.items()} if inner else {name: command}
    return found


def long_options(command: Any) -> set[str]:
    return {
        name
        for parameter in command.params
        for name in [*parameter.opts, *parameter.secondary_opts]
        if name.startswith("--")
    }


def documented_commands() -> dict[str, set[str]]:
    found = {}
    for row in table_rows(section(read("operations.md"), "## Command line")):
        match = re.match(r"`pincite ((?:keys )?\w+)", row[0])
        if match:
            found[match.group(1)] = set(re.findall(r"`(--[\w-]+)`", row[-1]))
    return found


def test_operations_page_gives_every_command_its_long_options() -> None:
    assert documented_commands() == {name: long_options(command) for name, command in commands().items() if name}


def test_operations_page_explains_every_long_option() -> None:
    explained = set()
    for row in table_rows(section(read("operations.md"), "## Command line")):
        if row[0].startswith("`-"):
            explained |= set(re.findall(r"`(--[\w-]+)`", row[0]))
    assert explained == {"--help"}.union(*(long_options(command) for command in commands().values()))


# ── files and links ─────────────────────────────────────────────────────────────────────────────────────────────


def pages() -> list[Path]:
    readme = ROOT / "README.md"
    return [*sorted(DOCS.glob("*.md")), *([readme] if readme.is_file() else [])]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, made as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_relative_links_point_to_files_and_headings_that_exist() -> None:
    broken = []
    for page in pages():
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
                broken.append(f"{page.name}: {link}")
    assert broken == []


def test_architecture_page_has_a_paragraph_for_every_package_in_the_order_of_imports() -> None:
    paragraphs = re.findall(r"^- \*\*(.+?)\*\*", section(read("architecture.md"), "## Map"), re.M)
    named = [name for heading in paragraphs for name in re.findall(r"`([\w.]+)`", heading)]
    assert named == [
        package
        for package in ORDER
        if (path := ROOT / package.replace(".", "/")).is_dir() or path.with_suffix(".py").exists()
    ]


def tracked_text() -> Iterator[tuple[str, str]]:
    """Every text file that is or may be committed, tests apart: there such names are data."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        path = ROOT / name
        if name.startswith("tests/") or not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" not in data:
            yield name, data.decode("utf-8", "replace")


def test_no_file_names_a_path_of_one_machine_or_a_package_registry() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line) or REGISTRY.search(line)
    ]
    assert found == []


# ── container ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_compose_file_describes_one_service_with_volume_limit_and_restart() -> None:
    yaml = pytest.importorskip("yaml")
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    (service,) = compose["services"].values()
    assert service["volumes"] == ["data:/data"] and "data" in compose["volumes"]
    assert {"mem_limit", "restart", "stop_grace_period", "init"} <= service.keys()
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_image_copies_only_what_the_build_context_lets_in() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M) for name in line.split()[:-1]}
    assert copied == allowed


def test_image_runs_as_another_user_and_starts_a_command_that_exists() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    start = json.loads(re.findall(r"^CMD (\[.+\])$", text, re.M)[-1])
    assert start[0] == "pincite" and start[1] in commands()
    assert {word for word in start if word.startswith("--")} <= long_options(commands()[start[1]])
    assert text.index("\nUSER pincite") < text.index("\nCMD")
    joined = text.replace("\\\n", "")  # as the builder reads continued lines
    health = json.loads(re.findall(r"^HEALTHCHECK .+ CMD (\[.+healthz.+\])$", joined, re.M)[0])
    compile(health[2], "healthcheck", "exec")


def test_benchmarks_page_says_what_the_kept_results_say() -> None:
    from bench.tables import PAGE, page  # noqa: PLC0415  (bench is no part of the product these tests import)

    assert PAGE.read_text(encoding="utf-8") == page()

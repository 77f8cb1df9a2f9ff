"""A proposed start of a section, shared by the finders."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Start:
    """Where a section begins. `last_page`, when known, ends it there even if nothing follows."""

    page: int
    offset: int
    level: int
    kind: str
    title: str
    number: str | None
    last_page: int | None = None

"""Pages through lists as OpenAI's clients do: `after` and `before` are ids, `limit`, `order`. Knows no documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from ingest.errors import BadRequest
from service.openai_api.shapes import listed

Order = Literal["asc", "desc"]


@dataclass(frozen=True)
class Listing:
    """Which part of a list is asked for."""

    after: str | None
    before: str | None
    limit: int
    order: Order

    def of(self, oldest_first: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The part of these rows that is asked for, as a list object."""
        rows = list(oldest_first) if self.order == "asc" else list(reversed(oldest_first))
        ids = [row["id"] for row in rows]
        start = _place(ids, self.after) + 1 if self.after else 0
        end = _place(ids, self.before) if self.before else len(rows)
        if self.before and not self.after:
            start = max(start, end - self.limit)
        part = rows[start:end]
        return listed(part[: self.limit], has_more=len(part) > self.limit)


def _place(ids: Sequence[str], key: str) -> int:
    try:
        return ids.index(key)
    except ValueError as error:
        raise BadRequest(f"There is no {key!r} in this list to go on from.") from error


def _listing(
    after: str | None = None,
    before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 20,
    order: Order = "desc",
) -> Listing:
    return Listing(after, before, limit, order)


ListingPart = Annotated[Listing, Depends(_listing)]

"""What an index takes in and gives back, and the two seams around it: an encoder, one tenant's index.

Knows nothing of how either is built. Scores are higher for better.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]  # shape (rows, dimensions), L2-normalised


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What an index stores of a page or chunk: derived text only, never what is cited."""

    id: str
    content: str
    page: int
    heading: str
    breadcrumb: str
    body: str


@dataclass(frozen=True, slots=True)
class IndexHit:
    """An entry's identity with its score; higher is better."""

    content: str
    page: int
    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """How many entries the indexes hold of a content; None where that stage is not done or has not been counted."""

    pages: int | None
    passages: int | None
    vectors: int | None
    encoder: str | None  # whose vectors they are, once there are any


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Names weights, precision and text recipe; vectors of two fingerprints never mix."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of one vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts into an array of shape (len(texts), dimensions), rows of length one."""
        ...


class TenantIndex(Protocol):
    """One tenant's index. Content ids are filters; `None` means everything of the tenant."""

    def refresh(self) -> int:
        """See what has been published since, and return its version: once before the searches of one question."""
        ...

    def search_pages(
        self, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """Rank pages by BM25 over weighted terms."""
        ...

    def search_passages(
        self, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """Rank chunks by BM25 over weighted terms."""
        ...

    def search_vectors(self, vector: Vectors, limit: int, contents: Iterable[str] | None) -> list[IndexHit]:
        """Rank chunks by cosine similarity; exact under a size, approximate above."""
        ...

"""Ranks passages inside the pages found: their own words, their meaning where it was encoded, and their page's rank.

A clause that runs on over passages is returned whole: a good passage lends some of its score to the one after it.
Knows neither the indexes nor the question, only what was found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.catalog import Contents
from ingest.index_types import IndexHit
from ingest.types import Document
from service.retrieval.filters import PageFilter
from service.retrieval.signals import Hit

CONTINUED = 24  # passages that lend to what follows them
PART_OF_PAGE = ":"  # vectors of long documents are of parts of pages; their ids hold a colon, those of chunks do not


@dataclass(frozen=True)
class PassageRanking:
    """One search's passages. `pages` are its ranked pages, `page_filter` says on which pages passages may stand."""

    contents: Contents
    tenant: str
    documents: Mapping[str, Document]
    pages: Sequence[Hit]
    page_filter: PageFilter
    weights: Mapping[str, float]
    defining: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # chunks that define what is asked for

    def best(self, by_words: Sequence[IndexHit], by_meaning: Sequence[IndexHit], limit: int) -> list[Hit]:
        """The best passages; when too few hold any of the words, further ones of the best pages, in reading order."""
        places = {(hit.document.content, hit.page): hit for hit in self.pages}
        ranked = self._with_continuations(list(self._scored(by_words, by_meaning, places)), places)
        if len(ranked) < limit:
            ranked.extend(self._rest({hit.passage for hit in ranked}, limit - len(ranked)))
        return ranked[:limit]

    def _scored(
        self, by_words: Sequence[IndexHit], by_meaning: Sequence[IndexHit], places: Mapping[tuple[str, int], Hit]
    ) -> list[Hit]:
        words = {hit.id: hit.score / by_words[0].score for hit in by_words}
        encoded = [hit for hit in by_meaning if PART_OF_PAGE not in hit.id]
        lowest = min((hit.score for hit in encoded), default=0.0)
        spread = max((hit.score for hit in encoded), default=1.0) - lowest or 1.0
        meaning = {hit.id: (hit.score - lowest) / spread for hit in encoded}
        found = {hit.id: (hit.content, hit.page) for hit in (*by_words, *encoded)} | dict(self.defining)
        return [
            self._passage(place, id, words.get(id, 0.0), meaning.get(id, 0.0), places)
            for id, place in found.items()
            if self._may_show(*place)
        ]

    def _passage(
        self, at: tuple[str, int], chunk: str, words: float, meaning: float, places: Mapping[tuple[str, int], Hit]
    ) -> Hit:
        place = places.get(at)
        signals = {**(place.signals if place else {}), "passages": words, "vectors": meaning}
        score = self.weights["words"] * words + self.weights["meaning"] * meaning
        score += self.weights["page"] * (place.score if place else 0.0)
        if chunk in self.defining:
            signals["defines"] = 1.0
            score += self.weights["defines"]
        return Hit(self.documents[at[0]], at[1], score, signals, chunk)

    def _may_show(self, content: str, page: int) -> bool:
        return content in self.documents and self.page_filter.allows(content, page)

    def _with_continuations(self, ranked: Sequence[Hit], places: Mapping[tuple[str, int], Hit]) -> list[Hit]:
        found = {hit.passage: hit for hit in ranked}
        best = sorted(ranked, key=_order)[:CONTINUED]
        after = self.contents.chunks_after(self.tenant, [hit.passage or "" for hit in best])
        for hit in best:
            chunk = after.get(hit.passage or "")
            if chunk is None or not self._may_show(hit.document.content, chunk.page):
                continue
            known = found.get(chunk.id) or self._passage((hit.document.content, chunk.page), chunk.id, 0.0, 0.0, places)
            lent = self.weights["continuation"] * hit.score
            if known.score < lent:
                known = replace(known, score=lent, signals={**known.signals, "continuation": lent})
            found[chunk.id] = known
        return sorted(found.values(), key=_order)

    def _rest(self, seen: set[str | None], count: int) -> list[Hit]:
        rest: list[Hit] = []
        for place in self.pages:
            if len(rest) >= count:
                break
            chunks = self.contents.chunks(place.document.tenant, place.document.content, place.page)
            rest.extend(replace(place, score=0.0, passage=chunk.id) for chunk in chunks if chunk.id not in seen)
        return rest[:count]


def _order(hit: Hit) -> tuple[float, str, int, str]:
    return -hit.score, hit.document.id, hit.page, hit.passage or ""

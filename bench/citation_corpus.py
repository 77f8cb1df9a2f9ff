"""True quotes drawn from stored filings: sentences, table rows, runs of lines. For bench/citations.py.

`plain` is the judge of what two wordings share; it shares no code with service/citation.
"""

import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.text.sentences import sentences
from ingest.types import Document, Page
from service.contract.caller import scope_for
from service.wiring import Service

MIN_QUOTE, MAX_QUOTE = 40, 600  # characters
WORD = re.compile(r"[A-Za-z]{4,}")


@dataclass(frozen=True)
class Quote:
    """A true quote: its document (by position), page (by position), text and kind."""

    document: int
    page: int
    text: str
    kind: str


@dataclass
class Corpus:
    """Pages of the documents, with what the alterations draw on."""

    names: list[str]
    pages: list[list[Page]]
    quotes: list[Quote]
    near: dict[str, list[str]]

    def page(self, quote: Quote) -> Page:
        """The page a quote was taken from."""
        return self.pages[quote.document][quote.page]


def plain(text: str) -> str:
    """Letters, figures, percent signs and minus signs before figures: what a quote must share with its page."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[-‐‑\u00ad\x02\ufffe]\s*[\r\n]+\s*(?=[a-z])", "", text)
    text = re.sub(r"(?<![a-z0-9])[(−–-][$€£¥]?\s?(?=[\d.])", "~", text)
    text = re.sub(r"(?<=\d)[,.](?=\d)", "^", text)
    return "".join(character for character in text if character.isalnum() or character in "%~^€")


def load(service: Service, folder: Path, documents: int, quotes: int, seed: int) -> Corpus:
    """Pages of some filings and true quotes drawn from them."""
    chance = random.Random(seed)
    rows = map(json.loads, (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines())
    names = {row["doc_name"] for row in rows if row["doc_type"] == "10k"}
    stored = sorted(service.ingest.catalog.documents.select(scope_for()), key=lambda d: (d.name, d.id))
    wanted = [document for document in stored if Path(document.name).stem in names]
    chosen = chance.sample(wanted, min(documents, len(wanted)))
    pages = [_pages(service, document) for document in chosen]
    drawn = [
        quote
        for position, document in enumerate(chosen)
        for quote in _quotes(service, document, position, pages[position], quotes // len(chosen), chance)
    ]
    words = Counter(word.lower() for book in pages for page in book for word in WORD.findall(page.text))
    return Corpus([document.name for document in chosen], pages, drawn, _near([w for w, n in words.items() if n > 2]))


def _pages(service: Service, document: Document) -> list[Page]:
    return list(service.ingest.catalog.contents.iterate_pages(document.tenant, document.content))


def _quotes(
    service: Service, document: Document, position: int, pages: Sequence[Page], count: int, chance: random.Random
) -> list[Quote]:
    found: list[Quote] = []
    order = list(range(len(pages)))
    chance.shuffle(order)
    for index in order:
        page = pages[index]
        if len(page.text) < 300:
            continue
        tables = service.ingest.pages.tables(document, page.number)
        texts = [("sentence", sentence.text) for sentence in sentences(page, tables)]
        texts += [("row", page.text[row.start : row.end]) for table in tables for row in table.rows]
        texts += [("lines", text) for text in _runs(page.text, chance)]
        usable = [
            (kind, text) for kind, text in texts if MIN_QUOTE <= len(text) <= MAX_QUOTE and len(WORD.findall(text)) >= 3
        ]
        chance.shuffle(usable)
        found += [Quote(position, index, text, kind) for kind, text in usable[:12]]
        if len(found) >= count:
            break
    return found[:count]


def _runs(text: str, chance: random.Random) -> list[str]:
    lines = [match.span() for match in re.finditer(r"[^\r\n]+", text)]
    runs = []
    for _ in range(min(4, len(lines) // 4)):
        first = chance.randrange(len(lines) - 3)
        runs.append(text[lines[first][0] : lines[first + chance.randint(1, 3)][1]].strip())
    return runs


def _near(words: Sequence[str]) -> dict[str, list[str]]:
    """For each word those one or two letters away, found by leaving letters out."""
    by_rest: dict[str, list[str]] = {}
    for word in words:
        for rest in {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}:
            by_rest.setdefault(rest, []).append(word)
    near: dict[str, set[str]] = {}
    for family in by_rest.values():
        for word in family:
            near.setdefault(word, set()).update(other for other in family if other != word)
    return {word: sorted(others) for word, others in near.items() if others}

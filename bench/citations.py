"""The citation check on real pages: mutated true quotes must be kept, altered ones never accepted. No language model.

True quotes are sentences, table rows and runs of lines of stored pages, and runs over a page's end. `kept` is the
share found whose own text is, letters and figures alone, the quote, at the place it was taken from or where the same
words stand again. False quotes are true ones altered, stitched or claimed elsewhere. `accepted wrongly` counts those
located where the page's letters, figures, signs and percent marks are not those of the quote; `moved` those that
stand elsewhere, word for word. The judge here shares no code with service/citation/locate.py.
"""

import argparse
import json
import os
import random
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.machine import keep
from ingest.text.sentences import sentences
from ingest.types import Document, Page
from service.citation.locate import Located, Verification, locate
from service.contract.caller import scope_for
from service.wiring import Service, build_service

console = Console(width=160)
LEAST, MOST = 40, 600  # characters of a quote
NEGATABLE = re.compile(r"\b(?:is|are|was|were|will|may|can|could|would|should|shall|must|has|have|did|do|does)\b")
NEGATION = re.compile(r"\b(?:not|no|never) ")
UNITS = {"million": "billion", "billion": "million", "thousand": "million", "thousands": "millions", "%": " points",
         "millions": "billions", "$": "€", "quarter": "year", "year": "quarter", "months": "years"}  # fmt: skip
WORD = re.compile(r"[A-Za-z]{4,}")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


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
        usable = [(kind, text) for kind, text in texts if LEAST <= len(text) <= MOST and len(WORD.findall(text)) >= 3]
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


# ── mutations of true quotes: what a model, a viewer or a typesetter may do to one ─────────────────────────────────


def ligatures(text: str, _chance: random.Random) -> str:
    """Letters joined."""
    return text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ").replace("ff", "ﬀ")


def hyphenation(text: str, chance: random.Random) -> str:
    """Long words broken over lines."""
    mark = chance.choice(["-\n", "-\r\n", "\u00ad", "\u00ad\n"])
    return re.sub(r"\b([a-z]{3,})([a-z]{3,})\b", lambda m: m[1] + (mark if chance.random() < 0.4 else "") + m[2], text)


def line_breaks(text: str, chance: random.Random) -> str:
    """Lines broken elsewhere."""
    return "".join(chance.choice([" ", "\n", "\r\n"]) if c in " \n" else c for c in text.replace("\r\n", "\n"))


def curly_quotes(text: str, _chance: random.Random) -> str:
    """Quotation marks and dashes the other way."""
    table = str.maketrans({"'": "’", '"': "“", "’": "'", "“": '"', "”": '"', "—": "–", "–": "-"})
    return text.translate(table)


def white_space(text: str, chance: random.Random) -> str:
    """White space of other kinds and widths."""
    return re.sub(r"\s+", lambda _m: chance.choice([" ", "  ", "\u00a0", "\t", "\u2009", " \u200b"]), text)


def together(text: str, chance: random.Random) -> str:
    """All of these at once."""
    for change in (ligatures, hyphenation, curly_quotes, white_space):
        text = change(text, chance)
    return text


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    ligatures, hyphenation, line_breaks, curly_quotes, white_space, together,
)  # fmt: skip


# ── alterations: each returns None where the quote offers nothing to alter ───────────────────────────────────────


def number_altered(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One digit of one number changed."""
    numbers = list(NUMBER.finditer(quote.text))
    if not numbers:
        return None
    number = chance.choice(numbers)
    places = [i for i in range(*number.span()) if quote.text[i].isdigit()]
    place = chance.choice(places)
    digit = chance.choice([d for d in "0123456789" if d != quote.text[place]])
    return quote.text[:place] + digit + quote.text[place + 1 :]


def number_cut(_corpus: Corpus, quote: Quote, _chance: random.Random) -> str | None:
    """The quote begun inside a number: 250 out of 1,250."""
    match = re.search(r"(?<=\d)[,.]?(?=\d)", quote.text)
    rest = quote.text[match.end() :] if match else ""
    return rest if len(rest) >= LEAST else None


def sign_altered(_corpus: Corpus, quote: Quote, _chance: random.Random) -> str | None:
    """Brackets taken off a negative number."""
    changed = re.sub(r"\(\s?(\$?\s?[\d,.]+)\s?\)", r"\1", quote.text, count=1)
    return changed if changed != quote.text else None


def negation_flipped(_corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """A "not" put in or taken out."""
    found = list(NEGATION.finditer(quote.text))
    if found:
        match = chance.choice(found)
        return quote.text[: match.start()] + quote.text[match.end() :]
    verbs = list(NEGATABLE.finditer(quote.text))
    if not verbs:
        return None
    place = chance.choice(verbs).end()
    return f"{quote.text[:place]} not{quote.text[place:]}"


def word_swapped(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One word exchanged for another of the filing."""
    words = list(WORD.finditer(quote.text))
    match = chance.choice(words)
    others = WORD.findall(chance.choice(corpus.pages[quote.document]).text)
    other = chance.choice(others) if others else "nothing"
    return quote.text[: match.start()] + other + quote.text[match.end() :]


def near_word_swapped(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One word exchanged for one that differs by a letter or two: lessor, lessee."""
    words = [match for match in WORD.finditer(quote.text) if match.group().lower() in corpus.near]
    if not words:
        return None
    match = chance.choice(words)
    other = chance.choice(corpus.near[match.group().lower()])
    return quote.text[: match.start()] + other + quote.text[match.end() :]


def word_left_out(_corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One word of more than three letters left out from within."""
    words = list(WORD.finditer(quote.text))[1:-1]
    if not words:
        return None
    match = chance.choice(words)
    return quote.text[: match.start()] + quote.text[match.end() :].lstrip()


def unit_altered(_corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """Million for billion, a percent sign lost, another currency, a year for a quarter."""
    found = [unit for unit in UNITS if re.search(rf"(?<![A-Za-z]){re.escape(unit)}(?![A-Za-z])", quote.text)]
    if not found:
        return None
    unit = chance.choice(found)
    return re.sub(rf"(?<![A-Za-z]){re.escape(unit)}(?![A-Za-z])", UNITS[unit], quote.text)


def _half(text: str, first: bool) -> str:
    words = text.split(" ")
    middle = len(words) // 2
    return " ".join(words[:middle] if first else words[middle:])


def stitched_on_a_page(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """Halves of two quotes of one page."""
    others = [q for q in corpus.quotes if (q.document, q.page) == (quote.document, quote.page) and q.text != quote.text]
    return f"{_half(quote.text, True)} {_half(chance.choice(others).text, False)}" if others else None


def stitched_over_pages(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """Halves of two quotes of two pages."""
    others = [q for q in corpus.quotes if q.document == quote.document and q.page != quote.page]
    return f"{_half(quote.text, True)} {_half(chance.choice(others).text, False)}" if others else None


def fabricated(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """A sentence nobody wrote, of the filing's own words and a number."""
    words = WORD.findall(corpus.page(quote).text)
    if len(words) < 20:
        return None
    amount = f"${chance.randint(2, 999)}.{chance.randint(0, 9)} million"
    return f"The {' '.join(chance.sample(words, 12))} amounted to {amount}."


ALTERATIONS: tuple[Callable[[Corpus, Quote, random.Random], str | None], ...] = (
    number_altered, number_cut, sign_altered, negation_flipped, word_swapped, near_word_swapped, word_left_out,
    unit_altered, stitched_on_a_page, stitched_over_pages, fabricated,
)  # fmt: skip


# ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────


def right(quote: str, found: Located | None) -> bool:
    """Whether what was found says, letters and figures alone, what was quoted."""
    return found is not None and plain(found.text) == plain(quote)


def kept_rows(corpus: Corpus, chance: random.Random) -> dict[str, dict[str, Any]]:
    """Per kind and mutation: how many were put, how many kept on their page, and how they were matched."""
    rows: dict[str, dict[str, Any]] = {}
    for change in MUTATIONS:
        for quote in corpus.quotes:
            row = rows.setdefault(f"{change.__name__}, {quote.kind}", {"n": 0, "kept": 0, "ways": {}, "lost": []})
            page = corpus.page(quote)
            found = locate(change(quote.text, chance), page, [page])
            row["n"] += 1
            if right(quote.text, found) and found is not None:
                row["kept"] += 1
                row["ways"][str(found.verification)] = row["ways"].get(str(found.verification), 0) + 1
            elif len(row["lost"]) < 3:
                row["lost"].append([quote.text, found.text if found else None])
    return rows


def over_pages(corpus: Corpus, chance: random.Random) -> dict[str, Any]:
    """Sentences that run over a page's end, taken where the last line ends and the next begins in small letters."""
    row: dict[str, Any] = {"n": 0, "kept": 0, "lost": []}
    for book in corpus.pages:
        often = Counter(line for page in book for line in {_bare(line) for line in page.text.splitlines()})
        for first, second in pairwise(book):
            quote = _broken_sentence(first.text, second.text, often)
            if quote:
                row["n"] += 1
                found = locate(white_space(quote, chance), first, [first, second])
                if right(quote, found) and found is not None and found.continued:
                    row["kept"] += 1
                elif len(row["lost"]) < 5:
                    row["lost"].append([quote, found.text if found else None])
    return row


def _broken_sentence(first: str, second: str, often: Counter[str]) -> str | None:
    """The last line of a page with the first of the next; what stands on many pages of the filing is no line of it."""
    tail = [line.strip() for line in first.splitlines() if often[_bare(line)] < 4 and WORD.search(line)][-1:]
    head = [line.strip() for line in second.splitlines() if often[_bare(line)] < 4 and WORD.search(line)][:1]
    if not tail or not head or min(len(tail[0]), len(head[0])) < 25:
        return None
    return f"{tail[0]} {head[0]}" if tail[0][-1].islower() and head[0][0].islower() else None


def _bare(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())


def altered_rows(corpus: Corpus, chance: random.Random) -> dict[str, dict[str, Any]]:
    """Per alteration: how many were put, rejected, located where they really stand, and accepted wrongly."""
    rows = {}
    for alter in ALTERATIONS:
        row = _empty()
        for quote in corpus.quotes:
            changed = alter(corpus, quote, chance)
            if changed is None or plain(changed) == plain(quote.text):
                continue
            book = corpus.pages[quote.document]
            near = book[max(0, quote.page - 2) : quote.page + 3]
            _count(row, changed, locate(changed, corpus.page(quote), near))
        rows[alter.__name__] = row
    return rows


def misplaced_rows(corpus: Corpus, chance: random.Random) -> dict[str, dict[str, Any]]:
    """True quotes claimed on another page of their document, and in another document."""
    pages, documents = _empty(), _empty()
    for quote in corpus.quotes:
        book = corpus.pages[quote.document]
        wrong = chance.choice([page for page in book if page.number != corpus.page(quote).number])
        found = locate(quote.text, wrong, book)
        _count(pages, quote.text, found)
        if found is None:
            pages["lost"] = pages.get("lost", 0) + 1
        other = corpus.pages[(quote.document + 1) % len(corpus.pages)]
        claimed = other[quote.page % len(other)]
        near = other[max(0, quote.page % len(other) - 3) : quote.page % len(other) + 4]
        _count(documents, quote.text, locate(quote.text, claimed, near))
    return {"wrong_page": pages, "wrong_document": documents}


def _empty() -> dict[str, Any]:
    return {"n": 0, "rejected": 0, "stands_there": 0, "moved": 0, "accepted_wrongly": 0, "wrong": []}


def _count(row: dict[str, Any], quote: str, found: Located | None) -> None:
    row["n"] += 1
    if found is None:
        row["rejected"] += 1
    elif not right(quote, found):
        row["accepted_wrongly"] += 1
        row["wrong"].append([quote, found.text, str(found.verification)])
    else:
        row["moved" if found.verification is Verification.MOVED else "stands_there"] += 1


def show(result: dict[str, Any]) -> None:
    """Print both tables, and the first failures of each kind."""
    table = Table("mutation, kind of quote", "n", "kept", "%", "ways")
    for name, row in result["true"].items():
        table.add_row(
            name, str(row["n"]), str(row["kept"]), f"{100 * row['kept'] / row['n']:.2f}", str(row.get("ways", ""))
        )
    console.print(table)
    table = Table("alteration", "n", "rejected", "moved", "stands there", "accepted wrongly")
    for name, row in result["false"].items():
        columns = ("n", "rejected", "moved", "stands_there", "accepted_wrongly")
        table.add_row(name, *(str(row[column]) for column in columns))
    console.print(table)
    console.print(f"{result['microseconds_a_quote']} µs a quote")
    for name, row in [*result["true"].items(), *result["false"].items()]:
        for example in [*(row.get("lost") or [] if isinstance(row.get("lost"), list) else []), *row.get("wrong", [])][
            :4
        ]:
            console.print(name, [repr(part) for part in example], markup=False)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--quotes", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    service = build_service(os.environ)
    corpus = load(service, options.data, options.documents, options.quotes, options.seed)
    service.close()
    chance = random.Random(options.seed)
    started = time.perf_counter()
    true = kept_rows(corpus, chance)
    seconds = time.perf_counter() - started
    true["over a page's end"] = over_pages(corpus, chance)
    false = {**altered_rows(corpus, chance), **misplaced_rows(corpus, chance)}
    result = {
        "documents": len(corpus.names),
        "quotes": len(corpus.quotes),
        "seed": options.seed,
        "true": true,
        "false": false,
        "microseconds_a_quote": round(1e6 * seconds / (len(corpus.quotes) * len(MUTATIONS))),
    }
    show(result)
    if options.keep:
        for row in [*true.values(), *false.values()]:  # the data may be measured, not passed on
            row.pop("wrong", None)
            if isinstance(row.get("lost"), list):
                row.pop("lost")
        console.print("kept", keep("citations", result))


if __name__ == "__main__":
    main()

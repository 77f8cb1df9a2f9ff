"""The citation check on real pages: mutated true quotes must be kept, altered ones never accepted. No language model.

True quotes are sentences, table rows and runs of lines of stored pages, and runs over a page's end. `kept` is the
share found whose own text is, letters and figures alone, the quote, at the place it was taken from or where the same
words stand again. False quotes are true ones altered, stitched or claimed elsewhere. `accepted wrongly` counts those
located where the page's letters, figures, signs and percent marks are not those of the quote; `moved` those that
stand elsewhere, word for word. The judge here shares no code with service/citation/locate.py.
"""

import argparse
import os
import random
import re
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.citation_changes import ALTERATIONS, MUTATIONS, white_space
from bench.citation_corpus import WORD, Corpus, load, plain
from bench.machine import keep
from service.citation.locate import Located, locate
from service.contract.answer import Verification
from service.wiring import build_service

console = Console(width=160)


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

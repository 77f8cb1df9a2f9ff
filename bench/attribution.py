"""Sentences without a quote, true and altered, put to the finder of quotes on real pages. No language model.

True claims are sentences of a filing introduced by words of one's own, and rows told as a sentence ("Total assets for
2018 were …"). False ones are the same with a number, a word, a year, a name's place, a negation or a condition altered,
or with the value of another row or column. `accepted wrongly` counts false claims for which a quote was given that does
not hold the claim's own words and numbers in their order. The judge shares no code with service/entailment.
"""

import argparse
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Printed

from bench.citation_changes import negation_flipped, number_altered, unit_altered, word_swapped
from bench.citation_corpus import WORD, Corpus, Quote, load
from bench.machine import keep
from ingest.table_types import Row, Table
from ingest.text.dates import YEAR_WORD
from ingest.types import Document
from service.citation.evidence import Evidence, Proof
from service.contract.caller import scope_for
from service.entailment.quoted_rows import remembered
from service.grounding.attribution import Attributor
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.wiring import Service, build_service

console = Console(width=160)
NEAR = 4  # pages before and after that are handed out with a claim's own
PHRASE = 14  # words of a claim cut out of a sentence
CONDITION = re.compile(r"\b(?:may|might|could|would|should|if|unless|not|only) ")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
JUDGED = re.compile(r"[a-z]{4,}|\d[\d,.]*\d|\d")
NEGATIONS = re.compile(r"\b(?:not?|never|cannot|without)\b|n['’]t\b")
LONG = re.compile(r"[a-z]{7,}")
LIST_MARK = re.compile(r"^\(?\d{1,2}\)")

Claim = tuple[Quote, str]


def introduced(text: str) -> str:
    """A sentence as a model repeats it."""
    return f"According to the filing, {text}"


def phrases(corpus: Corpus, chance: random.Random) -> Iterator[Claim]:
    """Runs of words of the filings' sentences, which say less than the whole and are entailed the more easily."""
    for quote in corpus.quotes:
        words = quote.text.split()
        if quote.kind == "sentence" and len(words) >= PHRASE:
            start = chance.randrange(len(words) - PHRASE + 1)
            yield quote, " ".join(words[start : start + PHRASE])


def condition_dropped(_corpus: Corpus, quote: Quote, _chance: random.Random) -> str | None:
    """A "may", "if" or "not" left out."""
    changed = CONDITION.sub("", quote.text, count=1)
    return changed if changed != quote.text else None


def names_exchanged(_corpus: Corpus, quote: Quote, _chance: random.Random) -> str | None:
    """Two names in each other's place: who gives for who takes."""
    found = list(NAME.finditer(quote.text))
    if len({match.group() for match in found}) < 2:
        return None
    first, last = found[0], next(match for match in found if match.group() != found[0].group())
    between = quote.text[first.end() : last.start()]
    return f"{quote.text[: first.start()]}{last.group()}{between}{first.group()}{quote.text[last.end() :]}"


def content_swapped(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One word exchanged for another of the filing that says something by itself."""
    if not WORD.search(quote.text):
        return None
    changed = word_swapped(corpus, quote, chance)
    fresh = set(LONG.findall((changed or "").lower())) - set(LONG.findall(quote.text.lower()))
    return changed if fresh - load_vocabulary().ask_words else None


def year_altered(_corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """Another year."""
    found = list(YEAR_WORD.finditer(quote.text))
    if not found:
        return None
    match = chance.choice(found)
    return f"{quote.text[: match.start()]}{int(match.group()) - 1}{quote.text[match.end() :]}"


ALTERATIONS: tuple[Callable[[Corpus, Quote, random.Random], str | None], ...] = (
    number_altered, negation_flipped, content_swapped, unit_altered, condition_dropped, names_exchanged, year_altered,
)  # fmt: skip


def row_claims(service: Service, corpus: Corpus, documents: list[Document], chance: random.Random) -> Iterator[Any]:
    """(quote, true claim, claim with another column's value, claim with another row's value) of rows with years."""
    for quote in corpus.quotes:
        if quote.kind != "row":
            continue
        page = corpus.page(quote)
        for table in service.ingest.pages.tables(documents[quote.document], page.number):
            told = [each for row in table.rows if (each := _told(table, row))]
            for label, values in told:
                if quote.text.startswith(label[:20]) and len(values) > 1:
                    (year, value), (_other_year, other) = chance.sample(sorted(values.items()), 2)
                    elsewhere = chance.choice(
                        [v for name, row in told for v in row.values() if name != label] or [other]
                    )
                    yield quote, *(f"{label} for {year} was {told}." for told in (value, other, elsewhere))


def _told(table: Table, row: Row) -> tuple[str, dict[str, str]] | None:
    """A row's label and its plain values by year."""
    label = re.sub(r"\s+", " ", row.label).strip()
    values: dict[str, str] = {}
    for cell in row.cells:
        header = table.columns[cell.column].header if 0 <= cell.column < len(table.columns) else ""
        years = YEAR_WORD.findall(header)
        if len(years) == 1 and years[0] not in values and re.fullmatch(r"\$?\s?\d[\d,]{2,}(?:\.\d+)?", cell.text):
            values[years[0]] = cell.text
    return (label, values) if len(re.findall(r"[A-Za-z]{3,}", label)) >= 2 and len(set(values.values())) > 1 else None


def judged(claim: str, proof: Proof) -> bool:
    """Whether the quote holds the claim's words and numbers in their order, with as many negations."""
    text = proof.located.text.lower()
    wanted = JUDGED.findall(LIST_MARK.sub("", claim.lower()))
    place = 0
    for word in wanted:
        found = re.compile(rf"(?<![\w,.]){re.escape(word)}(?![\w])").search(text, place)
        if found is None:
            return False
        place = found.end()
    return bool(NEGATIONS.search(text)) == bool(NEGATIONS.search(claim.lower()))


def measure(service: Service, corpus: Corpus, documents: list[Document], chance: random.Random) -> dict[str, Any]:
    """Counts per kind of claim."""
    vocabulary = load_vocabulary()
    asked = understand("What does the filing say?", vocabulary)
    rows: dict[str, dict[str, Any]] = {}

    def put(kind: str, quote: Quote, claim: str, *, true: bool) -> None:
        evidence = Evidence()
        evidence.add(
            documents[quote.document], corpus.pages[quote.document][max(0, quote.page - NEAR) : quote.page + NEAR + 1]
        )
        proof = Attributor(evidence, remembered(service.ingest.pages.tables), asked, vocabulary).find(claim)
        row = rows.setdefault(kind, {"n": 0, "true": true, "found": 0, "accepted_wrongly": 0, "wrong": []})
        row["n"] += 1
        row["found"] += proof is not None
        if proof is not None and not true and not judged(claim, proof):
            row["accepted_wrongly"] += 1
            row["wrong"].append([claim, proof.located.text])

    for quote in corpus.quotes:
        if quote.kind == "sentence":
            put("sentence", quote, introduced(quote.text), true=True)
    for quote, phrase in phrases(corpus, chance):
        put("phrase", quote, phrase, true=True)
        part = Quote(quote.document, quote.page, phrase, "phrase")
        for alter in ALTERATIONS:
            changed = alter(corpus, part, chance)
            if changed is not None and changed != phrase:
                put(alter.__name__, quote, changed, true=False)
    for quote, true, other_column, other_row in row_claims(service, corpus, documents, chance):
        put("row", quote, true, true=True)
        put("value of another column", quote, other_column, true=False)
        put("value of another row", quote, other_row, true=False)
    return rows


def show(rows: dict[str, dict[str, Any]]) -> None:
    """Print the counts, and the first failures of each kind."""
    table = Printed("claim", "n", "a quote found", "accepted wrongly")
    for name, row in rows.items():
        table.add_row(name, str(row["n"]), str(row["found"]), "" if row["true"] else str(row["accepted_wrongly"]))
    console.print(table)
    for name, row in rows.items():
        for example in row["wrong"][:6]:
            console.print(name, [repr(part) for part in example], markup=False)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with documents.jsonl and pdf/")
    parser.add_argument("--home", type=Path, required=True, help="data folder in which the filings have been read")
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--quotes", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    service = build_service({**os.environ, "PINCITE_HOME": str(options.home)})
    chance = random.Random(options.seed)
    corpus = load(service, options.data, options.documents, options.quotes, options.seed)
    stored = {document.name: document for document in service.ingest.catalog.documents.select(scope_for())}
    started = time.monotonic()
    rows = measure(service, corpus, [stored[name] for name in corpus.names], chance)
    claims = sum(row["n"] for row in rows.values())
    result = {
        "documents": len(corpus.names),
        "seed": options.seed,
        "milliseconds_a_claim": round(1000 * (time.monotonic() - started) / claims, 1),
        "accepted_wrongly": sum(row["accepted_wrongly"] for row in rows.values()),
        "false": sum(row["n"] for row in rows.values() if not row["true"]),
        "claims": rows,
    }
    show(rows)
    console.print({name: value for name, value in result.items() if name != "claims"})
    if options.keep:
        for row in rows.values():  # the data may be measured, not passed on
            row.pop("wrong")
        console.print("kept", keep("attribution", result))
    service.close()


if __name__ == "__main__":
    main()

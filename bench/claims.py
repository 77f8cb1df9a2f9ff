"""Statements with a true quote attached, true and false, put to the judge of statements. No language model.

Sentences and rows of filings and contracts are quoted as they stand; the statement beside the quote tells them in other
words, or tells something else (bench/claim_changes.py, bench/row_claims.py). `accepted` counts those that pass as
supported: of true ones as many as can be should, of false ones none. The statements are made without the product's
judge; a statement made false that is still true by chance counts against it.
"""

import argparse
import os
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Printed

from bench.claim_changes import FALSE_CHANGES, NAME, TRUE_CHANGES, half_true, name_exchanged
from bench.machine import keep
from bench.row_claims import Told, told_of
from ingest.table_types import Table
from ingest.text.sentences import Sentence, sentences
from ingest.types import Document, Page, Span
from service.citation.evidence import Proof
from service.citation.locate import Located
from service.contract.answer import Verification
from service.contract.caller import scope_for
from service.entailment.judge import Judge
from service.wiring import Service, build_service

console = Console(width=200)
MIN_SENTENCE, MAX_SENTENCE = 50, 380  # characters
PAGES = 14  # of a document that are drawn from
SENTENCES = 3  # of a page
SOUND = re.compile(r"^[A-Z][^\n•]*[a-z][.]$", re.S)
EXAMPLES = 6


@dataclass(frozen=True)
class Claim:
    """A statement beside quotes of one page."""

    kind: str
    text: str
    document: Document
    page: Page
    spans: tuple[Span, ...]
    true: bool

    @property
    def proofs(self) -> list[Proof]:
        """The quotes as found on their page."""
        places = [Located(self.page, span, Verification.EXACT) for span in self.spans]
        return [Proof("D1", self.document, place, place.text) for place in places]


def claims_of(service: Service, document: Document, chance: random.Random) -> Iterator[Claim]:
    """Statements of some pages of a document."""
    pages = list(service.ingest.catalog.contents.iterate_pages(document.tenant, document.content))
    usable = [page for page in pages if len(page.text) > 400]
    names = sorted({name for page in usable for name in NAME.findall(page.text)})
    for page in chance.sample(usable, min(PAGES, len(usable))):
        tables = service.ingest.pages.tables(document, page.number)
        told = [each for table in tables for each in told_of(table, chance)]
        yield from (_claim(document, page, each) for each in told)
        for text, span, others in _sentences(page, tables, chance):
            yield from (_claim(document, page, each) for each in _told(text, span, others, names, chance))


def _claim(document: Document, page: Page, told: Told) -> Claim:
    return Claim(told.kind, told.text, document, page, told.spans, told.true)


def _sentences(page: Page, tables: Sequence[Table], chance: random.Random) -> Iterator[tuple[str, Span, Sequence[str]]]:
    """Some sentences of a page with their spans, and other sentences of it."""
    found = [(re.sub(r"\s+", " ", each.text), each) for each in sentences(page, list(tables)) if _sound(each)]
    texts = [text for text, _each in found]
    for text, each in chance.sample(found, min(SENTENCES, len(found))):
        yield text, each.span, [other for other in texts if other != text]


def _sound(sentence: Sentence) -> bool:
    text = re.sub(r"\s+", " ", sentence.text)
    return MIN_SENTENCE <= len(text) <= MAX_SENTENCE and SOUND.match(text) is not None


def _told(text: str, span: Span, others: Sequence[str], names: Sequence[str], chance: random.Random) -> Iterator[Told]:
    for change in TRUE_CHANGES:
        changed = change(text, chance)
        if changed is not None:
            yield Told(change.__name__, changed, (span,), true=True)
    made = [(change.__name__, change(text, chance)) for change in FALSE_CHANGES]
    made.append(("name_exchanged", name_exchanged(text, names, chance)))
    if others:
        other = chance.choice(others)
        made += [("half_true", half_true(text, other)), ("unrelated", other)]
    for kind, wrong in made:
        if wrong is not None and wrong != text:
            yield Told(kind, wrong, (span,), true=False)


def measure(service: Service, claims: Sequence[Claim]) -> dict[str, dict[str, Any]]:
    """Counts for each kind of statement."""
    found: dict[tuple[str, int], list[Table]] = {}

    def tables(document: Document, page: Page) -> Sequence[Table]:
        key = document.id, page.number
        if key not in found:
            found[key] = service.ingest.pages.tables(document, page.number)
        return found[key]

    judges: dict[str, Judge] = {}
    rows: dict[str, dict[str, Any]] = {}
    for claim in claims:
        judge = judges.setdefault(claim.document.id, Judge(tables))
        verdict = judge.judge(claim.text, claim.proofs)
        row = rows.setdefault(claim.kind, {"true": claim.true, "n": 0, "accepted": 0, "wrong": []})
        row["n"] += 1
        row["accepted"] += verdict.supported
        if verdict.supported != claim.true:
            quoted = " | ".join(proof.located.text for proof in claim.proofs)
            row["wrong"].append([claim.text, quoted, ", ".join(verdict.flags)])
    return rows


def show(rows: dict[str, dict[str, Any]], chance: random.Random) -> None:
    """Print the counts, and some failures of each kind."""
    table = Printed("statement", "is", "n", "accepted", "%")
    for name, row in sorted(rows.items(), key=lambda pair: not pair[1]["true"]):
        share = f"{100 * row['accepted'] / row['n']:.1f}"
        table.add_row(name, "true" if row["true"] else "false", str(row["n"]), str(row["accepted"]), share)
    console.print(table)
    for name, row in rows.items():
        for example in chance.sample(row["wrong"], min(EXAMPLES, len(row["wrong"]))):
            console.print(f"{name}: {example[0]!r}\n   <- {example[1][:300]!r}\n   {example[2]}", markup=False)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="data folder in which filings and contracts were read")
    parser.add_argument("--documents", type=int, default=38)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    service = build_service({**os.environ, "PINCITE_HOME": str(options.home)})
    chance = random.Random(options.seed)
    stored = sorted(service.ingest.catalog.documents.select(scope_for()), key=lambda each: each.name)
    chosen = chance.sample(stored, min(options.documents, len(stored)))
    claims = [claim for document in chosen for claim in claims_of(service, document, chance)]
    started = time.monotonic()
    rows = measure(service, claims)
    true, false = ([row for row in rows.values() if row["true"] is is_true] for is_true in (True, False))
    sums = {name: sum(row["n"] for row in kind) for name, kind in (("true", true), ("false", false))}
    kept, accepted = (sum(row["accepted"] for row in kind) for kind in (true, false))
    result = {
        "documents": len(chosen),
        "seed": options.seed,
        **sums,
        "true_kept_percent": round(100 * kept / sums["true"], 2),
        "false_accepted": accepted,
        "false_accepted_percent": round(100 * accepted / sums["false"], 3),
        "milliseconds_a_statement": round(1000 * (time.monotonic() - started) / len(claims), 1),
        "statements": rows,
    }
    show(rows, chance)
    console.print({name: value for name, value in result.items() if name != "statements"})
    if options.keep:
        for row in rows.values():  # the data may be measured, not passed on
            row.pop("wrong")
        console.print("kept", keep("claims", result))
    service.close()


if __name__ == "__main__":
    main()

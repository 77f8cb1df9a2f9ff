"""The one judge of statements: whether the quotes of a statement, a model's or those Pincite found, say what it says.

Rows are read as rows (service/entailment/row_entailment.py), sentences as sentences, changes, differences and ratios
are worked out again, recorded calculations are held against the lines they are made of. A statement of several clauses
is supported where each clause is. Every failure has a flag in plain words. Knows no model and no HTTP.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from ingest.text.normalize import Level, normalize
from ingest.text.numbers import numbers
from ingest.text.sentences import Sentence, sentences
from ingest.text.stems import stems
from ingest.types import Document
from service.calculation.calculation import Calculation
from service.citation.evidence import Proof
from service.citation.wording import currencies
from service.entailment.calculated import Calculated
from service.entailment.cell_entailment import UNIT, faults, fewest
from service.entailment.claim_tokens import content, tokens, words_of
from service.entailment.claim_words import ITSELF, plain_claim
from service.entailment.derived import follows
from service.entailment.quoted_rows import QuotedRow, TablesOf, quoted_rows
from service.entailment.row_claim import RowClaim, SaidAmount, clauses, row_claim
from service.entailment.row_entailment import SAYS_TOO_LITTLE, Meant, row_flags
from service.entailment.sentence_entailment import NOT_STATED, Told, entails, says_all, why_not
from service.question.understand import Query, understand
from service.question.vocabulary_files import Vocabulary, load_vocabulary

MIN_CONTENT = 2  # content words, numbers among them, without which a claim says too little by itself
MAX_CLAUSES = 6
FILED = re.compile(r"(?:10|20|40|8|6)-?[KQF]", re.I)
CONDITION_FOLLOWS = re.compile(r"\s*(?:provided|unless|except|subject to|but only|if)\b")


@dataclass(frozen=True)
class Verdict:
    """Whether a statement is supported by its quotes, and flags: why not, or what is odd about it."""

    supported: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judge:
    """Judges the statements of one answer; `asked` is its question, None where there is none."""

    tables: TablesOf
    asked: Query | None = None
    vocabulary: Vocabulary = field(default_factory=load_vocabulary)
    _told: dict[tuple[str, int], list[Sentence]] = field(default_factory=dict)

    def judge(self, statement: str, proofs: Sequence[Proof], calculations: Sequence[Calculation] = ()) -> Verdict:
        """The verdict on a statement whose quotes were found on their pages."""
        documents = [proof.document for proof in proofs]
        claim = nameless(plain_claim(statement), documents, self.asked.names if self.asked else ())
        rows = quoted_rows(proofs, self.tables)
        flags = self._flags(claim, claim, proofs, rows, calculations)
        parts = clauses(claim)
        if faults(flags) and 1 < len(parts) <= MAX_CLAUSES:
            each = [self._flags(part, claim, proofs, rows, calculations) for part in parts]
            if not any(map(faults, each)):
                flags = [flag for found in each for flag in found]
        return Verdict(not faults(flags), tuple(dict.fromkeys(flags)))

    def _flags(
        self,
        part: str,
        whole: str,
        proofs: Sequence[Proof],
        rows: Sequence[QuotedRow],
        calculations: Sequence[Calculation],
    ) -> list[str]:
        """What is wrong with a claim, or one clause of it; of all ways it could be supported the nearest."""
        claim, meant = self._completed(part, whole), self._meant(whole, proofs)
        calculated = Calculated(calculations, self.vocabulary.ratios, self.tables)
        if follows(claim, rows, meant) or calculated.supports(claim, meant):
            return []
        tried = [self._row_flags(claim, rows, meant), self._sentence_flags(part, proofs)]
        known: list[list[str]] = [flags for flags in tried if flags is not None]
        return fewest(known) if known else [SAYS_TOO_LITTLE]

    def _completed(self, part: str, whole: str) -> RowClaim:
        """A clause as a row's claim; what it leaves out is taken from the whole, and from the question."""
        claim, around = row_claim(part), row_claim(whole)
        if not claim.words and part != whole:
            first = row_claim(clauses(whole)[0])
            claim = replace(claim, words=first.words)
        if not claim.years and len(around.years) == 1:
            claim = replace(
                claim, years=around.years, day=claim.day or around.day, months=claim.months or around.months
            )
        if not claim.words and self.asked is not None:
            claim = replace(claim, words=frozenset(words_of(" ".join(self.asked.words))))
        return claim

    def _meant(self, claim: str, proofs: Sequence[Proof]) -> Meant:
        years = frozenset(self.asked.years) if self.asked is not None and not row_claim(claim).years else frozenset()
        items = understand(claim, self.vocabulary).items + (self.asked.items if self.asked is not None else ())
        names = {word for proof in proofs for word in words_of(proof.document.detected.company or "")}
        return Meant(years if len(years) == 1 else frozenset(), items, frozenset(names), self.vocabulary.items)

    def _row_flags(self, claim: RowClaim, rows: Sequence[QuotedRow], meant: Meant) -> list[str] | None:
        """The flags of the rows that show a claim's amounts best; None where it has no amount or no row is quoted."""
        if not claim.amounts or not rows:
            return None
        found: list[str] = []
        named = {number.value for row in rows for number in numbers(row.row.label)}
        for said, amount in _paired(claim):
            if amount.unit is None and amount.number.value in named:
                continue  # "100 basis points" is part of a label
            found += fewest([row_flags(said, amount, row, meant) for row in rows])
        return found

    def _sentence_flags(self, part: str, proofs: Sequence[Proof]) -> list[str] | None:
        said = tokens(part)
        if len(content(said)) < MIN_CONTENT and (self.asked is None or not self.asked.words):
            return [SAYS_TOO_LITTLE]
        tried = [self._told_flags(part, proof, *texts) for proof in proofs for texts in self._texts(proof)]
        return fewest(tried) if tried else None

    def _texts(self, proof: Proof) -> list[tuple[str, str]]:
        """The page's sentences a quote is taken from, whole, each with the words quoted; else the quote itself."""
        located = proof.located
        if located.continued:
            return [(located.text.replace("\f", " "), located.text)]
        key, text = (proof.document.id, located.page.number), located.page.text
        if key not in self._told:
            self._told[key] = list(sentences(located.page, list(self.tables(proof.document, located.page))))
        found = []
        for sentence in self._told[key]:
            start, end = max(sentence.span.start, located.span.start), min(sentence.span.end, located.span.end)
            if start < end and len(words_of(text[start:end])) >= MIN_CONTENT:
                rest = text[sentence.span.end : sentence.span.end + 40]
                open_end = not sentence.text.rstrip('"”’)').endswith((".", "!", "?"))
                follows_on = " if" if open_end and CONDITION_FOLLOWS.match(rest) else ""
                found.append((f"{sentence.text}{follows_on}", text[start:end]))
        if found or quoted_rows([proof], self.tables):
            return found  # a row without its columns is no sentence
        return [(located.text, located.text)]

    def _told_flags(self, part: str, proof: Proof, text: str, quoted: str) -> list[str]:
        if not currencies(part) <= currencies(text):
            return [UNIT]
        said = tokens(part)
        fiscal = proof.document.detected.fiscal_year
        asked = set(self.asked.years) if self.asked is not None else set()
        told = Told(tokens(text), (), asked or ({fiscal} if fiscal else set()), bool(asked))
        if not entails(said, told):
            return why_not(said, told)
        if len(content(said)) < MIN_CONTENT and self.asked is not None:
            about = set(stems(" ".join(self.asked.words))) <= set(stems(text))
            return [] if about else [NOT_STATED]
        return [] if says_all(said, tokens(quoted)) else [SAYS_TOO_LITTLE]


def _paired(claim: RowClaim) -> Sequence[tuple[RowClaim, SaidAmount]]:
    """Each amount with the year it is said of: one year is of all, as many as there are amounts go in turn."""
    years = claim.ordered_years
    if len(years) == len(claim.amounts) > 1:
        return [(claim.of_year(year), amount) for year, amount in zip(years, claim.amounts, strict=True)]
    return list(product([claim], claim.amounts))


def nameless(claim: str, documents: Sequence[Document], asked: Sequence[str] = ()) -> str:
    """A claim without the names of those the documents are of, which their pages need not repeat.

    A filing speaks of its company as "we"; in a contract the Company is a party, and who it is matters.
    """
    if documents and all(_of_company(document) for document in documents):
        claim = ITSELF.sub("", claim)
    for document in documents:
        company = document.detected.company or ""
        known = normalize(f"{document.name} {company}", Level.ALPHANUMERIC)
        for name in (company, " ".join(company.split()[:2]), *asked):
            if name and normalize(name, Level.ALPHANUMERIC) in known:
                claim = re.sub(rf"\b{re.escape(name)}(?:['’]s)?(?!\w)", "", claim, flags=re.I)
    return claim.strip()


def _of_company(document: Document) -> bool:
    """Whether a document speaks of one company, the one that filed it, throughout."""
    return document.detected.company is not None or FILED.match(document.detected.form or "") is not None

"""Finds the words that support a model's sentence for which the model gave no quote at all.

Small models state what a page says and forget to quote it. Where a row or a sentence of the pages they were given
entails the whole claim (service/entailment), it is cited as theirs, and the statement says that Pincite
found the quote. A sentence whose quote was made up is not helped. Knows no prompt and no HTTP.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from ingest.text.currency import currency_sign
from ingest.text.dates import years_in
from ingest.text.normalize import Level, normalize
from ingest.text.numbers import Kind, Number, agrees, numbers, page_scales
from ingest.text.sentences import Sentence, sentences
from ingest.text.stems import stem, stems
from ingest.types import Document, Page, Span
from service.citation.evidence import Evidence, Proof
from service.citation.locate import Located
from service.contract.answer import Verification
from service.entailment.claim_tokens import Token, content, tokens, words_of
from service.entailment.claim_words import plain_claim
from service.entailment.judge import nameless
from service.entailment.quoted_rows import TablesOf
from service.entailment.sentence_entailment import Told, entails, same_currency
from service.figures.lookup import Figure, column_of, figures
from service.grounding.claims import amounts_in
from service.question.names import WORD
from service.question.understand import Query, understand
from service.question.vocabulary_files import Vocabulary

MIN_FIT = 0.8  # of a row's label
MAX_MORE = 2  # words by which a row's label may say more than the claim
MAX_PLACES = 60  # pages that are read for one statement
MIN_NAME = 4  # letters; a shorter one stands inside other words
MIN_CONTENT = 2  # content words, numbers among them, without which a claim says too little by itself
OPENING = stem("beginning")


@dataclass(frozen=True)
class Attributor:
    """Looks on the pages handed out; `tables` gives those of a page, `asked` is the question. One answer's own."""

    evidence: Evidence
    tables: TablesOf
    asked: Query
    vocabulary: Vocabulary
    _told: dict[tuple[str, int], list[tuple[Sentence, list[Token]]]] = field(default_factory=dict)

    def find(self, statement: str) -> Proof | None:
        """The row, else the sentence, that entails a statement; None when none does."""
        claim = nameless(plain_claim(amounts_in(statement)), list(self.evidence.documents.values()), self.asked.names)
        said = tokens(claim)
        if len(content(said)) < MIN_CONTENT and not self.asked.words:
            return None
        amounts = [number for number in numbers(claim) if number.kind is Kind.AMOUNT]
        places = list(islice(self._places(statement, said, amounts), MAX_PLACES))
        row = next(self._rows(claim, amounts[0], places), None) if len(amounts) == 1 else None
        return row or next(self._sentences(said, places), None)

    def _places(
        self, statement: str, said: Sequence[Token], amounts: Sequence[Number]
    ) -> Iterator[tuple[str, Document, Page]]:
        """Pages of the document meant that may entail a claim, in order: they hold its words or its one amount."""
        documents = self.evidence.documents
        meant = {alias for alias, document in documents.items() if _is_named(document, statement)} or {
            alias for alias, document in documents.items() if _is_named(document, self.asked.question)
        }
        words = [token.text for token in content(said) if token.number is None]
        for alias, document in documents.items():
            for page in self.evidence.pages(alias) if not meant or alias in meant else ():
                text = page.text.lower()
                scales, shown = page_scales(page.text), _numbers_of(page.text) if amounts else ()
                if not all(any(agrees(amount, number, scales) for number in shown) for amount in amounts):
                    continue
                if amounts or all(word in text for word in words):
                    yield alias, document, page

    def _rows(self, claim: str, amount: Number, places: Iterable[tuple[str, Document, Page]]) -> Iterator[Proof]:
        """Rows whose value for the period is the amount and whose label is what the claim is about."""
        own = understand(claim, self.vocabulary)
        claimed, question = words_of(claim), words_of(self.asked.question)
        query = own if own.items or not claimed <= question else self.asked
        years = set(own.years) or set(self.asked.years)
        if len(years) > 1:
            return  # of which of them the amount is said is not told
        if query is self.asked:
            claimed |= words_of(" ".join(self.asked.words))
        query = replace(query, years=tuple(years))
        for alias, document, page in places:
            for figure in figures(self.tables(document, page), query):
                span = Span(figure.row.start, figure.row.end)
                shown = page.text[span.start : span.end] + currency_sign(figure.unit)
                same = _is_amount(figure, amount) and same_currency(amount.shown, shown)
                if same and figure.fit >= MIN_FIT and _of_years(figure, years) and _is_of(figure, query, claimed):
                    yield _proof(alias, document, page, span)

    def _sentences(self, said: Sequence[Token], places: Iterable[tuple[str, Document, Page]]) -> Iterator[Proof]:
        """Sentences that entail the claim; a claim of a word or a number alone is read with the question."""
        for alias, document, page in places:
            scales = page_scales(page.text)
            meant = set(self.asked.years) or _fiscal(document)
            for sentence, theirs in self._told_on(document, page):
                supported_by = entails(said, Told(theirs, scales, meant, bool(self.asked.years)))
                if supported_by and self._is_about(said, f"{sentence.heading} {sentence.text}"):
                    yield _proof(alias, document, page, sentence.span)

    def _told_on(self, document: Document, page: Page) -> list[tuple[Sentence, list[Token]]]:
        key = document.id, page.number
        if key not in self._told:
            found = sentences(page, list(self.tables(document, page)))
            self._told[key] = [(sentence, tokens(sentence.text)) for sentence in found]
        return self._told[key]

    def _is_about(self, said: Sequence[Token], text: str) -> bool:
        if len(content(said)) >= MIN_CONTENT:
            return True
        return set(stems(" ".join(self.asked.words))) <= set(stems(text))


@lru_cache(maxsize=2048)
def _numbers_of(text: str) -> tuple[Number, ...]:
    """The numbers of a page, which each statement of an answer is held against."""
    return tuple(numbers(text))


def _is_named(document: Document, text: str) -> bool:
    company = " ".join(WORD.findall(document.detected.company or "")[:2])
    names = [normalize(name, Level.ALPHANUMERIC) for name in (company, document.name.rpartition(".")[0])]
    return any(name in normalize(text, Level.ALPHANUMERIC) for name in names if len(name) >= MIN_NAME)


def _fiscal(document: Document) -> set[int]:
    year = document.detected.fiscal_year
    return {year} if year else set()


def _is_amount(figure: Figure, amount: Number) -> bool:
    shown = (number for number in numbers(figure.cell.text) if number.kind is not Kind.REFERENCE)
    return any(agrees(amount, number, {figure.scale or 1}) for number in shown)


def _of_years(figure: Figure, years: Collection[int]) -> bool:
    """Whether a cell's column is one of the years meant; a row of several cells whose column names none is not."""
    column = column_of(figure.table, figure.cell)
    named = set(years_in(column.period or column.header)) if column is not None else set()
    if not named:
        return len(figure.row.cells) == 1
    return not years or bool(named & set(years))


def _is_of(figure: Figure, query: Query, claimed: set[str]) -> bool:
    """Whether a row is the line claimed: by its own words, or by a name that the same line item goes by.

    A label that says much more than the claim is another line, and so is one of the balance a year begins with.
    """
    label = words_of(figure.row.label)
    if OPENING in label and OPENING not in claimed:
        return False
    around = claimed - words_of(figure.period or "")
    if around <= label | words_of(figure.row.heading) and len(label - claimed) <= MAX_MORE:
        return True
    for item in query.items:
        names = [words_of(phrase) for phrase in (*item.ask, *item.labels)]
        if any(around <= name for name in names) and any(label <= name for name in names):
            return True
    return False


def _proof(alias: str, document: Document, page: Page, span: Span) -> Proof:
    text = page.text[span.start : span.end]
    return Proof(alias, document, Located(page, span, Verification.EXACT), text)

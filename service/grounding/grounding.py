"""A model's answer as it streams in, statements with verified citations out, each as soon as its sentence is complete.

A quote that stands nowhere is dropped and counted; its sentence is unsupported. Whether the quotes of a sentence say
what it says is the judge's business (service/entailment/judge.py); its flags go out with the statement. `strict` leaves
unsupported sentences out. A sentence without any quote may be supported by one `attribute` finds: at once where only
supported ones go out, else at the end, when all pages are known. Knows nothing of HTTP or the model.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.text.numbers import Kind, numbers
from service.calculation.calculation import Calculation, agrees_with
from service.citation.evidence import Evidence, Proof
from service.entailment.judge import Judge
from service.grounding.claims import amounts_in, needs_citation, sentence_end
from service.grounding.markup import Cite, Insufficient, Piece, Text

NO_CITATION, QUOTE_FAILED, ANOTHER_DOCUMENT = "no_citation", "quote_failed", "another_document"
QUOTE_FOUND = "quote_found"  # by Pincite, for a sentence that came without one
MAX_ATTRIBUTED = 40  # sentences of an answer for which a quote is looked for


@dataclass(frozen=True)
class Grounded:
    """A statement: its text, indexes into the answer's citations, whether it is supported, and what is odd about it.

    `separator` is the white space that followed it. `factual` is False for what needs no proof; such a statement
    counts as supported. Flags are `name` or `name:detail`.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool
    flags: tuple[str, ...]
    factual: bool = True
    separator: str = " "


@dataclass(frozen=True)
class FailedQuote:
    """A quote that stands nowhere, as the model gave it; reported, never shipped as a citation."""

    document: str | None
    page: int | None
    quote: str


class Grounder:
    """Grounds one answer. `calculations` are those recorded before it, `record` adds to them.

    `at_once` looks for missing quotes as soon as a sentence is complete; `strict` does, too, and leaves unsupported
    sentences out.
    """

    def __init__(
        self,
        evidence: Evidence,
        judge: Judge,
        calculations: Sequence[Calculation] = (),
        attribute: Callable[[str], Proof | None] | None = None,
        *,
        strict: bool = False,
        at_once: bool = False,
    ) -> None:
        self._evidence = evidence
        self._judge = judge
        self.calculations = list(calculations)
        self._strict = strict
        self._at_once = at_once or strict
        self._attribute = attribute
        self._attributed = 0
        self._text = ""
        self._cites: list[tuple[int, Cite]] = []
        self.citations: list[Proof] = []
        self.failed: list[FailedQuote] = []
        self.unsupported = 0
        self.insufficient = False

    def record(self, calculation: Calculation) -> None:
        """A calculation was made: its result and operands may be said from now on."""
        self.calculations.append(calculation)

    def feed(self, pieces: Iterable[Piece]) -> list[Grounded]:
        """Take what the reader gives; returns the statements that are complete by now."""
        done: list[Grounded] = []
        for piece in pieces:
            if isinstance(piece, Insufficient):
                self.insufficient = True
            elif isinstance(piece, Cite):
                self._cites.append((len(self._text), piece))
            elif isinstance(piece, Text):
                self._text += piece.text
                done += self._sentences()
        return done

    def close(self) -> list[Grounded]:
        """The last statement, at the answer's end."""
        done = self._sentences()
        if self._text.strip() or self._cites:
            done += self._statement(self._text, [cite for _place, cite in self._cites])
        self._text, self._cites = "", []
        return done

    def settle(self, statements: Iterable[Grounded]) -> list[Grounded]:
        """Statements of the whole answer, those without a quote supported by one that was found."""
        settled = []
        for statement in statements:
            found = self._found(statement)
            self.unsupported -= found.supported and not statement.supported
            settled.append(found)
        return settled

    def _found(self, statement: Grounded) -> Grounded:
        """A statement that came without any quote, with one that entails it; as it is where there is none."""
        unquoted = NO_CITATION in statement.flags and QUOTE_FAILED not in statement.flags
        if statement.supported or not unquoted or self._attribute is None or self._attributed >= MAX_ATTRIBUTED:
            return statement
        self._attributed += 1
        proof = self._attribute(statement.text)
        if proof is None:
            return statement
        judged = self._judged(statement.text, [proof], [QUOTE_FOUND], factual=statement.factual)
        if not judged.supported:
            return statement
        return replace(judged, citations=(self._index(proof),), separator=statement.separator)

    def _sentences(self) -> list[Grounded]:
        done: list[Grounded] = []
        while (end := sentence_end(self._text)) is not None:
            own = [cite for place, cite in self._cites if place <= end]
            done += self._statement(self._text[:end], own)
            self._cites = [(place - end, cite) for place, cite in self._cites if place > end]
            self._text = self._text[end:]
        return done

    def _statement(self, text: str, cites: Sequence[Cite]) -> list[Grounded]:
        body = text.strip()
        if not body:
            return []  # a quote without a sentence proves nothing
        separator = text[len(text.rstrip()) :] or " "
        proofs, flags = self._proofs(cites)
        factual = needs_citation(body)
        statement = self._judged(body, proofs, flags, factual=factual)
        statement = replace(statement, separator=separator)
        if self._at_once:
            statement = self._found(statement)
        if not statement.supported:
            self.unsupported += 1
            if self._strict:
                return []
        used = self._used(body, proofs)
        own = tuple(dict.fromkeys(self._index(proof) for proof in used))
        return [replace(statement, citations=own or statement.citations)]

    def _proofs(self, cites: Sequence[Cite]) -> tuple[list[Proof], list[str]]:
        proofs, flags = [], []
        for cite in cites:
            proof = self._evidence.find(cite.document, cite.page, _forms(cite)) if cite.quote else None
            if proof is None:
                self.failed.append(FailedQuote(cite.document, cite.page, cite.quote))
                flags.append(QUOTE_FAILED)
                continue
            if cite.document and self._evidence.named(cite.document) not in (proof.alias, None):
                flags.append(f"{ANOTHER_DOCUMENT}:{proof.alias}")
            proofs.append(proof)
        return proofs, flags

    def _judged(self, body: str, proofs: Sequence[Proof], flags: Sequence[str], *, factual: bool) -> Grounded:
        """A sentence as the judge finds it; what the model meant to prove and could not is unsupported in any form."""
        found = list(dict.fromkeys(flags))
        if not factual and (proofs or QUOTE_FAILED not in flags):
            return Grounded(body, (), True, tuple(found), factual)
        if not proofs and not self._calculated(body):
            missing = [NO_CITATION] if factual else []
            return Grounded(body, (), False, (*found, *missing), factual)
        verdict = self._judge.judge(amounts_in(body), proofs, self.calculations)
        return Grounded(body, (), verdict.supported, tuple(dict.fromkeys((*found, *verdict.flags))), factual)

    def _calculated(self, body: str) -> list[Calculation]:
        """Calculations whose result stands in the sentence."""
        said = [number for number in numbers(amounts_in(body)) if number.kind is Kind.AMOUNT]
        return [
            calculation
            for calculation in self.calculations
            if any(agrees_with(number, replace(calculation, operands=())) for number in said)
        ]

    def _used(self, body: str, proofs: Sequence[Proof]) -> list[Proof]:
        """A sentence's own proofs; where it has none, those of the calculations whose results it gives."""
        if proofs:
            return list(proofs)
        return [operand.proof for calculation in self._calculated(body) for operand in calculation.operands]

    def _index(self, proof: Proof) -> int:
        for index, known in enumerate(self.citations):
            if known.place == proof.place:
                return index
        self.citations.append(proof)
        return len(self.citations) - 1


def _forms(cite: Cite) -> list[str]:
    """The quote unescaped, then as it was written, for a page that itself holds escaped text."""
    return [cite.quote] if cite.raw == cite.quote else [cite.quote, cite.raw]

"""A model's answer as it streams in, statements with verified citations out, each as soon as its sentence is complete.

A quote that stands nowhere is dropped and counted; its sentence is unsupported. Every amount of a sentence must stand
in one of its quotes or be a recorded calculation's result, or the sentence is unsupported and says which number; a
year or a reference may stand elsewhere on a cited page, else it is flagged. `strict` leaves unsupported sentences out.
A sentence without any quote may be supported by one `attribute` finds: at once where only supported ones go out, else
at the end, when all pages are known. Knows nothing of HTTP or the model.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.text.numbers import UNSTATED, Kind, Number, agrees, numbers, page_scales, spelled
from service.calculation.calculation import Calculation, agrees_with
from service.citation.evidence import Evidence, Proof
from service.grounding.claims import amounts_in, needs_citation, sentence_end
from service.grounding.markup import Cite, Insufficient, Piece, Text

NO_CITATION, QUOTE_FAILED, ANOTHER_DOCUMENT = "no_citation", "quote_failed", "another_document"
SCALE_LEFT_OUT = "scale_left_out"
QUOTE_FOUND = "quote_found"  # by Pincite, for a sentence that came without one
LARGE = 1000  # of a sum; what is given a share or a unit is less
MAX_ATTRIBUTED = 40  # sentences of an answer for which a quote is looked for
NUMBER_NOT_QUOTED, NUMBER_ELSEWHERE, SCALE_ASSUMED = "number_not_quoted", "number_not_on_page", "scale_assumed"


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
    """Grounds one answer. `calculations` are those recorded before it, `record` adds to them; `known` is text whose
    years and references may be repeated without proof: the question, names of the documents."""

    def __init__(
        self,
        evidence: Evidence,
        calculations: Sequence[Calculation] = (),
        known: str = "",
        attribute: Callable[[str], Proof | None] | None = None,
        *,
        strict: bool = False,
    ) -> None:
        self._evidence = evidence
        self.calculations = list(calculations)
        self._strict = strict
        self._known = {number.value for number in numbers(known)}
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
        judged = self._judged(statement.text, [proof], [QUOTE_FOUND], statement.factual)
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
        statement = self._judged(body, proofs, flags, factual)
        statement = replace(statement, separator=separator)
        if self._strict:
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

    def _judged(self, body: str, proofs: Sequence[Proof], flags: list[str], factual: bool) -> Grounded:
        unsupported = False
        for number in numbers(amounts_in(body)):
            flag, wrong = self._number(number, proofs)
            unsupported = unsupported or wrong
            flags += [flag] if flag else []
        calculated = bool(self._calculated(body))
        if factual and not proofs and not calculated:
            flags.append(NO_CITATION)
        supported = not unsupported and (not factual or bool(proofs) or calculated)
        if QUOTE_FAILED in flags and not proofs and not calculated:
            supported = False  # what the model meant to prove and could not, whatever its form
        return Grounded(body, (), supported, tuple(dict.fromkeys(flags)), factual)

    def _number(self, said: Number, proofs: Sequence[Proof]) -> tuple[str | None, bool]:
        """A flag for a number that is unsupported, and whether that makes its sentence unsupported."""
        quoted = [(number, proof) for proof in proofs for number in _quoted(proof)]
        if said.kind is not Kind.AMOUNT:
            found = any(said.value == number.value for number, _proof in quoted) or said.value in self._known
            found = found or any(said.value in {n.value for n in numbers(p.located.page.text)} for p in proofs)
            found = found or any(proof.located.page.number == said.value for proof in proofs)
            return (None if found else f"{NUMBER_ELSEWHERE}:{said.shown}"), False
        agreeing = [(n, proof) for n, proof in quoted if agrees(said, n, page_scales(proof.located.page.text))]
        if agreeing:
            left_out = all(_leaves_scale_out(said, number, proof) for number, proof in agreeing)
            return (f"{SCALE_LEFT_OUT}:{said.shown}" if left_out else None), False
        if any(agrees_with(said, calculation) for calculation in self.calculations):
            return None, False
        unstated = [(n, proof) for n, proof in quoted if not page_scales(proof.located.page.text)]
        if any(agrees(said, number, UNSTATED) for number, _proof in unstated):
            return f"{SCALE_ASSUMED}:{said.shown}", False  # the page does not say what its amounts are in
        return f"{NUMBER_NOT_QUOTED}:{said.shown}", True

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


def _leaves_scale_out(said: Number, source: Number, proof: Proof) -> bool:
    """Whether a large sum of money is given bare, as in a row, though its page says that its rows are in millions."""
    bare = said.scale is None and source.scale is None and said.currency and said.value >= LARGE
    in_row = not proof.located.text.rstrip().endswith((".", ";"))  # a sentence says its own scale
    return bare and in_row and said.value == source.value and bool(page_scales(proof.located.page.text))


def _quoted(proof: Proof) -> list[Number]:
    return [*numbers(proof.located.text), *spelled(proof.located.text)]

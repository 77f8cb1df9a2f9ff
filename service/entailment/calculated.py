"""Whether a recorded calculation shows what a claim says: its result, over lines and periods the claim names.

What a model called its calculation proves nothing; the labels of its operands do. Knows no sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.errors import BadRequest
from service.calculation.calculation import Calculation, agrees_with, evaluate
from service.calculation.quantity import HUNDRED, Quantity
from service.entailment.cell_entailment import value_of, years_of_column
from service.entailment.claim_tokens import words_of
from service.entailment.claim_words import DOWN, UP
from service.entailment.derived import WORKED_OUT
from service.entailment.quoted_rows import QuotedRow, TablesOf, quoted_rows
from service.entailment.row_claim import OPTIONAL, RowClaim, negation_flags
from service.entailment.row_entailment import Meant, label_words, names_of
from service.question.vocabulary_files import Ratio

CLOSE = Decimal("0.000001")  # of a result, that much may be lost in rounding


@dataclass(frozen=True)
class Calculated:
    """Calculations recorded for an answer, and the ratios of the field by name."""

    calculations: Sequence[Calculation]
    ratios: Sequence[Ratio]
    tables: TablesOf

    def supports(self, claim: RowClaim, meant: Meant) -> bool:
        """Whether one of them gives a number of the claim, its other numbers are operands, and its words are theirs."""
        return any(self._gives(each, claim, meant) for each in self.calculations)

    def _gives(self, calculation: Calculation, claim: RowClaim, meant: Meant) -> bool:
        alone = replace(calculation, operands=())
        said = [amount.number for amount in claim.amounts]
        if not any(agrees_with(number, alone) for number in said):
            return False
        if not all(agrees_with(number, calculation) for number in said):
            return False
        if claim.direction and calculation.result * claim.direction < 0:
            return False
        rows = self._rows(calculation)
        if negation_flags(claim, " ".join(row.row.label for row in rows)):
            return False
        return self._same_words(calculation, rows, claim, meant) and self._same_years(calculation, rows, claim, meant)

    def _rows(self, calculation: Calculation) -> list[QuotedRow]:
        return quoted_rows([operand.proof for operand in calculation.operands], self.tables)

    def _same_words(self, calculation: Calculation, rows: Sequence[QuotedRow], claim: RowClaim, meant: Meant) -> bool:
        """Whether a claim says nothing but the operands' lines and what is done to them."""
        known = set(WORKED_OUT | UP | DOWN | meant.names)
        known |= {word for operand in calculation.operands for word in words_of(operand.proof.located.text)}
        for row in rows:
            headers = " ".join(column.header for column in row.table.columns)
            known |= words_of(f"{row.row.label} {row.row.heading} {headers}")
        known |= self._other_names(rows, meant) | self._ratio_names(calculation, claim, meant)
        return claim.words - OPTIONAL <= known

    def _other_names(self, rows: Sequence[QuotedRow], meant: Meant) -> set[str]:
        """The words of all names the operands' line items go by."""
        labels = [label_words(row.row) for row in rows]
        named = (names_of(item) for item in meant.items)
        return {word for names in named if any(label in names for label in labels) for name in names for word in name}

    def _ratio_names(self, calculation: Calculation, claim: RowClaim, meant: Meant) -> set[str]:
        """The words of the ratios a claim names that the calculation is."""
        named = [(ratio, words) for ratio in self.ratios for words in map(words_of, ratio.ask) if words <= claim.words]
        return {word for ratio, words in named if self._is_ratio(ratio, calculation, meant) for word in words}

    def _is_ratio(self, ratio: Ratio, calculation: Calculation, meant: Meant) -> bool:
        """Whether a calculation is a ratio of the field: its formula over the same lines gives the same result."""
        values: dict[str, Quantity] = {}
        for operand in calculation.operands:
            labels = [label_words(row.row) for row in quoted_rows([operand.proof], self.tables)]
            quantity = Quantity(operand.value * operand.scale, operand.unit, operand.scale)
            values |= {item.name: quantity for item in meant.all_items if any(n in labels for n in names_of(item))}
        try:
            found = evaluate(ratio.formula, values).value if ratio.formula else None
        except BadRequest:
            return False  # it is made of other lines
        exact = abs(calculation.exact * calculation.scale)
        return found is not None and any(abs(abs(found) * by - exact) <= CLOSE * exact for by in (1, HUNDRED))

    def _same_years(self, calculation: Calculation, rows: Sequence[QuotedRow], claim: RowClaim, meant: Meant) -> bool:
        """Whether the years claimed are those of the columns the operands were read from."""
        values = {abs(operand.value) for operand in calculation.operands}
        read = [(row.column(cell), value_of(cell)) for row in rows for cell in row.cells]
        columns = [column for column, value in read if column is not None and abs(value or 0) in values]
        found = {year for column in columns for year in years_of_column(column)}
        return not found or set(claim.years or meant.years) <= found

"""The only place that decides what is said without a model: which candidates answer a question, or that none does.

Candidates come from tables (cells, results worked out, superlatives), sentences, openings of agreements and outlines.
Each is fitted with a confidence (service/scoring); what falls under the threshold is shown as nearest and not as an
answer. Knows nothing of models, HTTP or how pages were ranked.
"""

import re
from collections.abc import Sequence

from ingest.index_types import Encoder
from service.extractive.change_answers import worked_draft
from service.extractive.draft import Draft, DraftStatement, EvidencePage
from service.extractive.figure_answers import chosen_figure, figure_statements, other_periods
from service.extractive.outline_answers import DocumentPages, opening_statement, outline_statements
from service.extractive.ratio_answers import ratio_draft
from service.extractive.sentence_answers import kind_of, sentence_statements
from service.figures.operations import Operation, Operator, read_operation
from service.question.formulas import without_definition
from service.question.understand import FIGURE_INTENTS, Intent, Query
from service.scoring.scorer import scorer

# a question that wants to be told something, not a figure
TELLS = re.compile(
    r"^\W*(?:who|whom|whose|why|where|when|which|list|name|summar|describe|explain|define|is|are|was|were|do|does|did"
    r"|has|have|had|can|could|may|must|will|should|how (?:does|do|is|are|often|long|can))\b|\bsummar",
    re.I,
)
CHANGES_TOLD = re.compile(
    r"\b(?:change|increas|decreas|gr[eo]w|rose|fell|declin|improv|higher|lower|up|down|compar|%)", re.I
)
CHANGES = re.compile(r"\b(?:change|increase|decrease|growth|difference)\b", re.I)
TEXT_INTENTS = (Intent.DEFINITION, Intent.LIST, Intent.SUMMARY, Intent.YES_NO, Intent.CLAUSE)
DEFINES = re.compile(r"\bdefine[ds]?\b|\bcalculated as\b", re.I)  # the question says how its measure is made
MAX_NEAREST = 3
CELLS_FIRST = 0.15  # by how much a sentence must be surer than a cell before it is told in its place


def answer_extractively(
    query: Query, evidence: Sequence[EvidencePage], encoder: Encoder | None, pages: DocumentPages | None = None
) -> Draft:
    """The answer to one question, or none with the nearest passages and the reason."""
    special = _special(query, evidence, pages)
    if special is not None and special.statements:
        return special
    stands_alone = special is None or query.ratio is not None  # a ratio may stand in a row of its own
    cells = figure_statements(query, evidence) if stands_alone and _wants_figure(query) else []
    if query.ratio is not None and query.ratio.percent:  # an amount is no ratio
        cells = [each for each in cells if each.figure is not None and each.figure.unit == "%"]
    sentences = sentence_statements(query, evidence, encoder)
    if _sure(cells, "cells") and _confidence(cells) >= _confidence(sentences) - CELLS_FIRST:
        return Draft(tuple(cells), "a table row of the evidence carries the figure asked for")
    reason = special.reason if special is not None else None
    if reason is None and _wants_figure(query) and not _sure(cells, "cells"):
        reason = other_periods(query, evidence)
    changed = stands_alone or CHANGES_TOLD.search(sentences[0].text if sentences else "") is not None
    if _sure(sentences, kind_of(encoder)) and changed and (reason is None or _names_year(query, sentences[0])):
        return Draft(tuple(sentences), "sentences of the evidence fit the question")
    if _sure(cells, "cells"):
        return Draft(tuple(cells), "a table row of the evidence carries the figure asked for")
    rows = (*cells, *(special.nearest if special is not None else ()))
    nearest = sorted((*rows, *sentences), key=lambda each: -(each.confidence or 0.0))[:MAX_NEAREST]
    return Draft(
        (), reason or "no sentence or table row of the evidence fits the question well enough", (), tuple(nearest)
    )


def _special(query: Query, evidence: Sequence[EvidencePage], pages: DocumentPages | None) -> Draft | None:
    """What is worked out, compared, or taken from the structure of the document.

    Without statements where a result is asked for that cannot be worked out: then no level may be told in its place.
    """
    opened = opening_statement(query, evidence)
    if opened is not None:
        return Draft((opened,), "the opening of the agreement names what is asked for")
    outlined = outline_statements(query, evidence, pages) if pages is not None else []
    if outlined:
        return Draft(tuple(outlined), "headings of the section asked about, as an outline of quotes")
    if query.choice is not None:
        chosen = chosen_figure(query, evidence)
        if chosen is not None:
            return Draft((chosen,), "what the question compares stands side by side in a table of the evidence")
    text = query.question
    operation = read_operation(without_definition(text) if DEFINES.search(text) else text)
    if operation is not None:
        return _operated(query, operation, evidence)
    return ratio_draft(query, query.ratio, evidence) if query.ratio is not None else None


def _operated(query: Query, operation: Operation, evidence: Sequence[EvidencePage]) -> Draft:
    """A change the filing states itself ("Net change in cash"), else the result worked out."""
    if operation.operator is Operator.DIFFERENCE:
        stated = figure_statements(query, evidence)
        if _sure(stated, "cells") and stated[0].figure is not None and CHANGES.search(stated[0].figure.row.label):
            return Draft(tuple(stated), "a table row of the evidence states the change itself")
    return worked_draft(query, operation, evidence) or Draft((), "its operands were not found surely enough")


def _wants_figure(query: Query) -> bool:
    if TELLS.search(query.question):
        return (
            query.intent is Intent.YES_NO and bool(query.items) and len(query.years) > 1
        )  # "Did it grow from … to …?"
    return query.intent in FIGURE_INTENTS or query.intent not in TEXT_INTENTS


def _confidence(statements: Sequence[DraftStatement]) -> float:
    return (statements[0].confidence or 0.0) if statements else 0.0


def _sure(statements: Sequence[DraftStatement], kind: str) -> bool:
    return bool(statements) and _confidence(statements) >= scorer(kind).threshold


def _names_year(query: Query, statement: DraftStatement) -> bool:
    return not query.years or any(str(year) in statement.text for year in query.years)

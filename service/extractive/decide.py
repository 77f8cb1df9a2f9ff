"""Answers with no language model: rows read out of tables, sentences quoted whole, or an honest "not found".

Knows nothing of models, HTTP or how pages were ranked. What it returns is a draft: statements with the place each
is quoted from; the citing and checking is done elsewhere.
"""

from collections.abc import Sequence

from ingest.index_types import Encoder
from service.extractive.draft import Draft, EvidencePage
from service.extractive.figure_answers import chosen_figure, figure_statements
from service.extractive.ratio_answers import ratio_draft
from service.extractive.sentence_answers import sentence_statements
from service.question.understand import FIGURE_INTENTS, Intent, Query


def answer_extractively(query: Query, evidence: Sequence[EvidencePage], encoder: Encoder | None) -> Draft:
    """Figures from tables where a reported figure is asked for, else the best sentences; of one question."""
    if query.choice is not None:
        chosen = chosen_figure(query, evidence)
        if chosen is not None:
            return Draft((chosen,), "what the question compares stands side by side in a table of the evidence")
    if query.ratio is not None:
        draft = ratio_draft(query, query.ratio, evidence)
        if draft is not None:
            return draft
    if query.intent in FIGURE_INTENTS or (query.items and query.intent not in (Intent.FACT, Intent.LIST)):
        rows = figure_statements(query, evidence)
        if rows:
            return Draft(tuple(rows), "a table row of the evidence carries the figure asked for")
        if query.items and query.intent is Intent.FIGURE and query.years:
            return Draft((), "no table row of the evidence carries this line item for the period asked for")
    found = sentence_statements(query, evidence, encoder)
    if found:
        return Draft(tuple(found), "sentences of the evidence fit the question")
    return Draft((), "no sentence or table row of the evidence fits the question well enough")

"""Answers without a language model against gold ones: figures, ratios and clauses quoted, questions to a wrong filing.

Single-figure questions: the gold answer holds one number, and that number, freed of separators, sign, trailing zeros
and scale, stands on a gold page. A number of fewer than three significant digits is compared as written instead: freed
of its scale it would agree with almost any page. Knows nothing of how pages are ranked.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import anyio

from ingest.text.dates import is_year
from ingest.types import Document, Scope
from service.contract import question as contract
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.records.answer_json import answer_json
from service.wiring import Service

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SIGNED = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
WORD = re.compile(r"[a-z0-9]{3,}")


@dataclass(frozen=True)
class Question:
    """A question with its gold pages (physical, one-based)."""

    text: str
    kind: str
    document: str
    pages: frozenset[int]
    answer: str


def measured(service: Service, documents: dict[str, Document], questions: Sequence[Question]) -> dict[str, Any]:
    """Every measure of this file over the questions it fits."""
    return {
        **answers(service, documents, questions),
        **ratios(service, documents, questions),
        **clauses(service, documents, questions),
    }


def bare(number: str) -> str:
    """A number freed of separators, sign, scale and trailing zeros: its significant digits, if it has three."""
    digits = number.replace(",", "")
    if len(digits.replace(".", "").strip("0")) < 3:
        return number.rstrip(".")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return digits.replace(".", "").strip("0")


def single_figures(service: Service, documents: dict[str, Document], questions: Iterable[Question]) -> list[Question]:
    """The questions whose answer is one number that stands on a gold page."""
    chosen = []
    for question in questions:
        numbers = [n for n in NUMBER.findall(question.answer) if not is_year(n)]
        if len(numbers) != 1 or not bare(numbers[0]):
            continue
        document = documents[question.document]
        texts = [service.ingest.pages.page(document, page).text for page in sorted(question.pages)]
        if any(bare(found) == bare(numbers[0]) for text in texts for found in NUMBER.findall(text)):
            chosen.append(question)
    return chosen


def _answered(service: Service, scope: Scope, question: Question) -> dict[str, Any]:
    """The answer without a model, as the native API sends it."""
    asked = contract.Question(question.text, contract.Mode.EXTRACTIVE)
    return answer_json(anyio.run(service.answerer.answer, scope, asked))


def answers(service: Service, documents: dict[str, Document], questions: Sequence[Question]) -> dict[str, Any]:
    """Figure in the first quote for single-figure questions; answers to questions put to a wrong filing."""
    chosen = single_figures(service, documents, questions)
    right, misses = 0, []
    for question in chosen:
        scope = Scope("local", (documents[question.document].id,))
        reply = _answered(service, scope, question)
        wanted = bare(next(n for n in NUMBER.findall(question.answer) if not is_year(n)))
        quote = reply["citations"][0]["cited_text"] if reply["citations"] else ""
        good = any(bare(found) == wanted for found in NUMBER.findall(quote))
        right += good
        if not good:
            misses.append({"question": question.text[:90], "quote": quote[:90], "gold": question.answer[:40]})
    names = sorted(documents)
    generator = random.Random(2)
    false = 0
    naming = [question for question in questions if question.kind != "clause"]  # a clause is asked of any contract
    for question in naming:
        other = generator.choice([name for name in names if name[:3] != question.document[:3]])
        reply = _answered(service, Scope("local", (documents[other].id,)), question)
        false += reply["answered"]
    return {
        "single_figure_n": len(chosen),
        "single_figure_in_first_quote": round(right / max(1, len(chosen)), 4),
        "misses": misses,
        "wrong_filing_n": len(naming),
        "false_answer_rate": round(false / max(1, len(naming)), 4),
    }


def clauses(service: Service, documents: dict[str, Document], questions: Sequence[Question]) -> dict[str, Any]:
    """Clauses asked for: how often the first quote holds half of the gold clause's words, and is of a gold page."""
    asked = held = paged = 0
    for question in questions:
        gold = set(WORD.findall(question.answer.lower()))
        if question.kind != "clause" or not gold:
            continue
        asked += 1
        scope = Scope("local", (documents[question.document].id,))
        reply = _answered(service, scope, question)
        for citation in reply["citations"][:1]:
            held += len(gold & set(WORD.findall(citation["cited_text"].lower()))) >= len(gold) / 2
            paged += citation["start_page_number"] in question.pages
    return {"clause_n": asked, "clause_in_first_quote": held, "clause_page_first": paged}


def ratios(service: Service, documents: dict[str, Document], questions: Sequence[Question]) -> dict[str, Any]:
    """Ratios with one gold number: how many are worked out or quoted, and how many of those agree to its last digit."""
    asked = told = right = 0
    for question in questions:
        numbers = [n for n in SIGNED.findall(question.answer) if not is_year(n)]
        if understand(question.text, load_vocabulary()).ratio is None or len(numbers) != 1:
            continue
        asked += 1
        scope = Scope("local", (documents[question.document].id,))
        reply = _answered(service, scope, question)
        results = [row["result"] for row in reply["calculations"]] or [(reply.get("figure") or {}).get("value")]
        told += results[0] is not None
        digits = len(numbers[0].partition(".")[2])
        right += any(r is not None and round(float(r), digits) == float(numbers[0].replace(",", "")) for r in results)
    return {"ratio_n": asked, "ratio_answered": told, "ratio_right": right}

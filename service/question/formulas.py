"""Which ratio a question asks for, and by which formula: the textbooks', or one the question defines itself.

"DPO is defined as: 365 * (average accounts payable …) / (FY2018 COGS …)" becomes a formula over line items' names; what
is not understood to the last word is left alone. Knows the vocabulary's line items and no document.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.text.dates import YEAR
from ingest.text.sentences import QUESTION_END
from service.question.phrases import padded_words, says
from service.question.vocabulary_files import Ratio, Vocabulary

DEFINITION = re.compile(
    r"\b(?:defined as|define [^.:]{3,60} as|calculated? (?:[^.:]{3,60} )?(?:as|using))\s*:?\s*(.+)", re.I | re.S
)
ANY_YEAR = rf"(?:fy\s*|fiscal\s+(?:year\s+)?)?{YEAR}"
BETWEEN = re.compile(rf"\b(?:between|of|in|for|from)\s+{ANY_YEAR}\s*(?:and|to|-)\s*{ANY_YEAR}\b")
YEARS = re.compile(rf"\b{ANY_YEAR}\b")
SOURCE = re.compile(r"\bfrom the [a-z ]{4,40}?statement\b|\((?:from|as)[^)]*\)")
NOISE = re.compile(r"\b(?:unadjusted|reported|consolidated|the|a|fy)\b")
MARK = re.compile(r"@(\d+)@")
AVERAGE = re.compile(r"\b(?:average|avg)\s+(?:of\s+)?(@\d+@)")
CHANGE = re.compile(r"\bchange\s+in\s+(@\d+@)")
FORMULA = re.compile(r"(?:\w+|[-+*/(),.\s])+")


def asked_ratio(question: str, text: str, ratios: Sequence[Ratio], vocabulary: Vocabulary) -> Ratio | None:
    """The ratio among those named that can be worked out, the longest name first; `text` has the question's words."""
    known = [ratio for ratio in ratios if ratio.formula]
    best = max(known, key=lambda ratio: max(len(ask) for ask in ratio.ask if says(ask, text)), default=None)
    formula = defined_formula(question, vocabulary)
    if formula and (best is None or ("/" in formula) == ("/" in best.formula)):  # else a part of it was defined
        return replace(best, formula=formula) if best else Ratio((), (), "as defined", formula)
    return best


def without_definition(question: str) -> str:
    """A question without the definition of its measure: the years and changes named there are not what is asked."""
    return DEFINITION.sub("", question)


def defined_formula(question: str, vocabulary: Vocabulary) -> str:
    """The formula of a question that defines its measure; empty when it defines none, or none that is understood."""
    found = DEFINITION.search(question)
    if found is None:
        return ""
    text = found.group(1)
    end = QUESTION_END.search(text)
    text = (text[: end.start()] if end else text).lower().replace("×", "*").replace("÷", "/").replace("’", "'")
    text = YEARS.sub(" ", BETWEEN.sub(" ", SOURCE.sub(" ", text)))
    text, names = _marked(NOISE.sub(" ", text), vocabulary)
    text = AVERAGE.sub(r"average(\1, \1_before)", CHANGE.sub(r"(\1 - \1_before)", text))
    leftover = re.sub(r"\baverage\(|@\d+@(?:_before)?|\d+(?:\.\d+)?", " ", text)
    if not names or re.search(r"[a-z]", leftover) or not re.search(r"[-+*/]|average\(", text):
        return ""
    formula = MARK.sub(lambda match: names[int(match.group(1))], text)
    return re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", " ".join(formula.split())))


def _marked(text: str, vocabulary: Vocabulary) -> tuple[str, list[str]]:
    """The text with every line item's phrase, longest first, as a numbered mark; the names behind the numbers."""
    phrases = {phrase.lower(): item.name for item in vocabulary.items for phrase in (*item.labels, *item.ask)}
    names: list[str] = []
    for phrase in sorted(phrases, key=lambda phrase: -len(padded_words(phrase))):
        pattern = re.compile(rf"(?<![\w&]){re.escape(phrase)}(?![\w&])")
        if pattern.search(text):
            text = pattern.sub(f"@{len(names)}@", text)
            names.append(phrases[phrase])
    return text, names

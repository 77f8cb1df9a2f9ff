"""How well a row's label is what a question asks for. Knows nothing of cells, columns or documents."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from ingest.table_types import Row
from ingest.text.stems import stems
from service.question.understand import Query
from service.question.vocabulary_files import Item

VERBATIM = 1.1  # fit of a label that stands in the question word for word
NARROWED = 0.6  # worth of naming all the words that narrow the item down
FLOWS = "purchases additions payments acquire expenditures capital spending outlays"  # a label must have one, too
# words without which a label means another line: they may not stand on one side alone
CONTRASTIVE_MODIFIERS = """not non other before after per deferred accumulated discontinued continuing comprehensive
current operating operations gross pretax noncontrolling prepaid accrued parent unconsolidated intangible equity
derivative proceeds gain disposal lease dividends capitalized rate"""
# words that make a label mean another line even where it begins with all of the name asked for
CONTRASTIVE_ENDINGS = "noncontrolling comprehensive discontinued equity payable receivable rate"
SHORT_LABEL = 2  # words; a shorter label says too little without its heading
CONTRAST = 0.25  # what a label loses that means another line
OWN_WORDS = 0.05  # worth of a label that says the question's own words
SHORTENED = 0.02  # what a label loses that fits only without its remarks
BEGINS = 0.9  # fit of a label that begins with a line item's and says more about it
MAX_LABELS = 65536  # of tables that are remembered with what was made of them: the same labels come again and again
MAX_ITEMS = 1024
PER_SHARE = re.compile(r"\bper\b.*\bshares?\b", re.I)
RESULT = re.compile(r"\W*(?:consolidated )?net\b.{0,9}\b(?:income|earnings|loss)\b", re.I)
REMARK = re.compile(r"\s*[,—–(-]*\s*\b(?:net of|less|at cost|including|excluding|inclusive|notes?)\b.*$", re.I)


def label_fit(row: Row, query: Query) -> float:
    """How well a row's label is what the question asks for: by the line item's labels, else by the own words."""
    label = stems(row.label)
    if not label:
        return 0.0
    if is_spoken(row, query):
        return VERBATIM + 0.01 * len(label)  # of two labels that stand in the question the longer one is meant
    own = stems(" ".join(query.words))
    if query.items:
        own_stems = frozenset(own)
        fit = max(*(_item_fit(item, row.label, row.heading) for item in query.items), _narrowed_fit(label, query))
        return fit + OWN_WORDS * len(own_stems.intersection(label)) / max(1, len(own))
    return _overlap(own, label, row.label, " ".join(query.words)) if len(own) >= 2 else 0.0


@lru_cache(maxsize=MAX_LABELS)
def _item_fit(item: Item, label: str, heading: str) -> float:
    """How near a row is to one of the labels a line item goes by; the first of them are the likeliest.

    A label of a word or two ("Diluted") is read together with the heading it stands under.
    """
    short = len(stems(label)) < SHORT_LABEL and heading != label
    text = f"{heading} {label}" if short else label
    each_share = _each_share(label, heading)
    if each_share:
        text = heading  # the label says whose result it is, the heading what
    if not set(stems(text)) & _ask_stems(item):
        return 0.0
    own = {} if each_share else {label: 0.0, REMARK.sub("", label): SHORTENED}
    forms = {**own, text: SHORTENED}
    best = 0.0
    for rank, name in enumerate(item.labels):
        wanted = stems(name)
        fits = [_overlap(wanted, stems(form), form, name) - cost for form, cost in forms.items() if stems(form)]
        if wanted and fits:
            begins = BEGINS if _begins(wanted, stems(label)) and not each_share else 0.0
            best = max(best, max(*fits, begins) - 0.01 * rank)
    return best


def is_each_share(row: Row) -> bool:
    """Whether a row is a result a share: "net income attributable to …" under "diluted earnings per share"."""
    return _each_share(row.label, row.heading)


def _each_share(label: str, heading: str) -> bool:
    return RESULT.match(label) is not None and PER_SHARE.search(heading) is not None


@lru_cache(maxsize=MAX_ITEMS)
def _ask_stems(item: Item) -> frozenset[str]:
    return frozenset(stem for phrase in item.ask for stem in stems(phrase))


def _begins(wanted: Sequence[str], label: Sequence[str]) -> bool:
    """Whether a label begins with a line item's and only says more about it: "depreciation and amortization of …"."""
    rest = label[len(wanted) :]
    return len(wanted) > 1 and label[: len(wanted)] == wanted and not _contrastive_endings() & set(rest)


def is_spoken(row: Row, query: Query) -> bool:
    """Whether a row's whole label, of two words or more, stands in the question."""
    return len(stems(row.label)) >= 2 and _spoken(row.label) in _spoken(query.question)


@lru_cache(maxsize=MAX_LABELS)
def _spoken(text: str) -> str:
    plain = " ".join(re.findall(r"[a-z0-9]+", text.lower()))
    return f" {plain.replace('non gaap ', '')} "  # an adjusted figure is one that is not of GAAP


def _narrowed_fit(label: Sequence[str], query: Query) -> float:
    """A row named by nothing but the question's own words, one of them narrowing the item down, is what is meant."""
    qualifiers = set(stems(" ".join(query.qualifiers)))
    own = qualifiers | set(stems(" ".join(query.words)))
    shared = qualifiers & set(label)
    if not shared or not set(label) <= own:
        return 0.0
    return 0.8 + NARROWED * len(shared) / len(qualifiers)


def _reordered(wanted: Sequence[str], label: Sequence[str]) -> bool:
    """Whether a label is made of a name's words the other way round: "developed technology"."""
    return len(wanted) == len(label) == 2 and wanted[0] == label[1] and wanted[1] == label[0]


def _overlap(wanted: Sequence[str], label: Sequence[str], label_text: str, name: str) -> float:
    shared = len(set(wanted) & set(label))
    if shared == 0 or _reordered(wanted, label):
        return 0.0
    recall, precision = shared / len(set(wanted)), shared / len(set(label))
    score = 2 * recall * precision / (recall + precision)
    if set(wanted) & _flows() and not set(label) & _flows():
        score -= CONTRAST
    if contrastive_stems() & (set(wanted) ^ set(label)):
        score -= CONTRAST
    for mark in ("total", "net"):  # "net" and "total" tell rows of one name apart
        in_name, in_label = (re.search(rf"\b{mark}\b", text.lower()) is not None for text in (name, label_text))
        score += 0.03 if in_name and in_label else -0.03 if in_name != in_label else 0.0
    return score


@cache
def contrastive_stems() -> frozenset[str]:
    """Stems of the words without which a label means another line."""
    return frozenset(stems(CONTRASTIVE_MODIFIERS))


@cache
def _contrastive_endings() -> frozenset[str]:
    return frozenset(stems(CONTRASTIVE_ENDINGS))


@cache
def _flows() -> frozenset[str]:
    return frozenset(stems(FLOWS))

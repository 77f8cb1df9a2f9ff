"""Infers the number printed on each page from the text at its head and foot. Null when unsure.

A number is believed only where neighbouring pages continue it: the same style, prefix and distance to the
physical number on at least three pages within a short stretch. Knows nothing of PDFs; what the PDF's own
label dictionary says is used only where nothing printed contradicts it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.types import RawPage

EDGE_LINES = 4  # how many lines from either end of a page may carry its number
WINDOW = 6  # pages on either side in which support is sought
SUPPORT = 3  # pages that must agree, the page itself included
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
ALONE = re.compile(
    r"^[\s\-–—|•\[(]*(?:page\s+)?([A-Z]{1,2}-)?(\d{1,3}|[ivxl]{1,7})[\s\-–—|•\])]*(?:of\s+\d{1,4})?$", re.I
)
AT_END = re.compile(r"(?:^|[\s|•·–—-])(?:page\s+)?((?-i:[A-Z]{1,2}-))?(\d{1,3})$", re.I)
AT_START = re.compile(r"^(?:page\s+)?((?-i:[A-Z]{1,2}-))?(\d{1,3})(?=[\s|•·–—-]+[A-Za-z(])", re.I)


@dataclass(frozen=True)
class Candidate:
    """A number that could be the page's label. `offset` is its distance to the physical number."""

    label: str
    style: tuple[str, str]
    offset: int
    alone: bool


def infer_labels(pages: Sequence[RawPage], dictionary: Mapping[int, str]) -> dict[int, str | None]:
    """The printed label of every page, or None."""
    candidates = {page.number: list(_candidates(page)) for page in pages}
    support: dict[tuple[tuple[str, str], int], set[int]] = defaultdict(set)
    alone: dict[tuple[tuple[str, str], int], set[int]] = defaultdict(set)
    for number, found in candidates.items():
        for candidate in found:
            support[candidate.style, candidate.offset].add(number)
            if candidate.alone:
                alone[candidate.style, candidate.offset].add(number)
    labels: dict[int, str | None] = {}
    for page in pages:
        labels[page.number] = _best(page.number, candidates[page.number], support, alone)
    return _with_dictionary(labels, dictionary)


def _best(
    number: int,
    found: Iterable[Candidate],
    support: Mapping[tuple[tuple[str, str], int], set[int]],
    alone: Mapping[tuple[tuple[str, str], int], set[int]],
) -> str | None:
    best, best_weight = None, 0
    for candidate in found:
        key = (candidate.style, candidate.offset)
        near = range(number - WINDOW, number + WINDOW + 1)
        agreeing = sum(1 for other in near if other in support[key])
        weight = agreeing + sum(1 for other in near if other in alone[key])
        if agreeing >= SUPPORT and weight > best_weight:
            best, best_weight = candidate.label, weight
    return best


def _with_dictionary(labels: dict[int, str | None], dictionary: Mapping[int, str]) -> dict[int, str | None]:
    printed = {number: label for number, label in labels.items() if label is not None}
    if any(dictionary.get(number, label) != label for number, label in printed.items()):
        return labels
    return {number: label or dictionary.get(number) for number, label in labels.items()}


def _candidates(page: RawPage) -> Iterable[Candidate]:
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    seen: set[tuple[str, bool]] = set()
    for line in lines[:EDGE_LINES] + lines[-EDGE_LINES:]:
        if len(line) > 160:
            continue
        for pattern, is_alone in ((ALONE, True), (AT_END, False), (AT_START, False)):
            match = pattern.search(line)
            if match is None:
                continue
            candidate = _candidate(page.number, (match.group(1) or "").upper(), match.group(2), is_alone)
            if candidate and (candidate.label, is_alone) not in seen:
                seen.add((candidate.label, is_alone))
                yield candidate
            break


def _candidate(number: int, prefix: str, text: str, alone: bool) -> Candidate | None:
    if text.isdigit():
        value, style = int(text), "decimal"
        if text.startswith("0") or value == 0:
            return None
    else:
        value, style = _roman(text.lower()), "roman"
        if value == 0:
            return None
    return Candidate(prefix + text, (prefix, style), value - number, alone)


def _roman(text: str) -> int:
    total = 0
    for index, character in enumerate(text):
        value = ROMAN.get(character, 0)
        after = ROMAN.get(text[index + 1], 0) if index + 1 < len(text) else 0
        total += -value if value < after else value
    return total if to_roman(total) == text else 0


def to_roman(value: int) -> str:
    """Lower-case roman numeral; empty for zero and below."""
    result = ""
    for text, worth in (("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1)):  # fmt: skip
        while value >= worth:
            result += text
            value -= worth
    return result

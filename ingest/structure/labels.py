"""Infers the number printed on each page from the text at its head and foot. Null when unsure.

A number is believed only where neighbouring pages continue it: the same style, prefix and distance to the
physical number on at least three pages within a short stretch. A drawing can put a page's foot in the midst of its
text; the number missing between two labelled pages is then looked for in a line like the one it stands in there.
Knows nothing of PDFs; what the PDF's own label dictionary says is used only where nothing printed contradicts it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.types import RawPage

EDGE_LINES = 4  # how many lines from either end of a page may carry its number
WINDOW = 6  # pages on either side in which support is sought
SUPPORT = 3  # pages that must agree, the page itself included
MAX_EDGE = 160  # characters at either end of a line that may hold the number
GLUED = "\ufffe\u00ad\x02"  # what readers leave of a hyphen at a line's end: "year-on" and then the page's number
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
ALONE = re.compile(
    r"^[\s\-–—|•\[(]*(?:page\s+)?([A-Z]{1,2}-)?(\d{1,3}|[ivxl]{1,7})[\s\-–—|•\])]*(?:of\s+\d{1,4})?$", re.I
)
AT_END = re.compile(rf"(?:^|[\s|•·–—{GLUED}-]|\s\.)(?:page\s+)?((?-i:[A-Z]{{1,2}}-))?(\d{{1,3}})$", re.I)
AT_START = re.compile(r"^(?:page\s+)?((?-i:[A-Z]{1,2}-))?(\d{1,3})(?=[\s|•·–—-]+[A-Za-z(])", re.I)


@dataclass(frozen=True)
class Candidate:
    """A number that could be the page's label. `offset` is its distance to the physical number."""

    label: str
    style: tuple[str, str]
    offset: int
    alone: bool

    @property
    def key(self) -> tuple[tuple[str, str], int]:
        """What pages of one run of numbers share."""
        return self.style, self.offset

    def label_on(self, page: int) -> str:
        """The label this run of numbers gives a page."""
        prefix, style = self.style
        return prefix + (str(page + self.offset) if style == "decimal" else to_roman(page + self.offset))


def infer_labels(pages: Sequence[RawPage], dictionary: Mapping[int, str]) -> dict[int, str | None]:
    """The printed label of every page, or None."""
    candidates = {page.number: list(_candidates(page)) for page in pages}
    support: dict[tuple[tuple[str, str], int], set[int]] = defaultdict(set)
    alone: dict[tuple[tuple[str, str], int], set[int]] = defaultdict(set)
    for number, found in candidates.items():
        for candidate in found:
            support[candidate.key].add(number)
            if candidate.alone:
                alone[candidate.key].add(number)
    best = {page.number: _best(page.number, candidates[page.number], support, alone) for page in pages}
    labels = {number: candidate.label if candidate else None for number, candidate in best.items()}
    return _with_dictionary({**labels, **_displaced(pages, best)}, dictionary)


def _best(
    number: int,
    found: Iterable[Candidate],
    support: Mapping[tuple[tuple[str, str], int], set[int]],
    alone: Mapping[tuple[tuple[str, str], int], set[int]],
) -> Candidate | None:
    best, best_weight = None, 0
    for candidate in found:
        near = range(number - WINDOW, number + WINDOW + 1)
        agreeing = sum(1 for other in near if other in support[candidate.key])
        weight = agreeing + sum(1 for other in near if other in alone[candidate.key])
        if agreeing >= SUPPORT and weight > best_weight:
            best, best_weight = candidate, weight
    return best


def _displaced(pages: Sequence[RawPage], best: Mapping[int, Candidate | None]) -> dict[int, str]:
    """Numbers amid a page's text, where labelled pages on both sides say which to expect and in what place."""
    texts = {page.number: _lines(page.text) for page in pages}
    found = {}
    for number in (number for number, candidate in best.items() if candidate is None):
        before, after = _nearest(number, best, -1), _nearest(number, best, 1)
        if before is None or after is None or before.key != after.key:
            continue
        places: set[tuple[str, ...]] = set()
        for other in range(number - WINDOW, number + WINDOW + 1):
            candidate = best.get(other)
            if candidate is not None and candidate.key == before.key:
                places |= _places(texts[other], candidate.label)
        label = before.label_on(number)
        if places & _places(texts[number], label):
            found[number] = label
    return found


def _nearest(number: int, best: Mapping[int, Candidate | None], step: int) -> Candidate | None:
    near = (best.get(number + step * distance) for distance in range(1, WINDOW + 1))
    return next((candidate for candidate in near if candidate is not None), None)


def _places(lines: Sequence[str], label: str) -> set[tuple[str, ...]]:
    """What stands around a number: the words of its line, or the lines before and after one that stands alone."""
    number = re.compile(rf"(?<![\w.,]){re.escape(label)}(?![\w.,])")
    places: set[tuple[str, ...]] = set()
    for index, line in enumerate(lines):
        if line == label:
            places |= {("before", before) for before in lines[max(0, index - 1) : index]}
            places |= {("after", after) for after in lines[index + 1 : index + 2]}
        elif len(line) <= MAX_EDGE and re.search(r"[A-Za-z]", line) and number.search(line):
            places.add(("within", number.sub("#", line)))
    return places


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _with_dictionary(labels: dict[int, str | None], dictionary: Mapping[int, str]) -> dict[int, str | None]:
    printed = {number: label for number, label in labels.items() if label is not None}
    if any(dictionary.get(number, label) != label for number, label in printed.items()):
        return labels
    return {number: label or dictionary.get(number) for number, label in labels.items()}


def _candidates(page: RawPage) -> Iterable[Candidate]:
    lines = _lines(page.text)
    seen: set[tuple[str, bool]] = set()
    for line in lines[:EDGE_LINES] + lines[-EDGE_LINES:]:
        begin, end = line[:MAX_EDGE], line[-MAX_EDGE:]
        for pattern, text, is_alone in ((ALONE, line, True), (AT_END, end, False), (AT_START, begin, False)):
            match = pattern.search(text) if len(text) <= MAX_EDGE else None
            if match is None:
                continue
            candidate = _candidate(page.number, (match.group(1) or "").upper(), match.group(2), alone=is_alone)
            if candidate and (candidate.label, is_alone) not in seen:
                seen.add((candidate.label, is_alone))
                yield candidate
            break


def _candidate(number: int, prefix: str, text: str, *, alone: bool) -> Candidate | None:
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

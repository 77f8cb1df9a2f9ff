"""How a quote may be changed: mutations that leave it true, alterations that do not. For bench/citations.py.

An alteration returns None where the quote offers nothing to alter.
"""

import random
import re
from collections.abc import Callable

from bench.citation_corpus import MIN_QUOTE, WORD, Corpus, Quote

NEGATABLE = re.compile(r"\b(?:is|are|was|were|will|may|can|could|would|should|shall|must|has|have|did|do|does)\b")
NEGATION = re.compile(r"\b(?:not|no|never) ")
UNITS = {"million": "billion", "billion": "million", "thousand": "million", "thousands": "millions", "%": " points",
         "millions": "billions", "$": "€", "quarter": "year", "year": "quarter", "months": "years"}  # fmt: skip
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


# ── mutations of true quotes: what a model, a viewer or a typesetter may do to one ─────────────────────────────────


def ligatures(text: str, _chance: random.Random) -> str:
    """Letters joined."""
    return text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ").replace("ff", "ﬀ")


def hyphenation(text: str, chance: random.Random) -> str:
    """Long words broken over lines."""
    mark = chance.choice(["-\n", "-\r\n", "\u00ad", "\u00ad\n"])
    return re.sub(r"\b([a-z]{3,})([a-z]{3,})\b", lambda m: m[1] + (mark if chance.random() < 0.4 else "") + m[2], text)


def line_breaks(text: str, chance: random.Random) -> str:
    """Lines broken elsewhere."""
    return "".join(chance.choice([" ", "\n", "\r\n"]) if c in " \n" else c for c in text.replace("\r\n", "\n"))


def curly_quotes(text: str, _chance: random.Random) -> str:
    """Quotation marks and dashes the other way."""
    table = str.maketrans({"'": "’", '"': "“", "’": "'", "“": '"', "”": '"', "—": "–", "–": "-"})
    return text.translate(table)


def white_space(text: str, chance: random.Random) -> str:
    """White space of other kinds and widths."""
    return re.sub(r"\s+", lambda _m: chance.choice([" ", "  ", "\u00a0", "\t", "\u2009", " \u200b"]), text)


def together(text: str, chance: random.Random) -> str:
    """All of these at once."""
    for change in (ligatures, hyphenation, curly_quotes, white_space):
        text = change(text, chance)
    return text


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    ligatures, hyphenation, line_breaks, curly_quotes, white_space, together,
)  # fmt: skip


# ── alterations: each returns None where the quote offers nothing to alter ───────────────────────────────────────


def number_altered(_corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One digit of one number changed."""
    numbers = list(NUMBER.finditer(quote.text))
    if not numbers:
        return None
    number = chance.choice(numbers)
    places = [i for i in range(*number.span()) if quote.text[i].isdigit()]
    place = chance.choice(places)
    digit = chance.choice([d for d in "0123456789" if d != quote.text[place]])
    return quote.text[:place] + digit + quote.text[place + 1 :]


def number_cut(_corpus: Corpus, quote: Quote, _chance: random.Random) -> str | None:
    """The quote begun inside a number: 250 out of 1,250."""
    match = re.search(r"(?<=\d)[,.]?(?=\d)", quote.text)
    rest = quote.text[match.end() :] if match else ""
    return rest if len(rest) >= MIN_QUOTE else None


def sign_altered(_corpus: Corpus, quote: Quote, _chance: random.Random) -> str | None:
    """Brackets taken off a negative number."""
    changed = re.sub(r"\(\s?(\$?\s?[\d,.]+)\s?\)", r"\1", quote.text, count=1)
    return changed if changed != quote.text else None


def negation_flipped(_corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """A "not" put in or taken out."""
    found = list(NEGATION.finditer(quote.text))
    if found:
        match = chance.choice(found)
        return quote.text[: match.start()] + quote.text[match.end() :]
    verbs = list(NEGATABLE.finditer(quote.text))
    if not verbs:
        return None
    place = chance.choice(verbs).end()
    return f"{quote.text[:place]} not{quote.text[place:]}"


def word_swapped(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One word exchanged for another of the filing."""
    words = list(WORD.finditer(quote.text))
    match = chance.choice(words)
    others = WORD.findall(chance.choice(corpus.pages[quote.document]).text)
    other = chance.choice(others) if others else "nothing"
    return quote.text[: match.start()] + other + quote.text[match.end() :]


def near_word_swapped(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One word exchanged for one that differs by a letter or two: lessor, lessee."""
    words = [match for match in WORD.finditer(quote.text) if match.group().lower() in corpus.near]
    if not words:
        return None
    match = chance.choice(words)
    other = chance.choice(corpus.near[match.group().lower()])
    return quote.text[: match.start()] + other + quote.text[match.end() :]


def word_left_out(_corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """One word of more than three letters left out from within."""
    words = list(WORD.finditer(quote.text))[1:-1]
    if not words:
        return None
    match = chance.choice(words)
    return quote.text[: match.start()] + quote.text[match.end() :].lstrip()


def unit_altered(_corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """Million for billion, a percent sign lost, another currency, a year for a quarter."""
    found = [unit for unit in UNITS if re.search(rf"(?<![A-Za-z]){re.escape(unit)}(?![A-Za-z])", quote.text)]
    if not found:
        return None
    unit = chance.choice(found)
    return re.sub(rf"(?<![A-Za-z]){re.escape(unit)}(?![A-Za-z])", UNITS[unit], quote.text)


def _halves(text: str) -> tuple[str, str]:
    words = text.split(" ")
    middle = len(words) // 2
    return " ".join(words[:middle]), " ".join(words[middle:])


def stitched_on_a_page(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """Halves of two quotes of one page."""
    others = [q for q in corpus.quotes if (q.document, q.page) == (quote.document, quote.page) and q.text != quote.text]
    return f"{_halves(quote.text)[0]} {_halves(chance.choice(others).text)[1]}" if others else None


def stitched_over_pages(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """Halves of two quotes of two pages."""
    others = [q for q in corpus.quotes if q.document == quote.document and q.page != quote.page]
    return f"{_halves(quote.text)[0]} {_halves(chance.choice(others).text)[1]}" if others else None


def fabricated(corpus: Corpus, quote: Quote, chance: random.Random) -> str | None:
    """A sentence nobody wrote, of the filing's own words and a number."""
    words = WORD.findall(corpus.page(quote).text)
    if len(words) < 20:
        return None
    amount = f"${chance.randint(2, 999)}.{chance.randint(0, 9)} million"
    return f"The {' '.join(chance.sample(words, 12))} amounted to {amount}."


ALTERATIONS: tuple[Callable[[Corpus, Quote, random.Random], str | None], ...] = (
    number_altered, number_cut, sign_altered, negation_flipped, word_swapped, near_word_swapped, word_left_out,
    unit_altered, stitched_on_a_page, stitched_over_pages, fabricated,
)  # fmt: skip

"""Currencies and scales as filings write them: signs, ISO codes and words; "in thousands", `£'000`, `$m`, "€ million".

A *statement of scale* tells in which unit the amounts around it are given; it shows no amount itself. Knows nothing of
numbers, tables or documents.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

CURRENCY_SIGNS = "$€£¥₹₩₪₽₺฿₱₫₦"
SIGN_CURRENCIES = MappingProxyType({
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₪": "ILS", "₽": "RUB", "₺": "TRY",
    "฿": "THB", "₱": "PHP", "₫": "VND", "₦": "NGN",
})  # fmt: skip
# a letter before or after the sign tells whose it is; what is not listed here is the sign's own currency
PREFIXED_SIGNS = MappingProxyType({
    "us$": "USD", "u.s.$": "USD", "usd$": "USD", "c$": "CAD", "ca$": "CAD", "can$": "CAD", "cad$": "CAD",
    "cdn$": "CAD", "cn$": "CAD", "a$": "AUD", "au$": "AUD", "aud$": "AUD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD",
    "sg$": "SGD", "nt$": "TWD", "r$": "BRL", "mx$": "MXN", "mex$": "MXN", "cn¥": "CNY", "rmb¥": "CNY", "jp¥": "JPY",
})  # fmt: skip
CODES = (
    *("USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD", "CNY", "HKD", "SGD", "TWD", "INR", "KRW", "BRL", "MXN"),
    *("SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "ILS", "ZAR", "RUB", "THB", "IDR", "MYR", "PHP", "VND", "CLP", "COP"),
    *("ARS", "AED", "SAR", "QAR", "KWD", "EGP", "NGN", "KES", "PKR", "RON", "ISK"),
)
# abbreviations that are not ISO codes; matched in capitals only
OTHER_CODES = MappingProxyType({"RMB": "CNY", "CNH": "CNY", "SFr": "CHF", "Rs": "INR", "NIS": "ILS", "STG": "GBP"})
# the words after an adjective of country, then words that name a currency by themselves; "pounds" and "won" do not
CURRENCY_WORDS = (
    (r"canadian dollars?", "CAD"),
    (r"australian dollars?", "AUD"),
    (r"new zealand dollars?", "NZD"),
    (r"hong kong dollars?", "HKD"),
    (r"singapore dollars?", "SGD"),
    (r"(?:new )?taiwan dollars?", "TWD"),
    (r"(?:(?:u\.? ?s\.?|united states|american) )?dollars?", "USD"),
    (r"euros?", "EUR"),
    (r"(?:pounds? sterling|british pounds?|u\.?k\.? pounds?|sterling)", "GBP"),
    (r"(?:japanese )?yen", "JPY"),
    (r"(?:swiss )?francs?", "CHF"),
    (r"(?:renminbi|(?:chinese )?yuan)", "CNY"),
    (r"(?:indian )?rupees?", "INR"),
    (r"(?:south )?korean won", "KRW"),
    (r"brazilian rea(?:is|ls?)", "BRL"),
    (r"mexican pesos?", "MXN"),
    (r"(?:swedish )?kronor|swedish kron(?:a|er)", "SEK"),
    (r"norwegian kroner?", "NOK"),
    (r"danish kroner?", "DKK"),
    (r"(?:polish )?zlot(?:y|ys|ies)", "PLN"),
    (r"(?:new )?israeli (?:new )?shekels?|shekels?", "ILS"),
    (r"south african rand", "ZAR"),
)
_PREFIXES = "|".join(sorted((re.escape(sign[:-1]) for sign in PREFIXED_SIGNS), key=len, reverse=True))
_SIGN = rf"(?:(?<![A-Za-z])(?i:{_PREFIXES})[ ]?)?[{CURRENCY_SIGNS}]"
_CODE = rf"(?<![A-Za-z])(?:{'|'.join((*CODES, *OTHER_CODES))})(?![A-Za-z])"
_NAMES = "|".join(words.replace(" ", "[ \\n]") for words, _code in CURRENCY_WORDS)
_WORDS = rf"(?<![A-Za-z])(?i:{_NAMES})(?![A-Za-z])"
CURRENCY = re.compile(rf"(?P<sign>{_SIGN})|(?P<code>{_CODE})|(?P<words>{_WORDS})")
_WORD_CURRENCIES = tuple((re.compile(words), code) for words, code in CURRENCY_WORDS)

SCALES = MappingProxyType({
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "lakh": 10**5, "crore": 10**7,
    "k": 10**3, "m": 10**6, "mm": 10**6, "mn": 10**6, "mln": 10**6, "mio": 10**6, "b": 10**9, "bn": 10**9,
    "bln": 10**9, "mrd": 10**9, "tn": 10**12, "000": 10**3, "000,000": 10**6,
})  # fmt: skip
SCALE_NAMES = MappingProxyType(
    {
        1: "ones",
        10**3: "thousands",
        10**5: "lakhs",
        10**6: "millions",
        10**7: "crores",
        10**9: "billions",
        10**12: "trillions",
    }
)
_PLURAL = r"thousands|millions|billions|trillions|lakhs|crores"
_NOUN = rf"{_PLURAL}|thousand|million|billion|trillion|lakh|crore"
_ZEROS = r"['’‘]?(?:000,)?000(?:['’]?s)?"
_SHORT = r"mm|mn|mln|mio|bn|bln|mrd|tn|k|m|b"
_MONEY = rf"(?:{CURRENCY.pattern.replace('?P<sign>', '?:').replace('?P<code>', '?:').replace('?P<words>', '?:')})"
# what may hold a statement of scale, quick to look for where the statement itself is slow
_HINT = re.compile(
    rf"\b(?:{_NOUN})\b|000|[{CURRENCY_SIGNS}]\s?(?:{_SHORT})\b|\b(?:{_SHORT})\b\.?\s?[{CURRENCY_SIGNS}A-Z]"
    rf"|[A-Z]{{3}}\s?(?:{_SHORT})\b|T€|\bTEUR\b|\b[kKmM]€|\bin\s+mm\b",
    re.I,
)
_OF_MONEY = rf"\s+(?i:of)\s+{_MONEY}"
# the scale is the one group of each alternative that matches; "millions of homes", "tens of thousands" state none
_STATEMENTS = (
    # in thousands; in millions of U.S. dollars; in EUR millions; $ in mm; Dollars and shares in thousands
    rf"(?:{_MONEY}(?:\s+and\s+\w+)?[\s,]+)?\b(?i:in)\s+(?:(?:[A-Za-z.]+\s+){{0,4}}?|{_MONEY}\s*)"
    rf"((?i:{_PLURAL}|{_ZEROS})|mm|MM)(?!\w)(?:{_OF_MONEY})?",
    # (thousands, except per share amounts); Millions of dollars; (000's omitted)
    rf"(?:^|[(\[])\s*(?:{_MONEY}\s*)?((?i:{_PLURAL}|['’‘]?000['’]?s))(?!\w)(?:{_OF_MONEY}|(?!\s+of\b))",
    rf"(?<!of\s)\b((?i:{_NOUN})){_OF_MONEY}",
    # £'000, $000s, US$ million, € m, EUR bn, Rs. crore: a currency and a scale with no digits beside them
    rf"{_MONEY}\.?\s?((?i:{_NOUN})|{_ZEROS}|(?i:{_SHORT}))(?!\w)(?!\s?\d)",
    # T€, TEUR, k€, Mio. €, Mrd. EUR
    r"(?<!\w)([TkKmM])(?:€|EUR\b)(?!\s?\d)",
    rf"(?<![\w.,]\s)(?<![\w.,])((?i:mio|mrd|mln|bln|mn|bn))\.?\s{_MONEY}(?!\s?\d)",
)
STATEMENT = re.compile("|".join(f"(?:{pattern})" for pattern in _STATEMENTS), re.M)


@dataclass(frozen=True)
class CurrencyMention:
    """A currency named at [start, end) of a text, by its ISO 4217 code."""

    code: str
    start: int
    end: int


@dataclass(frozen=True)
class ScaleStatement:
    """Words at [start, end) of a text that say what its amounts are given in; `currency` is None where none is named.

    `scale` multiplies an amount as shown: 1000 for "in thousands".
    """

    scale: int
    currency: str | None
    start: int
    end: int


def currencies(text: str) -> Iterator[CurrencyMention]:
    """Every currency a text names by sign, code or words, in order."""
    for match in CURRENCY.finditer(text):
        yield CurrencyMention(_code(match), match.start(), match.end())


def first_currency(text: str) -> str | None:
    """The code of the first currency a text names, None when it names none."""
    mention = next(currencies(text), None)
    return mention.code if mention else None


def currency_sign(code: str | None) -> str:
    """The sign of a currency, such as `$` for USD; empty where it has none of its own."""
    return next((sign for sign, of in SIGN_CURRENCIES.items() if of == code), "")


def scale_of(word: str) -> int | None:
    """What a word of scale multiplies by ("Thousands", "mm", "bn", "'000s"), None when it is none."""
    plain = word.lower().strip("'’‘. ")
    return SCALES.get(plain) or SCALES.get(plain.removesuffix("s").rstrip("'’"))


def scale_name(scale: int) -> str:
    """The word for a scale: "ones" for 1, "thousands" for 1000; its digits where it has no word."""
    return SCALE_NAMES.get(scale, str(scale))


def scale_statements(text: str) -> Iterator[ScaleStatement]:
    """Every statement of scale in a text, such as "(in millions of euros, except per share data)" or "£m", in order."""
    if _HINT.search(text) is None:
        return
    for match in STATEMENT.finditer(text):
        word = next(word for word in match.groups() if word is not None)
        scale = 10**3 if word == "T" else scale_of(word)
        if scale is not None:
            currency = first_currency(match.group()) or ("EUR" if match.group().endswith("EUR") else None)
            yield ScaleStatement(scale, currency, match.start(), match.end())


def _code(match: re.Match[str]) -> str:
    said = match.group()
    if match.lastgroup == "code":
        return OTHER_CODES.get(said, said)
    if match.lastgroup == "words":
        plain = re.sub(r"\s+", " ", said.lower())
        return next(code for pattern, code in _WORD_CURRENCIES if pattern.fullmatch(plain))
    return PREFIXED_SIGNS.get(re.sub(r"\s", "", said.lower()), SIGN_CURRENCIES[said[-1]])

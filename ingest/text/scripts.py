"""Letters of other scripts than plain Latin: accents taken off, Chinese, Japanese and Korean cut into pairs.

These three write no blanks between words (or few): every two neighbouring characters are searched as a word.
"""

import re
import unicodedata

CJK = r"\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
_RUN = re.compile(f"[{CJK}]+")
_ASKING = frozenset("的是了吗呢么什哪谁多少几はがをのにでか何")  # grammar, not matter


def without_accents(text: str) -> str:
    """Letters without their accents: "Zürich" is "Zurich"; ASCII comes back as it is."""
    if text.isascii():
        return text
    kept = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", kept).replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l")


def in_pairs(text: str) -> str:
    """The text with each run of Chinese, Japanese or Korean written as its pairs of neighbours, parted by blanks."""
    return text if text.isascii() else _RUN.sub(lambda match: f" {' '.join(pairs(match.group()))} ", text)


def pairs(run: str) -> list[str]:
    """Neighbouring characters of a run, two and two; a single character stands alone."""
    return [run[index : index + 2] for index in range(len(run) - 1)] or [run]


def asked_pairs(text: str) -> list[str]:
    """Pairs of a question that say what is asked: none that hold a particle or a question word."""
    return [pair for run in _RUN.findall(text) for pair in pairs(run) if not _ASKING & set(pair)]

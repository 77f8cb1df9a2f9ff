"""What extraction, typesetting and OCR do to words, and nothing an author does: whether two words differ by that alone.

A quote is a copy, so another spelling is another text. Forgiven is only what shows itself as damage: a word run into
the next or taken apart, a ligature gone where a word breaks off, a figure or capital within small letters (`c0st`,
`biIling`), and on pages read by OCR `rn` for `m` in long words. Knows nothing of pages, numbers or signs.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

UNREADABLE = "\ufffd"
LIGATURE = "(?:ffi|ffl|ff|fi|fl)"
# words no one types, of five to forty characters: shorter ones may be codes, longer ones would take long to refuse
MISREAD = re.compile(r"(?<![^\W_])(?=[A-Za-z01|]{5,40}(?![^\W_]))[A-Za-z]*[a-z](?:[01|I][a-z]+)+(?![^\W_])")
LETTERS = str.maketrans("01|I", "olll")
MIN_READ = 7  # letters; "modem" and "modern", "comer" and "corner" are all words


def mend(text: str) -> str:
    """The same text, character for character, with letters where OCR read figures or a capital I inside words."""
    return MISREAD.sub(_mended, text)


def _mended(match: re.Match[str]) -> str:
    word = match.group()
    return word[0] + word[1:].translate(LETTERS)


def same_words(mine: Sequence[str], yours: Sequence[str], *, by_ocr: bool) -> bool:
    """Whether two runs of words in small letters are the same but for damage."""
    if "".join(mine) == "".join(yours):
        return True
    blocks = SequenceMatcher(None, mine, yours, autojunk=False).get_opcodes()
    return all(
        kind == "equal" or _same_letters(mine[first:last], yours[begin:end], by_ocr=by_ocr)
        for kind, first, last, begin, end in blocks
    )


def _same_letters(mine: Sequence[str], yours: Sequence[str], *, by_ocr: bool) -> bool:
    left, right = "".join(mine), "".join(yours)
    if left == right or _ligature_lost(mine, yours) or _ligature_lost(yours, mine):
        return True
    read_left, read_right = left.replace("rn", "m"), right.replace("rn", "m")
    return by_ocr and len(read_left) >= MIN_READ and read_left == read_right


def _ligature_lost(broken: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether ligatures, put where words break off or cannot be read, make the broken words whole.

    A break is a ligature or the space between two words, not both: no trace is left of a ligature that began a word.
    """
    pieces = (re.escape(word).replace(UNREADABLE, LIGATURE) for word in broken)
    return re.fullmatch(f"(?:{LIGATURE}| )?".join(pieces), " ".join(whole)) is not None

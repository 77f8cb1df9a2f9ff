"""Whether words are words: a quick look for the commonest words of a language, then word lists. Imports pyspellchecker.

Says how large a share of a text's words it knows, never what is meant. Only Latin and Cyrillic script is judged: for
others there is no list here.
"""

import re
from collections import Counter
from functools import cache

from spellchecker import SpellChecker

COMMON = frozenset(
    re.findall(
        r"\S+",
        """the of and to in for is by or on with that as be from at this are not an it
        der die und das den von zu mit des im für ist auf dem nicht ein eine als auch
        le la les des du et en un une dans pour que par sur au aux est il ne
        el los las del por con para una se su al lo como
        il di che per della dei le nel con alla sono
        de het een van en op te dat voor zijn met niet aan
        os as do da dos das em no na um uma para com não
        och att det som en på är av för med den till
        na się do nie że jest og av til er på""",
    )
)
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "ru")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
MIN_WORDS = 5  # fewer say nothing
MIN_COMMON = 0.05  # of all words of running text of a language we have the commonest words of
VOWEL = re.compile("[aeiou]")
NATURAL_VOWELS = 0.3, 0.5  # of the letters
ENOUGH = 0.7  # a share that settles the language
MAX_LETTERS_OTHER = 0.5  # a text with a larger share of letters of another script is not judged
MIXED = re.compile(r"\b\d[a-z]{3,}|[A-Za-z]\d[A-Za-z]|\d[OoIl](?=\d|\b)|(?<![A-Za-z])[lI]\d")


def speaks(text: str) -> bool:
    """Whether a text has commonest words and vowels as running text or a table in words has."""
    words = text.lower().split()
    common = sum(word in COMMON for word in words)
    if common >= MIN_COMMON * len(words) > 0:
        return True
    letters = re.sub(r"[^a-z]", "", text.lower())
    vowels = len(VOWEL.findall(letters))
    return common >= 2 and NATURAL_VOWELS[0] * len(letters) <= vowels <= NATURAL_VOWELS[1] * len(letters)


def known_share(text: str) -> float | None:
    """Share (0 to 1) of the longer words known in the language that knows most; None where nothing can be said."""
    words = Counter(word.lower() for word in WORD.findall(text) if len(word) >= 3)
    letters = sum(character.isalpha() for character in text)
    others = sum(ord(character) > 0x52F for character in text if character.isalpha())
    if len(words) < MIN_WORDS or others > MAX_LETTERS_OTHER * letters:
        return None
    best = 0.0
    for language in LANGUAGES:
        known = _words(language).known(words)
        best = max(best, sum(words[word] for word in known) / words.total())
        if best >= ENOUGH:
            break
    return best


def mixed_share(text: str) -> float:
    """Share of words in which digits stand for letters or letters for digits, as bad recognition leaves them."""
    words = text.split()
    return sum(bool(MIXED.search(word)) for word in words) / len(words) if words else 0.0


@cache
def _words(language: str) -> SpellChecker:
    return SpellChecker(language=language)

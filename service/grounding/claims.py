"""Which sentences of an answer state something about the documents and so need a citation, and where sentences end.

Needs none: a question, a heading or lead-in, an admission that the documents do not say, advice to ask counsel, and
what has no words. Everything else does; so does each of these once it carries a claim of its own. Knows no quotes.
"""

import re

from ingest.text.numbers import Kind, numbers
from ingest.text.sentences import ABBREVIATION

END = re.compile(r"""[.!?]["”’')\]*_]*(?=\s)|\n""")
OPENS = re.compile(r"""["“‘(\[*_#>|•–—-]*\s*(?:[A-Z0-9À-Þ$€£¥]|[^\W\d_]|[<\[])""")
ANSWER_WORD = re.compile(r"""^\s*[*_"“]*(?:yes|no|correct|incorrect|true|false)[*_"”]*[.!]?[*_]*\s*$""", re.I)
LIST_NUMBER = re.compile(r"(?:^|\n)\s*(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]$", re.I)
HEADING = re.compile(r"^\s*(?:#{1,6}\s.*|\*\*[^*]{1,80}\*\*:?|__[^_]{1,80}__:?)\s*$")
NEW_ITEM = re.compile(r"\s*(?:[-*•|#>]|\*\*|\(?\d{1,2}[.)]\s|\([a-z]\)\s)")
SHORT_LINE = 60  # characters; a longer line without an end mark goes on in the next
SUBJECT = (
    r"(?:(?:the|these|this|any(?: of)? the|none of the|neither of the)\s+)?(?:provided|supplied|given|cited|uploaded|"
    r"available|above|relevant)?\s*(?:documents?|filings?|evidence|excerpts?|pages?|passages?|sources?|materials?|texts?|"
    r"information|10-[KQ]s?|reports?|agreements?|contracts?)(?:\s+(?:provided|supplied|given|available|above|here))?"
)
SAYS = (
    r"(?:say|state|mention|address|disclose|specify|report|indicate|answer|discuss|reveal|clarify|"
    r"(?:contain|include|provide|give|offer|hold)s?\s+(?:(?:any|enough|sufficient|the|a|further|specific|explicit|clear)\s+)*"
    r"(?:information|details?|evidence|answer|mention|statement|data|figures?|indication|reference))"
)
ABSENT = re.compile(
    rf"^\W*(?:(?:unfortunately|however|therefore|thus|accordingly|based on [^,]{{1,60}}|on this point),?\s+)?(?:"
    rf"(?:none of|neither of)\s+{SUBJECT}\s+{SAYS}s?\b"
    rf"|{SUBJECT}\s+(?:(?:do|does|did)(?:\s+not|n[’']t)|never)\s+(?:\w+ly\s+)?{SAYS}\b"
    rf"|{SUBJECT}\s+(?:is|are)\s+(?:silent|insufficient|not sufficient)\b"
    rf"|there\s+is\s+(?:no|not enough|insufficient)\s+(?:information|mention|evidence|statement|indication)\b"
    rf"|no\s+(?:\w+\s+)?(?:information|mention|evidence|statement)\b[^.]*\b(?:found|given|provided|available|contained)\b"
    rf"|(?:this|that|it|the answer|the question)\s+(?:cannot|can\s?not|could not)\s+be\s+(?:\w+ly\s+)?"
    rf"(?:determined|answered|established|found|verified|confirmed)\b"
    rf"|(?:I|we)\s+(?:cannot|can[’']t|could not|couldn[’']t|(?:was|were|am) unable to|did not|do not)\s+"
    rf"(?:find|locate|answer|determine|establish|verify|confirm|see)\b)",
    re.I,
)
ADVICE = re.compile(
    r"^\W*(?:(?:please|for (?:legal )?advice|if in doubt|accordingly|therefore),?\s+)*"
    r"(?:you (?:should|may wish to|may want to)|(?:I|we) (?:suggest|recommend|advise)(?: that you)?|the reader should"
    r"|it (?:is|may be) advisable to|please)?\s*"
    r"(?:consult(?:ing)?|seek(?:ing)?|contact(?:ing)?|ask(?:ing)?|obtain(?:ing)?)\s+"
    r"(?:with\s+|the\s+advice\s+of\s+|advice\s+from\s+)?"
    r"(?:\w+\s+){0,3}(?:counsel|lawyer|attorney|adviser|advisor|advice)\b[^;:]*$",
    re.I,
)
COUNTER = re.compile(
    r";|\b(?:but|however|although|though|while|whereas|yet|instead|rather)\b|,\s+(?:and|which|so)\b", re.I
)
WORD = re.compile(r"[^\W\d_]{2,}")


def sentence_end(text: str) -> int | None:
    """Where the first finished sentence ends: at the first character of what follows; None while nothing follows."""
    for match in END.finditer(text):
        rest = len(text) - len(text[match.end() :].lstrip())
        before, following = text[: match.end()], text[rest:]
        if not following:
            return None
        if not before.strip():
            continue
        gap = text[match.end() - (match.group() == "\n") : rest]
        if "\n" in gap and not _line_ends(before, gap, following):
            continue
        if "\n" not in gap and (_goes_on(before, following) or not OPENS.match(following)):
            continue
        if ANSWER_WORD.match(before):
            continue  # "Yes." is a claim only together with what follows
        return rest
    return None


def _line_ends(before: str, gap: str, following: str) -> bool:
    """Whether a line break ends a statement, rather than a line that was full."""
    last = before.strip().rpartition("\n")[2]
    if gap.count("\n") > 1 or NEW_ITEM.match(following) or NEW_ITEM.match(last) or last[-1:] in ".!?:":
        return True
    return len(last) < SHORT_LINE and not following[:1].islower()


def _goes_on(before: str, following: str) -> bool:
    if following[:1].islower() and not before.rstrip().endswith(("?", "!")):
        return True
    return bool(ABBREVIATION.search(before) or LIST_NUMBER.search(before))


def needs_citation(sentence: str) -> bool:
    """Whether a sentence states something that needs support."""
    text = sentence.strip()
    if not WORD.search(text) and not any(character.isdigit() for character in text):
        return False
    if any(number.kind is Kind.AMOUNT for number in numbers(_without_list_mark(text))):
        return True
    if text.rstrip("\"”’')*_").endswith("?") or HEADING.match(text):
        return False
    if text.rstrip("*_ ").endswith(":") and len(text) <= 160 and not COUNTER.search(text):
        return False
    harmless = ABSENT.match(text) or ADVICE.match(text)
    return not harmless or COUNTER.search(text) is not None


def _without_list_mark(text: str) -> str:
    return re.sub(r"^\s*(?:[-*•]\s+)?(?:\(?\d{1,2}[.)]\s+)?", "", text)


def amounts_in(sentence: str) -> str:
    """The sentence without the number of its list item, which says nothing."""
    return _without_list_mark(sentence)

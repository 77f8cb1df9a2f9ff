"""Reads a model's answer as it streams: prose, `<cite doc="D1" page="60">quote</cite>`, `<insufficient/>`.

Tolerant of tags split over deltas, attributes in any order and quoting, escaped characters, stray and unclosed tags.
Says nothing about whether a quote is true. Knows no documents.
"""

import re
from dataclasses import dataclass

MAX_TAG = 300  # characters after which "<cite" is taken for prose
OPENING = re.compile(r"<\s*(cite|insufficient)\b([^<>]*)>", re.I)
CLOSING = re.compile(r"<\s*/\s*(cite|insufficient)\s*>", re.I)
MAY_BECOME_TAG = re.compile(r"<\s*/?\s*(?:c(?:i(?:t(?:e(?:\b[^<>]*)?)?)?)?|i[a-z]{0,10}|insufficient\b[^<>]*)?$", re.I)
MAY_BECOME_ENTITY = re.compile(r"&[#a-z0-9]{0,5}$", re.I)
ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”|([^\s"'>/]+))""")
ENTITY = re.compile(r"&(lt|gt|amp|quot|apos|#39|#34|#60|#62|#38);", re.I)
ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "#39": "'", "#34": '"', "#60": "<", "#62": ">",
            "#38": "&"}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """A piece of prose."""

    text: str


@dataclass(frozen=True)
class Cite:
    """A quote as the model gives it, with the document and page it names; `raw` is the quote before unescaping."""

    document: str | None
    page: int | None
    quote: str
    raw: str


@dataclass(frozen=True)
class Insufficient:
    """The model says that the evidence does not suffice."""


Piece = Text | Cite | Insufficient


def unescape(text: str) -> str:
    """Give back the characters that delimiters were escaped as; once, so that an escaped escape stays one."""
    return ENTITY.sub(lambda match: ENTITIES[match.group(1).lower()], text)


class MarkupReader:
    """Takes deltas, gives pieces as soon as it is clear what they are."""

    def __init__(self) -> None:
        self._buffer = ""
        self._open: dict[str, str] | None = None

    def feed(self, text: str) -> list[Piece]:
        """Take a delta; returns what has become clear by it."""
        self._buffer += text
        return self._read(final=False)

    def close(self) -> list[Piece]:
        """The rest, at the answer's end. An unclosed quote ends with its line."""
        pieces = self._read(final=True)
        if self._open is not None:
            quote, _newline, rest = self._buffer.strip().partition("\n")
            pieces += [_cite(self._open, quote), *([Text(unescape(rest))] if rest.strip() else [])]
        elif self._buffer:
            pieces.append(Text(unescape(self._buffer)))
        self._buffer, self._open = "", None
        return pieces

    def _read(self, final: bool) -> list[Piece]:
        pieces: list[Piece] = []
        while self._step(pieces, final):
            pass
        return pieces

    def _step(self, pieces: list[Piece], final: bool) -> bool:
        """Take one thing off the buffer; False when nothing more is clear."""
        if self._open is not None:
            return self._end_of_quote(pieces)
        opening, closing = OPENING.search(self._buffer), CLOSING.search(self._buffer)
        tag = min(filter(None, (opening, closing)), key=lambda match: match.start(), default=None)
        if tag is None:
            self._prose(pieces, final)
            return False
        _add(pieces, self._buffer[: tag.start()])
        self._buffer = self._buffer[tag.end() :]
        if tag is opening and tag.group(1).lower() == "cite":
            self._open = _attributes(tag.group(2))
            if tag.group(2).rstrip().endswith("/"):  # names a page and quotes nothing
                pieces.append(_cite(self._open, ""))
                self._open = None
        elif tag is opening:
            pieces.append(Insufficient())
        return True

    def _end_of_quote(self, pieces: list[Piece]) -> bool:
        """The quote up to its closing tag, or to the next opening one when the closing one was forgotten."""
        closing, opening = CLOSING.search(self._buffer), OPENING.search(self._buffer)
        tag = min(filter(None, (closing, opening)), key=lambda match: match.start(), default=None)
        if tag is None or self._open is None:
            return False
        pieces.append(_cite(self._open, self._buffer[: tag.start()]))
        self._buffer = self._buffer[tag.end() if tag is closing else tag.start() :]
        self._open = None
        return True

    def _prose(self, pieces: list[Piece], final: bool) -> None:
        """Let prose go, save an end that may yet become a tag or an escaped character."""
        held = None if final else _unclear(self._buffer)
        clear = len(self._buffer) if held is None else held
        _add(pieces, self._buffer[:clear])
        self._buffer = self._buffer[clear:]


def _unclear(text: str) -> int | None:
    tag = text.rfind("<")
    if tag >= 0 and len(text) - tag < MAX_TAG and MAY_BECOME_TAG.match(text, tag):
        return tag
    entity = MAY_BECOME_ENTITY.search(text)
    return entity.start() if entity else None


def _add(pieces: list[Piece], text: str) -> None:
    if text:
        pieces.append(Text(unescape(text)))


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for match in ATTRIBUTE.finditer(text):
        value = next(group for group in match.groups()[1:] if group is not None)
        found[match.group(1).lower()] = unescape(value.strip())
    return found


def _cite(attributes: dict[str, str], quote: str) -> Cite:
    document = attributes.get("doc") or attributes.get("document") or attributes.get("id")
    number = re.search(r"\d+", attributes.get("page", "") or attributes.get("number", ""))
    raw = quote.strip()
    stripped = raw[1:-1].strip() if len(raw) > 2 and raw[0] in '"“' and raw[-1] in '"”' else raw
    return Cite(document, int(number.group()) if number else None, unescape(stripped), raw)

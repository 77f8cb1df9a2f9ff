"""Splits a message that asks several things into the questions it asks. Knows English, and no vocabulary."""

import re

ASKING = (
    r"(?:what|which|who|whom|whose|when|where|why|how"
    r"|is there|are there|does|do|did|is|are|was|were|has|have|had|can|could|will|would|may|must)"
)
IMPERATIVE = (
    r"(?:summari[sz]e|calculate|compute|work out|determine|find|list|compare|identify|describe|explain|show|give|tell"
    r"|quote|name|state|outline|define)"
)
ADDED = r"(?:please\s+|then\s+|also\s+)?"
BOUNDARY = re.compile(
    rf"\?\s+|[.!]\s+(?={ADDED}(?:{IMPERATIVE}|{ASKING})\b)"
    rf"|;\s+(?:and\s+)?(?={ADDED}(?:{ASKING}|{IMPERATIVE})\b)"
    rf"|,?\s+(?:and|then)\s+(?={IMPERATIVE}\s+(?:the|any|all|me|its|their|how|what)\b)"
    r"|,?\s+and\s+(?=(?:what|which|who|when|where|why|how)\b)",
    re.I,
)
LEAD = r"^\W*(?:and\s+|also\s+|then\s+|please\s+)*(?:(?:in|for|as of|during|at)\b[^,?]{2,40},\s*)?"
ASKS = re.compile(rf"{LEAD}{ASKING}\b", re.I)
ORDERS = re.compile(rf"{LEAD}{IMPERATIVE}\b", re.I)
MIN_WORDS = 3  # "and why?" asks nothing that could be looked for by itself
MAX_PARTS = 4


def question_parts(question: str) -> tuple[str, ...]:
    """The questions asked, in order; nothing when there is only one. What is ordered ends as a sentence does."""
    pieces = [piece.strip(" ?,;.!") for piece in BOUNDARY.split(question)]
    asked = [
        f"{piece}{'.' if ORDERS.match(piece) else '?'}"
        for piece in pieces
        if (ASKS.match(piece) or ORDERS.match(piece)) and len(piece.split()) >= MIN_WORDS
    ]
    return tuple(asked[:MAX_PARTS]) if len(asked) > 1 else ()

"""Splits a question that asks several things into the questions it asks. Knows English, and no vocabulary."""

import re

ASKING = (
    r"(?:what|which|who|whom|whose|when|where|why|how"
    r"|is there|are there|does|do|did|is|are|was|were|has|have|had|can|could|will|would|may|must)"
)
BOUNDARY = re.compile(
    rf"\?\s+|;\s+(?:and\s+)?(?={ASKING}\b)|,?\s+and\s+(?=(?:what|which|who|when|where|why|how)\b)", re.I
)
ASKS = re.compile(rf"^\W*(?:and\s+|also\s+|then\s+)*(?:(?:in|for|as of|during|at)\b[^,?]{{2,40}},\s*)?{ASKING}\b", re.I)
MIN_WORDS = 3  # "and why?" asks nothing that could be looked for by itself
MAX_PARTS = 4


def question_parts(question: str) -> tuple[str, ...]:
    """The questions asked, in order; nothing when there is only one."""
    pieces = [piece.strip(" ?,;") for piece in BOUNDARY.split(question)]
    asked = [piece for piece in pieces if ASKS.match(piece) and len(piece.split()) >= MIN_WORDS]
    return tuple(f"{piece}?" for piece in asked[:MAX_PARTS]) if len(asked) > 1 else ()

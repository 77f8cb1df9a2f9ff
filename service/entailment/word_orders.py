"""The orders in which a claim's words may stand in a sentence that says the same.

As they stand; turned around "is" ("the auditor is X": "X, the auditor"); with a phrase of time or place moved to the
other end; from passive to active and back. Who does what to whom stays the same in each. Knows no page.
"""

from collections.abc import Iterator, Sequence

from service.entailment.claim_tokens import Token, content
from service.entailment.claim_words import AUXILIARIES, BOUNDARIES, COPULAS, IN_CLAUSE, PREPOSITIONS

MAX_AGENT = 6  # words of who does what is said in the passive
MAX_ORDERS = 24


def orders(claim: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens of a claim in each order in which they say the same."""
    yield claim
    turns = [index for index, token in enumerate(claim) if index and _turns(token)]
    copula = next((i for i, token in enumerate(claim) if token.text in COPULAS and token.number is None), None)
    for index in ([copula] if copula is not None else []) + turns[:MAX_ORDERS]:
        yield [*claim[index:], *claim[:index]]
    yield from actives(claim)


def actives(passive: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """A passive clause told in the active: "the fee shall be paid by the buyer" as "the buyer shall pay the fee".

    Of whom "by" tells how much is not known, so each length is tried.
    """
    for by in (index for index, token in enumerate(passive) if token.text == "by"):
        start = _verb_start(passive, by)
        if start is None:
            continue
        begin = max((at + 1 for at in range(start) if passive[at].text in BOUNDARIES), default=0)
        head, objects, verb, after = passive[:begin], passive[begin:start], passive[start:by], passive[by + 1 :]
        for length in range(1, min(MAX_AGENT, len(after)) + 1):
            if after[length - 1].says:
                yield [*head, *after[:length], *verb, *objects, *after[length:]]


def _verb_start(passive: Sequence[Token], by: int) -> int | None:
    """Where the verb before "by" begins, with its "shall not be"; None where it is not in the passive."""
    start = next((at for at in range(by - 1, 0, -1) if passive[at].text in AUXILIARIES), None)
    if start is None or not content(passive[start:by]):
        return None
    while start and passive[start - 1].text in IN_CLAUSE | AUXILIARIES:
        start -= 1
    return start


def _turns(token: Token) -> bool:
    return token.number is None and token.text in PREPOSITIONS

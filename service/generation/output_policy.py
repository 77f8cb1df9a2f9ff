"""What of a model's reply goes out while it is written. Knows no model and no wire."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from service.contract.question import Question
from service.grounding.grounding import Grounded
from service.grounding.markup import Piece, Text

MARK = "[unsupported]"


class OutputPolicy(Protocol):
    """Decides what is shown by now. `grounds_first`: sentences are grounded, quotes looked for, before any is shown."""

    @property
    def grounds_first(self) -> bool:
        """Whether grounding may take long, so that it must not run in the loop all answers share."""
        ...

    @property
    def holds_back(self) -> bool:
        """Whether nothing goes out yet, citations neither."""
        ...

    def texts(self, pieces: Sequence[Piece], statements: Sequence[Grounded]) -> list[str]:
        """What is shown of pieces that came and of the statements they completed."""
        ...


@dataclass(frozen=True)
class ProseAsItComes:
    """Every word as soon as it is there; what is unsupported is marked afterwards."""

    grounds_first: bool = False
    holds_back: bool = False

    def texts(self, pieces: Sequence[Piece], _statements: Sequence[Grounded]) -> list[str]:
        """The prose among the pieces."""
        return [piece.text for piece in pieces if isinstance(piece, Text)]


@dataclass(frozen=True)
class SupportedSentences:
    """Whole sentences that are supported; the grounder leaves the others out."""

    grounds_first: bool = True
    holds_back: bool = False

    def texts(self, _pieces: Sequence[Piece], statements: Sequence[Grounded]) -> list[str]:
        """The sentences that are complete."""
        return [statement.text + statement.separator for statement in statements]


@dataclass(frozen=True)
class MarkedSentences:
    """Whole sentences, those that are unsupported marked as such, for clients that show nothing but the text."""

    grounds_first: bool = True
    holds_back: bool = False

    def texts(self, _pieces: Sequence[Piece], statements: Sequence[Grounded]) -> list[str]:
        """The sentences that are complete."""
        return [marked(statement) + statement.separator for statement in statements]


def marked(statement: Grounded) -> str:
    """A statement's text, with a mark behind it where it is unsupported."""
    return statement.text if statement.supported else f"{statement.text} {MARK}"


@dataclass(frozen=True)
class NothingUntilChecked:
    """A draft that the model is to check; `checked` is the policy of what comes out of that."""

    checked: OutputPolicy
    holds_back: bool = True

    @property
    def grounds_first(self) -> bool:
        """As it will be once it is checked."""
        return self.checked.grounds_first

    def texts(self, _pieces: Sequence[Piece], _statements: Sequence[Grounded]) -> list[str]:
        """Nothing."""
        return []


def policy_for(question: Question) -> OutputPolicy:
    """The policy of a question's first attempt."""
    checked: OutputPolicy = ProseAsItComes()
    if question.strict:
        checked = SupportedSentences()
    elif question.mark_unsupported:
        checked = MarkedSentences()
    return NothingUntilChecked(checked) if question.verify else checked


def checked_policy(policy: OutputPolicy) -> OutputPolicy:
    """The policy once nothing has to wait for a check any more."""
    return policy.checked if isinstance(policy, NothingUntilChecked) else policy

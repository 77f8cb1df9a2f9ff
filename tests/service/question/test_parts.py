"""A question that asks several things is split; one that asks one thing is not."""

import pytest

from service.question.parts import question_parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What was revenue in 2024 and how much was spent on research?",
            ("What was revenue in 2024?", "how much was spent on research?"),
        ),
        ("Who are the parties? When does the agreement end?", ("Who are the parties?", "When does the agreement end?")),
        ("What is the fee; is there a cap on it?", ("What is the fee?", "is there a cap on it?")),
        ("What was the gross margin and why?", ()),
        ("What were revenue and net income in 2024?", ()),
        ("We need a figure. Please answer: what is total debt?", ()),
        ("Is revenue growing? If it is no useful measure, then say so.", ()),
    ],
)
def test_only_several_questions_are_split(question: str, parts: tuple[str, ...]) -> None:
    assert question_parts(question) == parts

"""Of overlapping line items the longest phrase is asked for, and names of statements ask for none."""

from service.question.line_items import longest, without_statements
from service.question.phrases import padded_words
from service.question.vocabulary_files import load_vocabulary


def test_a_longer_phrase_takes_the_words_of_a_shorter_one() -> None:
    vocabulary = load_vocabulary()
    both = [vocabulary.item("current_assets"), vocabulary.item("total_assets")]
    kept = longest(both, padded_words("What were total current assets?"))
    assert [item.name for item in kept] == ["current_assets"]
    kept = longest(both, padded_words("What were total current assets and total assets?"))
    assert [item.name for item in kept] == ["current_assets", "total_assets"]


def test_the_name_of_a_statement_asks_for_no_line_item() -> None:
    assert "cash" not in without_statements(padded_words("Show the cash flow statement"), load_vocabulary())

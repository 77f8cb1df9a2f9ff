"""Accents come off; Chinese, Japanese and Korean are cut into pairs."""

import pytest

from ingest.text.derived import index_words
from ingest.text.scripts import asked_pairs, in_pairs, pairs, without_accents
from ingest.text.stems import stems


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Zürich", "Zurich"),
        ("Société Générale", "Societe Generale"),
        ("Łódź", "Łodz"),
        ("straße", "strasse"),
        ("plain", "plain"),
    ],
)
def test_accents_come_off(text: str, plain: str) -> None:
    assert without_accents(text) == plain


def test_accents_do_not_matter_to_stems() -> None:
    assert stems("Düsseldorf plants") == stems("Dusseldorf plant")


def test_a_run_is_cut_into_its_neighbours() -> None:
    assert pairs("港口租约") == ["港口", "口租", "租约"]
    assert pairs("港") == ["港"]
    assert in_pairs("rent 租约期 2024").split() == ["rent", "租约", "约期", "2024"]


def test_an_index_holds_pairs_and_words_alike() -> None:
    assert index_words("租约期为九年 (lease)").split() == ["租约", "约期", "期为", "为九", "九年", "lease"]


def test_particles_and_question_words_ask_for_nothing() -> None:
    assert asked_pairs("港口的租金是多少") == ["港口", "租金"]

"""The table of models: what is packaged, what a file of one's own changes, what a call costs."""

from pathlib import Path

import pytest

from ingest.errors import BadRequest
from service.llm.models import cost, load_models

LOCAL = '[[model]]\nname = "local"\nwindow = 8192\nmax_out = 1000\ninput = 0\noutput = 0\n'


def override(tmp_path: Path, text: str) -> str:
    path = tmp_path / "models.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("name", "input_price", "output_price"),
    [
        ("gpt-5.2-ultra", 150, 600),
        ("gpt-5.2-pro", 50, 150),
        ("gpt-5.2-turbo", 10, 30),
        ("gpt-5.2-mini", 1, 2),
    ],
)
def test_packaged_models_have_a_window_of_a_million_and_their_prices(
    name: str, input_price: float, output_price: float
) -> None:
    model = load_models().get(name)
    assert (model.window, model.input, model.output, model.known) == (1_000_000, input_price, output_price, True)
    assert model.cached_input == pytest.approx(input_price / 10)


def test_there_are_windows_of_400k_and_a_price_step() -> None:
    table = load_models()
    models = [table.get(name) for name in table.names]
    assert any(model.window == 400_000 for model in models)
    assert any(model.price_steps and model.price_steps[0].above_input_tokens == 272_000 for model in models)


def test_an_unknown_model_says_that_its_numbers_are_assumed() -> None:
    model = load_models().get("somebody/some-model")
    assert (model.name, model.known, model.window) == ("somebody/some-model", False, 8_192)
    assert model.cached_input == model.input, "nothing is assumed to be cheaper"


def test_a_dated_snapshot_has_the_numbers_of_its_model_and_its_own_name() -> None:
    model = load_models().get("gpt-5-2025-08-07")
    assert (model.name, model.window, model.known) == ("gpt-5-2025-08-07", 400_000, True)


def test_a_file_of_ones_own_adds_a_model(tmp_path: Path) -> None:
    table = load_models(override(tmp_path, LOCAL))
    assert table.get("local").known and table.get("local").window == 8192
    assert "gpt-5.2-mini" in table.names


def test_a_file_of_ones_own_replaces_single_numbers_and_the_default(tmp_path: Path) -> None:
    text = '[default]\nwindow = 32768\n[[model]]\nname = "gpt-5.2-mini"\ninput = 3\n'
    table = load_models(override(tmp_path, text))
    assert (table.get("gpt-5.2-mini").input, table.get("gpt-5.2-mini").output) == (3, 2)
    assert table.get("other").window == 32768


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[model]]\nname = "local"\nwindow = 8192\n', "max_out is missing"),
        (LOCAL + "windw = 1\n", "windw is no field"),
        (LOCAL.replace("output = 0", "output = -1"), "output must be a number"),
        (LOCAL.replace("max_out = 1000", "max_out = 9000"), "max_out must be less than window"),
        (LOCAL + "price_steps = [{ above_input_tokens = 5 }]\n", "price step"),
        ("[[model]\n", "cannot be read"),
    ],
)
def test_a_wrong_file_stops_the_start_and_names_the_fault(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said.replace("[", r"\[")):
        load_models(override(tmp_path, text))


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(BadRequest, match="no-such-file"):
        load_models("/no-such-file.toml")


def test_cost_is_prices_times_tokens_with_the_cached_part_cheaper() -> None:
    model = load_models().get("gpt-5.2-turbo")
    assert cost(model, 1_000_000, 0, 100_000) == pytest.approx(10 + 3)
    assert cost(model, 1_000_000, 500_000, 0) == pytest.approx(5 + 0.5)
    assert cost(model, 10, 1_000, 0) == pytest.approx(10 * 1.0 / 1e6), "no more can be cached than was sent"


def test_above_a_step_the_whole_request_is_dearer() -> None:
    model = load_models().get("gpt-5.4")
    assert cost(model, 272_000, 0, 1_000) == pytest.approx((272_000 * 2.5 + 1_000 * 15) / 1e6)
    assert cost(model, 272_001, 0, 1_000) == pytest.approx((272_001 * 5 + 1_000 * 22.5) / 1e6)

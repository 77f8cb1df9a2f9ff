"""One table of settings, read once from the environment it is given; what does not fit is refused by name."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import ValidationError

from ingest.errors import BadRequest
from ingest.settings import IngestSettings, Settings, allowed, read_settings, setting
from service.settings import ServiceSettings


class Sample(Settings):
    """One setting of every kind."""

    flag: bool = setting(False, "a flag")
    count: int = setting(3, "a count", ge=1, le=9)
    share: float = setting(0.5, "a share", ge=0)
    name: str = setting("x", "a name")
    form: Literal["long", "short"] = setting("long", "a form")
    place: Path = setting(Path("here"), "a place")


class Keys(Settings):
    """A table with a secret that has another name too."""

    key: str = setting("", "a key", alias="OTHER_KEY", secret=True)
    limit: int = setting(0, "a secret number", secret=True)


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings(IngestSettings, {}) == IngestSettings()
    assert read_settings(Sample, {"PATH": "/bin", "COUNT": "9"}) == Sample()


def test_every_kind_is_read_from_its_variable() -> None:
    variables = {"FLAG": "yes", "COUNT": "7", "SHARE": "0.25", "NAME": "", "FORM": "short", "PLACE": "/srv/data"}
    read = read_settings(Sample, {f"PINCITE_{name}": value for name, value in variables.items()})
    assert read == Sample(flag=True, count=7, share=0.25, name="", form="short", place=Path("/srv/data"))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("COUNT", "many", "an integer from 1 to 9"),
        ("COUNT", "", "an integer from 1 to 9"),
        ("COUNT", "0", "an integer from 1 to 9"),
        ("COUNT", "10", "an integer from 1 to 9"),
        ("FLAG", "perhaps", "true or false"),
        ("SHARE", "half", "a number of at least 0"),
        ("SHARE", "nan", "a number of at least 0"),
        ("SHARE", "inf", "a number of at least 0"),
        ("FORM", "middling", "long or short"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_is_allowed(name: str, value: str, told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read_settings(Sample, {f"PINCITE_{name}": value})
    assert str(caught.value) == f"PINCITE_{name} must be {told}, not {value!r}."


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        (ServiceSettings, "PORT", "-5"),
        (ServiceSettings, "PORT", "65536"),
        (ServiceSettings, "EVIDENCE_PAGES", "0"),
        (ServiceSettings, "DAILY_BUDGET_USD", "nan"),
        (ServiceSettings, "LLM_API", "assistants"),
        (ServiceSettings, "HOST", ""),
        (IngestSettings, "ENCODER_PRECISION", "fp16"),
        (IngestSettings, "MAX_ATTEMPTS", "0"),
    ],
)
def test_settings_out_of_range_do_not_load(table: type[Settings], name: str, value: str) -> None:
    with pytest.raises(BadRequest, match=f"PINCITE_{name} must be "):
        read_settings(table, {f"PINCITE_{name}": value})


@pytest.mark.parametrize("table", [IngestSettings, ServiceSettings])
def test_settings_are_frozen_and_every_row_has_a_help_and_a_range(table: type[Settings]) -> None:
    name, row = next(iter(table.model_fields.items()))
    with pytest.raises(ValidationError):
        setattr(table(), name, row.default)
    assert all(row.description and allowed(row) for row in table.model_fields.values())


def test_an_alias_is_read_when_our_own_variable_is_not_set() -> None:
    assert read_settings(Keys, {"OTHER_KEY": "theirs"}).key == "theirs"
    assert read_settings(Keys, {"OTHER_KEY": "theirs", "PINCITE_KEY": "ours"}).key == "ours"
    assert read_settings(Keys, {"OTHER_KEY": "theirs", "PINCITE_KEY": ""}).key == "", "set to nothing is set"


def test_a_secret_stands_in_no_repr_and_no_message() -> None:
    assert "theirs" not in repr(read_settings(Keys, {"OTHER_KEY": "theirs"}))
    with pytest.raises(BadRequest) as caught:
        read_settings(Keys, {"PINCITE_LIMIT": "hush"})
    assert "hush" not in str(caught.value) and "hush" not in str(caught.value.__cause__)

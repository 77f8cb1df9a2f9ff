"""One table of settings, read once from the environment it is given."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.errors import BadRequest
from ingest.settings import IngestSettings, read_settings, setting


@dataclass(frozen=True)
class Sample:
    """One setting of every kind."""

    flag: bool = setting(False, "a flag")
    count: int = setting(3, "a count")
    share: float = setting(0.5, "a share")
    name: str = setting("x", "a name")
    place: Path = setting(Path("here"), "a place")


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings(IngestSettings, {}) == IngestSettings()
    assert read_settings(Sample, {"PATH": "/bin", "COUNT": "9"}) == Sample()


def test_every_kind_is_read_from_its_variable() -> None:
    variables = {"FLAG": "yes", "COUNT": "7", "SHARE": "0.25", "NAME": "", "PLACE": "/srv/data"}
    read = read_settings(Sample, {f"PINCITE_{name}": value for name, value in variables.items()})
    assert read == Sample(True, 7, 0.25, "", Path("/srv/data"))


@pytest.mark.parametrize(("name", "value"), [("COUNT", "many"), ("COUNT", ""), ("FLAG", "perhaps"), ("SHARE", "half")])
def test_a_value_that_does_not_fit_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadRequest, match=f"PINCITE_{name}"):
        read_settings(Sample, {f"PINCITE_{name}": value})


def test_settings_are_frozen_and_every_row_has_a_help() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        IngestSettings().max_pages = 1  # type: ignore[misc]
    assert all(row.metadata["help"] for row in dataclasses.fields(IngestSettings))


@dataclass(frozen=True)
class Keys:
    """A table with a secret that has another name too."""

    key: str = setting("", "a key", alias="OTHER_KEY", secret=True)
    limit: int = setting(0, "a secret number", secret=True)


def test_an_alias_is_read_when_our_own_variable_is_not_set() -> None:
    assert read_settings(Keys, {"OTHER_KEY": "theirs"}).key == "theirs"
    assert read_settings(Keys, {"OTHER_KEY": "theirs", "PINCITE_KEY": "ours"}).key == "ours"
    assert read_settings(Keys, {"OTHER_KEY": "theirs", "PINCITE_KEY": ""}).key == "", "set to nothing is set"


def test_a_secret_stands_in_no_repr_and_no_message() -> None:
    assert "theirs" not in repr(read_settings(Keys, {"OTHER_KEY": "theirs"}))
    with pytest.raises(BadRequest) as caught:
        read_settings(Keys, {"PINCITE_LIMIT": "hush"})
    assert "hush" not in str(caught.value)

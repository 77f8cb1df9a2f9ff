"""Settings to an endpoint: what counts as configured, and which settings do not go together."""

import pytest

from ingest.errors import BadRequest
from ingest.settings import read_settings
from service.llm.endpoint import Endpoint, endpoint_of
from service.settings import ServiceSettings

AZURE = {"PINCITE_LLM_AZURE_ENDPOINT": "https://here.openai.azure.com", "PINCITE_LLM_API_KEY": "k"}


def endpoint(**variables: str) -> Endpoint:
    return endpoint_of(read_settings(ServiceSettings, variables))


@pytest.mark.parametrize(
    ("variables", "configured"),
    [
        ({}, False),
        ({"PINCITE_LLM_MODEL": "gpt-5"}, False),
        ({"OPENAI_API_KEY": "k"}, True),
        ({"OPENAI_API_KEY": "k", "PINCITE_LLM_API_KEY": ""}, False),
        ({"PINCITE_LLM_BASE_URL": "http://127.0.0.1:11434/v1"}, True),
        (AZURE, True),
    ],
)
def test_an_address_or_a_key_makes_a_model(variables: dict[str, str], configured: bool) -> None:
    assert endpoint(**variables).configured is configured


@pytest.mark.parametrize(
    ("variables", "new_name"),
    [
        ({"OPENAI_API_KEY": "k"}, True),
        ({"PINCITE_LLM_BASE_URL": "https://api.openai.com/v1"}, True),
        (AZURE, True),
        ({"PINCITE_LLM_BASE_URL": "http://127.0.0.1:11434/v1"}, False),
    ],
)
def test_only_openai_and_azure_are_given_the_limits_new_name(variables: dict[str, str], new_name: bool) -> None:
    assert endpoint(**variables).wants_completion_tokens is new_name


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"PINCITE_LLM_API": "complete"}, "PINCITE_LLM_API"),
        ({**AZURE, "PINCITE_LLM_API_KEY": ""}, "PINCITE_LLM_API_KEY"),
        ({**AZURE, "PINCITE_LLM_BASE_URL": "http://127.0.0.1/v1"}, "not both"),
        ({"PINCITE_LLM_TIMEOUT_S": "0"}, "PINCITE_LLM_TIMEOUT_S"),
    ],
)
def test_settings_that_do_not_go_together_stop_the_start(variables: dict[str, str], named: str) -> None:
    with pytest.raises(BadRequest, match=named):
        endpoint(**variables)


def test_the_key_stands_in_no_repr() -> None:
    settings = read_settings(ServiceSettings, {"OPENAI_API_KEY": "sk-hush"})
    assert endpoint_of(settings).api_key == "sk-hush"
    assert "sk-hush" not in f"{settings!r} {endpoint_of(settings)!r}"

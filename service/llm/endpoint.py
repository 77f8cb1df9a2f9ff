"""Where the language model is and how it is spoken to, out of the settings. Knows no SDK."""

from dataclasses import dataclass, field

from ingest.errors import BadRequest
from service.settings import ServiceSettings

OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True)
class Endpoint:
    """Where the model is and how it is spoken to."""

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    api: str = "chat"
    azure_endpoint: str = ""
    azure_api_version: str = ""
    timeout_s: float = 300.0

    @property
    def configured(self) -> bool:
        """Whether there is a model at all: an address, or a key for OpenAI's own."""
        return bool(self.base_url or self.azure_endpoint or self.api_key)

    @property
    def wants_completion_tokens(self) -> bool:
        """Whether `max_tokens` has its new name here."""
        return bool(self.azure_endpoint) or "api.openai.com" in (self.base_url or OPENAI_URL)


def endpoint_of(settings: ServiceSettings) -> Endpoint:
    """The endpoint the settings describe; raises BadRequest naming the setting that is wrong."""
    endpoint = Endpoint(
        settings.llm_base_url,
        settings.llm_api_key,
        settings.llm_api,
        settings.llm_azure_endpoint,
        settings.llm_azure_api_version,
        settings.llm_timeout_s,
    )
    if endpoint.api not in ("chat", "responses"):
        raise BadRequest(f"PINCITE_LLM_API must be chat or responses, not {endpoint.api!r}.")
    if endpoint.azure_endpoint and endpoint.base_url:
        raise BadRequest("Set PINCITE_LLM_AZURE_ENDPOINT or PINCITE_LLM_BASE_URL, not both.")
    if endpoint.azure_endpoint and not (endpoint.api_key and endpoint.azure_api_version):
        raise BadRequest("PINCITE_LLM_AZURE_ENDPOINT needs PINCITE_LLM_API_KEY and PINCITE_LLM_AZURE_API_VERSION.")
    if endpoint.timeout_s <= 0:
        raise BadRequest("PINCITE_LLM_TIMEOUT_S must be more than 0.")
    return endpoint

"""The settings of the service room: one table of name, default, range and help. Read together with ingest's."""

from typing import Literal

from ingest.settings import Settings, setting


class ServiceSettings(Settings):
    """What the HTTP process needs to know beyond the data folder."""

    host: str = setting("127.0.0.1", "address the server listens on", min_length=1)
    port: int = setting(8080, "port the server listens on", ge=1, le=65535)
    hosts: str = setting(
        "",
        "host names besides loopback under which the server may be called, by commas; * means any",
        alias="PINCITE_MCP_HOSTS",
    )
    keys: Literal["auto", "required", "off"] = setting(
        "auto",
        "when callers must show a key; auto: as soon as one was made, and beyond loopback always",
    )
    requests_per_minute: int = setting(3000, "requests a minute and key, unless the key says otherwise", ge=1)
    concurrent_requests: int = setting(64, "requests of a key at once, unless the key says otherwise", ge=1)
    max_upload_mb: int = setting(512, "largest upload, in MiB", ge=1, le=65536)
    evidence_pages: int = setting(12, "pages an extractive answer may read", ge=1, le=100)
    reranker: str = setting("", "folder of a cross-encoder that may reorder the first ten pages; empty means none")
    answer_days: int = setting(30, "days stored answers are kept", ge=0, le=36500)
    thread_days: int = setting(90, "days a thread is kept after its last answer", ge=0, le=36500)
    daily_budget_usd: float = setting(0.0, "USD a key may spend on models per day (UTC); 0 means no limit", ge=0)
    root_path: str = setting("", "path prefix when served behind a proxy")
    llm_base_url: str = setting(
        "", "address of an OpenAI-compatible endpoint, up to and with /v1; empty with a key means OpenAI's own"
    )
    llm_api_key: str = setting(
        "", "key of the endpoint; when it is not set, OPENAI_API_KEY is read", alias="OPENAI_API_KEY", secret=True
    )
    llm_model: str = setting("gpt-5.2-mini", "model used when a question names none")
    llm_max_tokens: int = setting(2048, "tokens a model may write when a question does not say", ge=1, le=1_000_000)
    llm_tools: bool = setting(
        default=True, help="offer the model our tools: search, read pages, sections and tables, calculate"
    )
    section_tokens: int = setting(24_000, "tokens that whole sections before a model may add up to", ge=1)
    llm_api: Literal["chat", "responses"] = setting("chat", "form of the calls: chat (Chat Completions) or responses")
    llm_azure_endpoint: str = setting(
        "", "address of an Azure OpenAI resource; the model's name is then the deployment's"
    )
    llm_azure_api_version: str = setting("2024-10-21", "Azure's api-version")
    llm_timeout_s: int = setting(
        300, "seconds to wait for the first words of a reply; between words at most 60", ge=1, le=86400
    )
    llm_requests_per_minute: int = setting(0, "requests a minute and model this server sends; 0 means no limit", ge=0)
    llm_tokens_per_minute: int = setting(
        0, "tokens a minute and model, input and room for output; 0 means no limit", ge=0
    )
    models_file: str = setting("", "a TOML file whose models add to and replace those of service/models.toml")

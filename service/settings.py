"""The settings of the service room: one table of name, default and help. Read together with ingest's."""

from dataclasses import dataclass

from ingest.settings import setting


@dataclass(frozen=True)
class ServiceSettings:
    """What the HTTP process needs to know beyond the data folder."""

    host: str = setting("127.0.0.1", "address the server listens on")
    port: int = setting(8080, "port the server listens on")
    max_upload_mb: int = setting(512, "largest upload, in MiB")
    evidence_pages: int = setting(8, "pages an extractive answer may read")
    reranker: str = setting("", "folder of a cross-encoder that may reorder the first ten pages; empty means none")
    answer_days: int = setting(30, "days stored answers are kept")
    root_path: str = setting("", "path prefix when served behind a proxy")

"""The catalog's tables. Bytes are read once per tenant: pages, sections and chunks hang on the content,
documents (uploads) point at it. Knows nothing of how the rows are used."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("content", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("password", Text),  # kept only until the file has been read
    Column("status", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("error_code", String(40)),
    Column("error_message", Text),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("opened", Boolean, nullable=False, server_default=false()),  # could be asked about before: no password again
    Column("created_at", Float, nullable=False),
    Column("deleted_at", Float),  # the tombstone; the purge follows
    Index("documents_by_tenant", "tenant", "created_at", "id"),
    Index("documents_by_status", "status", "lease_until"),
    Index("documents_by_content", "tenant", "content"),
)

collections = Table(
    "collections",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Index("collections_by_name", "tenant", "name", unique=True),
)

members = Table(
    "members",
    metadata,
    Column("collection", ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True),
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Index("members_by_document", "document"),
)

contents = Table(
    "contents",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("stage", String(16), nullable=False),  # last finished stage, one of contents.STAGE_NAMES
    Column("media_type", String(80), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("tokenizer", String(40), nullable=False),
    Column("detected", JSON, nullable=False),  # title, form, company, period … as the document itself says
    Column("failed_pages", JSON, nullable=False),
    Column("encoder", String(120)),
    Column("unlocked", Boolean, nullable=False),  # a decrypted copy lies beside the original
    Column("structure", JSON, nullable=False, server_default="{}"),  # the file's own labels and bookmarks
    Column("indexed_pages", Integer),  # entries the search index holds of it; null where not counted
    Column("indexed_passages", Integer),
    Column("vectors", Integer),
)


def _content_key() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant", "content"], ["contents.tenant", "contents.sha256"], ondelete="CASCADE")


pages = Table(
    "pages",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("content", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("label", String(20)),
    Column("kind", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("document_start", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("error", Text),
    Column("layout", LargeBinary, nullable=False),
    Column("marked", JSON, nullable=False, server_default="[]"),  # hidden and struck spans
    Column("hidden_characters", Integer, nullable=False, server_default="0"),
    Column("text_layer", String(12), nullable=False, server_default="native"),
    _content_key(),
)

sections = Table(
    "sections",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("content", String(64), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("parent", Integer),
    Column("level", Integer, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("title", Text, nullable=False),
    Column("number", String(24)),
    Column("start_page", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end_page", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _content_key(),
)

chunks = Table(
    "chunks",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("id", String(24), primary_key=True),
    Column("content", String(64), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("breadcrumb", JSON, nullable=False),
    Column("caption", Text, nullable=False),
    Column("is_table", Boolean, nullable=False),
    Column("tokens", Integer, nullable=False),
    _content_key(),
    Index("chunks_by_content", "tenant", "content", "ordinal"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)

purges = Table(
    "purges",
    metadata,
    Column("document", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("content", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("log", JSON, nullable=False),
)

"""The tables of what service remembers, in the catalog's database and history. Knows nothing of their use."""

from sqlalchemy import JSON, BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()
answers = Table(
    "answers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("body", JSON, nullable=False),
    Column("thread", String(40)),
    Column("position", Integer),  # in its thread; gaps are left where answers were forgotten
    Index("answers_by_thread", "thread", "position", unique=True),
)
threads = Table(
    "threads",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("name", Text),
    Column("collection", String(40)),
    Column("document_ids", JSON(none_as_null=True)),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("positions", Integer, nullable=False),  # given out so far
    Index("threads_by_activity", "tenant", "updated_at", "id"),
)
ledger = Table(
    "ledger",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("day", String(10), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("model", String(200)),
    Column("calls", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("nano_usd", BigInteger, nullable=False),  # billionths: whole numbers add up exactly, floats do not
    Column("seconds", Float, nullable=False),
    Column("status", String(16), nullable=False),
    Index("ledger_by_day", "tenant", "key", "day"),
)
holds = Table(  # money set aside for answers that are running
    "holds",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("nano_usd", BigInteger, nullable=False),
    Column("until", Float, nullable=False),  # lapses then, unless its process renews it
)
keys = Table(
    "keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # of the key as shown once; the key itself is not kept
    Column("permissions", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    Column("requests_per_minute", Integer),
    Column("concurrent_requests", Integer),
    Column("daily_budget_usd", Float),
)
objects = Table(
    "objects",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("kind", String(24), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("body", JSON, nullable=False),
)

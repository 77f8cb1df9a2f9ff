"""Threads, the answers that belong to them, and the ledger of what answers cost."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.String(length=40), primary_key=True),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("collection", sa.String(length=40), nullable=True),
        sa.Column("document_ids", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.Column("positions", sa.Integer(), nullable=False),
    )
    op.create_index("threads_by_activity", "threads", ["tenant", "updated_at", "id"], unique=False)
    op.add_column("answers", sa.Column("thread", sa.String(length=40), nullable=True))
    op.add_column("answers", sa.Column("position", sa.Integer(), nullable=True))
    op.create_index("answers_by_thread", "answers", ["thread", "position"], unique=True)
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(length=40), primary_key=True),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("nano_usd", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
    )
    op.create_index("ledger_by_day", "ledger", ["tenant", "key", "day"], unique=False)


def downgrade() -> None:
    op.drop_index("ledger_by_day", table_name="ledger")
    op.drop_table("ledger")
    op.drop_index("answers_by_thread", table_name="answers")
    op.execute("DELETE FROM answers WHERE thread IS NOT NULL")
    op.drop_column("answers", "position")
    op.drop_column("answers", "thread")
    op.drop_index("threads_by_activity", table_name="threads")
    op.drop_table("threads")

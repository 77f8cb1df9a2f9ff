"""Small objects service keeps by kind and id."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "objects",
        sa.Column("tenant", sa.String(length=64), primary_key=True),
        sa.Column("kind", sa.String(length=24), primary_key=True),
        sa.Column("id", sa.String(length=40), primary_key=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float()),
        sa.Column("body", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("objects")

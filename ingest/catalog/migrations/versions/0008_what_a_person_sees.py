"""Hidden and struck spans of a page, and whose reading its text is."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("pages", sa.Column("marked", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("pages", sa.Column("hidden_characters", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("pages", sa.Column("text_layer", sa.String(12), nullable=False, server_default="native"))
    op.execute("UPDATE pages SET text_layer = 'ocr' WHERE kind = 'scan'")


def downgrade() -> None:
    for name in ("text_layer", "hidden_characters", "marked"):
        op.drop_column("pages", name)

"""How many entries each index must hold of a content, and whether a document could be asked about before."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
COUNTS = ("indexed_pages", "indexed_passages", "vectors")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column("contents", sa.Column(name, sa.Integer()))
    op.add_column("documents", sa.Column("opened", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE contents SET indexed_pages = (SELECT count(*) FROM pages WHERE pages.tenant = contents.tenant"
        " AND pages.content = contents.sha256 AND trim(pages.text, char(9, 10, 11, 12, 13, 32)) <> '')"
        " WHERE stage IN ('indexed', 'recognised', 'passages', 'embedded')"
    )
    op.execute("UPDATE documents SET opened = true WHERE status IN ('searchable', 'ready', 'partial')")


def downgrade() -> None:
    op.drop_column("documents", "opened")
    for name in COUNTS:
        op.drop_column("contents", name)

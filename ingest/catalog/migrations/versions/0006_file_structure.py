"""Labels and bookmarks of a file in a column of their own: they are no part of what a document says of itself."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
MOVED = ("labels", "bookmarks")


def upgrade() -> None:
    op.add_column("contents", sa.Column("structure", sa.JSON(), nullable=False, server_default="{}"))
    _rewrite(_apart)


def downgrade() -> None:
    _rewrite(lambda detected, structure: (detected | structure, {}))
    op.drop_column("contents", "structure")


def _apart(detected: dict, structure: dict) -> tuple[dict, dict]:
    moved = {name: detected[name] for name in MOVED if name in detected}
    return {name: value for name, value in detected.items() if name not in MOVED}, structure | moved


def _rewrite(change) -> None:  # type: ignore[no-untyped-def]
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT tenant, sha256, detected, structure FROM contents")).all()
    update = sa.text("UPDATE contents SET detected = :d, structure = :s WHERE tenant = :t AND sha256 = :c")
    for row in rows:
        detected, structure = change(*(json.loads(v) if isinstance(v, str) else v for v in row[2:]))
        values = {"d": json.dumps(detected), "s": json.dumps(structure), "t": row.tenant, "c": row.sha256}
        connection.execute(update, values)

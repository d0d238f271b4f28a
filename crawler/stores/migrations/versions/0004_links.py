"""Findings lead to both sides' pages; places in large WARC files have room.

`findings` is derived: it is made anew, and filled by the upgrade (`crawler.stores.migrating`). A
WARC file of others may be longer than 2 GB. SQLite's integers have eight bytes already.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make `findings` anew, and widen two columns of `captures`."""
    op.drop_table("findings")
    op.create_table(
        "findings",
        sa.Column("finding_id", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("organ_id", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        *_side("left"),
        *_side("right"),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("finding_id"),
    )
    if op.get_context().dialect.name != "sqlite":
        for name in ("archive_offset", "archive_length"):
            op.execute(f"ALTER TABLE captures ALTER COLUMN {name} TYPE BIGINT")


def _side(name: str) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column(f"{name}_reading_id", sa.Text, nullable=False),
        sa.Column(f"{name}_year", sa.Integer, nullable=False),
        sa.Column(f"{name}_value", sa.Double, nullable=False),
        sa.Column(f"{name}_evidence", sa.Text, nullable=True),
        sa.Column(f"{name}_url", sa.Text, nullable=False),
        sa.Column(f"{name}_capture_id", sa.Text, nullable=False),
    )

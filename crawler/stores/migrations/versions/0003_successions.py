"""Mergers of organs: what became of those that ended. Filled by `crawler.stores.renaming`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "successions",
        sa.Column("organ_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("successor_id", sa.Text, nullable=False),
        sa.Column("successor", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("reform", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organ_id"),
    )

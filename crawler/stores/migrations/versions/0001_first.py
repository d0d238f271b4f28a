"""The first schema: runs, portals, organs, captures, readings and what hangs on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "captures",
        sa.Column("capture_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("final_url", sa.Text, nullable=False),
        sa.Column("fetched_at", sa.Text, nullable=False),
        sa.Column("archive_filename", sa.Text, nullable=False),
        sa.Column("archive_offset", sa.Integer, nullable=False),
        sa.Column("archive_length", sa.Integer, nullable=False),
        sa.Column("archive_record_id", sa.Text, nullable=False),
        sa.Column("archive_payload_digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("capture_id"),
    )
    op.create_table(
        "corrections",
        sa.Column("correction_id", sa.Text, nullable=False),
        sa.Column("report_id", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("old_value", sa.Double, nullable=True),
        sa.Column("new_value", sa.Double, nullable=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("correction_id"),
    )
    op.create_table(
        "findings",
        sa.Column("finding_id", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("organ_id", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("left_reading_id", sa.Text, nullable=False),
        sa.Column("left_value", sa.Double, nullable=False),
        sa.Column("right_reading_id", sa.Text, nullable=False),
        sa.Column("right_value", sa.Double, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("finding_id"),
    )
    op.create_table(
        "organs",
        sa.Column("organ_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_year", sa.Integer, nullable=True),
        sa.Column("region_code", sa.Text, nullable=True),
        sa.Column("region", sa.Text, nullable=True),
        sa.Column("level", sa.Text, nullable=True),
        sa.Column("type", sa.Text, nullable=True),
        sa.Column("site_id", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("organ_id"),
    )
    op.create_table(
        "portals",
        sa.Column("portal_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=True),
        sa.Column("region_code", sa.Text, nullable=True),
        sa.Column("region", sa.Text, nullable=True),
        sa.Column("home", sa.Text, nullable=True),
        sa.Column("verified", sa.Boolean, nullable=True),
        sa.PrimaryKeyConstraint("portal_id"),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.Text, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_table(
        "reports",
        sa.Column("reading_id", sa.Text, nullable=False),
        sa.Column("capture_id", sa.Text, *_refers("captures.capture_id"), nullable=False),
        sa.Column("parser_version", sa.Text, nullable=False),
        sa.Column("parser_order", sa.Text, nullable=False),
        sa.Column("schema_version", sa.Text, nullable=False),
        sa.Column("report_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source_portal", sa.Text, nullable=True),
        sa.Column("source_official", sa.Boolean, nullable=False),
        sa.Column("source_mirror_of", sa.Text, nullable=True),
        sa.Column("title", sa.Text, nullable=True),
        sa.Column("organ_id", sa.Text, nullable=True),
        sa.Column("agency_name", sa.Text, nullable=True),
        sa.Column("agency_evidence", sa.Text, nullable=True),
        sa.Column("agency_id", sa.Text, nullable=True),
        sa.Column("agency_region_code", sa.Text, nullable=True),
        sa.Column("agency_region", sa.Text, nullable=True),
        sa.Column("agency_level", sa.Text, nullable=True),
        sa.Column("agency_type", sa.Text, nullable=True),
        sa.Column("agency_site_id", sa.Text, nullable=True),
        sa.Column("year", sa.Integer, nullable=True),
        sa.Column("period_start", sa.Text, nullable=True),
        sa.Column("period_end", sa.Text, nullable=True),
        sa.Column("published_on", sa.Text, nullable=True),
        sa.Column("index_number", sa.Text, nullable=True),
        sa.Column("document_number", sa.Text, nullable=True),
        sa.Column("template", sa.Text, nullable=True),
        sa.Column("script", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("attached_to_url", sa.Text, nullable=True),
        sa.Column("attached_to_link_text", sa.Text, nullable=True),
        sa.Column("attached_to_report_id", sa.Text, nullable=True),
        sa.Column("duplicate_of_capture_id", sa.Text, nullable=True),
        sa.Column("duplicate_of_kind", sa.Text, nullable=True),
        sa.Column("duplicate_of_similarity", sa.Double, nullable=True),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("item_digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("reading_id"),
    )
    op.create_table(
        "attachments",
        sa.Column("reading_id", sa.Text, *_refers("reports.reading_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("link_text", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("reading_id", "position"),
    )
    op.create_table(
        "checks",
        sa.Column("reading_id", sa.Text, *_refers("reports.reading_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("where", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("reading_id", "position"),
    )
    op.create_table(
        "facts",
        sa.Column("reading_id", sa.Text, *_refers("reports.reading_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("qualifier", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("reading_id", "position"),
    )
    op.create_table(
        "sections",
        sa.Column("reading_id", sa.Text, *_refers("reports.reading_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("reading_id", "position"),
    )
    op.create_table(
        "spam",
        sa.Column("reading_id", sa.Text, *_refers("reports.reading_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("replacement", sa.Text, nullable=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("reading_id", "position"),
    )
    op.create_index("corrections_by_document", "corrections", ["report_id", "metric"])
    op.create_index("reports_by_capture", "reports", ["capture_id"])
    op.create_index("reports_by_document", "reports", ["report_id"])
    op.create_index("reports_by_organ", "reports", ["organ_id", "year"])
    op.create_index("facts_by_metric", "facts", ["metric"])


def _refers(column: str) -> tuple[sa.ForeignKey, ...]:
    """Return a foreign key, but not in DuckDB: there, a row that is referred to cannot change."""
    return () if op.get_context().dialect.name == "duckdb" else (sa.ForeignKey(column),)

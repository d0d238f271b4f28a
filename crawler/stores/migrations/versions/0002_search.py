"""Full-text search over title and text: FTS5 trigrams in SQLite, pg_trgm in PostgreSQL.

Chinese has no spaces between words: an index of trigrams finds any three characters in a row.
DuckDB scans columns fast enough without one.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: The index keeps no text of its own; triggers keep it true to `reports`.
_SQLITE = (
    "CREATE VIRTUAL TABLE search USING fts5(title, text, content='reports', tokenize='trigram')",
    """CREATE TRIGGER search_added AFTER INSERT ON reports BEGIN
        INSERT INTO search (rowid, title, text) VALUES (new.rowid, new.title, new.text);
    END""",
    """CREATE TRIGGER search_removed AFTER DELETE ON reports BEGIN
        INSERT INTO search (search, rowid, title, text)
        VALUES ('delete', old.rowid, old.title, old.text);
    END""",
    """CREATE TRIGGER search_changed AFTER UPDATE ON reports BEGIN
        INSERT INTO search (search, rowid, title, text)
        VALUES ('delete', old.rowid, old.title, old.text);
        INSERT INTO search (rowid, title, text) VALUES (new.rowid, new.title, new.text);
    END""",
    "INSERT INTO search (search) VALUES ('rebuild')",
)
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX search_text ON reports USING gin (text gin_trgm_ops)",
    "CREATE INDEX search_title ON reports USING gin (title gin_trgm_ops)",
)


def upgrade() -> None:
    """Make the index of this database's kind."""
    kinds = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
    for statement in kinds.get(op.get_context().dialect.name, ()):
        op.execute(statement)

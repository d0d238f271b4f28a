"""Find reports by words of their text, whatever database holds them.

Finds what contains the words as they stand, any characters of them taken literally. Reads only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

#: An index of trigrams knows nothing shorter; then the text itself is scanned.
_TRIGRAM = 3
_LIKE = """
SELECT d.report_id, d.agency_name, d.year, d.title, d.url
FROM documents AS d JOIN reports AS r ON r.reading_id = d.reading_id
WHERE r.text LIKE :words ESCAPE '!' OR r.title LIKE :words ESCAPE '!'
ORDER BY d.year DESC, d.report_id LIMIT :limit
"""
_MATCH = """
SELECT d.report_id, d.agency_name, d.year, d.title, d.url
FROM documents AS d JOIN reports AS r ON r.reading_id = d.reading_id
WHERE r.rowid IN (SELECT rowid FROM search WHERE search MATCH :words)
ORDER BY d.year DESC, d.report_id LIMIT :limit
"""


def find(connection: Connection, words: str, limit: int = 50) -> Sequence[Row[tuple[object, ...]]]:
    """Return report_id, agency_name, year, title, url of documents with `words`, latest first.

    In SQLite ASCII letters match in either case, in the others as written.
    """
    if connection.dialect.name == "sqlite" and len(words) >= _TRIGRAM:
        quoted = '"' + words.replace('"', '""') + '"'
        return connection.execute(text(_MATCH), {"words": quoted, "limit": limit}).all()
    escaped = words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return connection.execute(text(_LIKE), {"words": f"%{escaped}%", "limit": limit}).all()

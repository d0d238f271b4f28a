"""Organs anew from the names in the store, by what the code knows of renames and mergers today.

What `renames.toml` and `mergers.toml` learn must reach the rows that are there: a load touches only
readings that changed. Each upgrade of a store therefore does this. Reads and writes inside the
caller's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from crawler.stores import schema
from crawler.stores.organs import organ_id
from crawler.stores.rows import Batch, add_organ
from crawler.stores.writers import writer

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AGENCY = tuple(column for column in schema.REPORTS.columns if column.name.startswith("agency_"))


def name_organs(connection: Connection) -> None:
    """Write `organs` and `successions` anew, and each report's organ."""
    reports = schema.REPORTS
    named = select(*_AGENCY, reports.c.organ_id, reports.c.year).distinct()
    batch = Batch()
    for row in connection.execute(named).mappings().all():
        agency = {name.removeprefix("agency_"): row[name] for name in row if name in _NAMES}
        add_organ(batch, agency, row["year"])
        if organ_id(agency) != row["organ_id"]:
            _move(connection, row, organ_id(agency))
    into = writer(connection)
    for table, rows in ((schema.ORGANS, batch.organs), (schema.SUCCESSIONS, batch.successions)):
        connection.execute(table.delete())
        into.insert(table, list(rows.values()))


_NAMES = frozenset(column.name for column in _AGENCY)


def _move(connection: Connection, row: Any, organ: str | None) -> None:
    """Give the reports that name the organ so its id of today."""
    alike = [column.is_not_distinct_from(row[column.name]) for column in _AGENCY]
    connection.execute(update(schema.REPORTS).where(*alike).values(organ_id=organ))

"""A person's correction of a figure: a row of its own, which the views lay over what was read.

It names who, when, why, the value that the parser had then and the right one. It hangs on the
document, not on a reading, so a re-parse leaves it in force. Nothing that was read is changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import text

from crawler.stores import schema
from crawler.stores.metrics import is_metric
from crawler.stores.writers import writer
from parsers.errors import StoreError
from parsers.items import stable_id

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PARSED = """
SELECT parsed_value FROM facts_current
WHERE report_id = :report AND metric = :metric AND scope = 'organ'
ORDER BY CASE method WHEN 'table' THEN 0 ELSE 1 END, position LIMIT 1
"""


def correct(
    connection: Connection, report: str, metric: str, value: float | None, *, who: str, why: str
) -> str:
    """Note that `report` states `value` for `metric` (None: it states none); return the row's id.

    Raises StoreError for an unknown report or metric, and where nobody or no reason is named.
    """
    if not who.strip() or not why.strip():
        raise StoreError("a correction names who makes it and why: give both")
    if not is_metric(metric):
        raise StoreError(f"{metric} is no metric: parsers/metrics.toml has their codes")
    known = text("SELECT 1 FROM reports WHERE report_id = :report LIMIT 1")
    if not connection.execute(known, {"report": report}).all():
        raise StoreError(f"the store has no report {report}: `scrapy store find` shows ids")
    read = connection.execute(text(_PARSED), {"report": report, "metric": metric}).scalars().all()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    name = stable_id(report, metric, who, now)
    into = writer(connection)
    into.hold()
    into.insert(
        schema.CORRECTIONS,
        [(name, report, metric, read[0] if read else None, value, who, now, why)],
    )
    return name

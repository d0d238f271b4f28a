"""One report out of the store: its reading, its captures, its figures; what report pages share.

A document is shown by the reading that stands for it (`documents`), or by that of a capture which
was named. A page that is no annual report has a reading, too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.explore import grids
from crawler.explore.site import Missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.explore.site import Site

_READING = """
SELECT reports.*, captures.url AS asked_url, captures.final_url AS url, captures.fetched_at,
    captures.archive_filename, captures.archive_offset, captures.archive_length,
    captures.archive_record_id, captures.archive_payload_digest
FROM reports JOIN captures ON captures.capture_id = reports.capture_id
WHERE {} ORDER BY reports.parser_order DESC, captures.fetched_at DESC LIMIT 1
"""
_CAPTURES = """
SELECT DISTINCT captures.capture_id, captures.final_url AS url, captures.fetched_at,
    reports.source_official AS official
FROM reports JOIN captures ON captures.capture_id = reports.capture_id
WHERE reports.report_id = ? ORDER BY captures.fetched_at DESC LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading with what hangs on it; `row` has the columns of `reports` and of its capture."""

    row: Mapping[str, Any]
    facts: list[Any]
    checks: list[Any]
    figures: list[grids.Figure]
    warnings: list[str]


async def reading_of(site: Site, report: str, capture: str | None = None) -> Reading:
    """Return the reading that stands for a document, or that of one of its captures.

    Raises Missing.
    """
    if capture is not None:
        found = await _one(
            site, "reports.report_id = ? AND reports.capture_id = ?", report, capture
        )
    else:
        chosen = await site.summary(
            "SELECT reading_id FROM documents WHERE report_id = ?", [report]
        )
        found = (
            await _one(site, "reports.reading_id = ?", chosen[0]["reading_id"]) if chosen else None
        )
        found = found or await _one(site, "reports.report_id = ?", report)
    if found is None:
        raise Missing("the store has no report {name}", name=report)
    return await _whole(site, found)


async def _one(site: Site, where: str, *values: str) -> Any:
    rows = await site.store(_READING.format(where), values)
    return rows[0] if rows else None


async def _whole(site: Site, row: Any) -> Reading:
    facts = await part(site, "facts", row["reading_id"])
    checks = await part(site, "checks", row["reading_id"])
    failed = [check for check in checks if check["status"] == "fail"]
    corrected = {
        each["metric"]: each
        for each in await site.store(
            "SELECT * FROM corrected WHERE report_id = ?", [row["report_id"]]
        )
    }
    found = grids.figures(facts, corrected, failed)
    return Reading(row, facts, checks, found, json.loads(row["warnings"]))


async def part(site: Site, table: str, reading: str) -> list[Any]:
    """Return a reading's rows in `table`, a name of ours, in the item's order."""
    query = f"SELECT * FROM {table} WHERE reading_id = ? ORDER BY position"  # noqa: S608
    return await site.store(query, [reading])


async def captures_of(site: Site, report: str) -> list[Any]:
    """Return the captures of a document, the latest first, 200 at most."""
    return await site.store(_CAPTURES, [report])

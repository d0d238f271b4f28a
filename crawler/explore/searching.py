"""Search: reports by words of their text, and the two ways into the data for who writes SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.explore.coverage import like
from crawler.explore.paging import ROWS
from crawler.explore.site import Page

if TYPE_CHECKING:
    from crawler.explore.site import Site

#: The index of trigrams knows nothing shorter; titles are searched for that.
_TRIGRAM = 3
_MATCH = """
SELECT reports.report_id, reports.agency_name, reports.year, reports.title, reports.kind,
    snippet(search, 1, char(2), char(3), '…', 40) AS found
FROM search JOIN reports ON reports.rowid = search.rowid
WHERE search MATCH ? AND reports.kind = 'annual_report' AND NOT EXISTS (
    SELECT 1 FROM reports AS later
    WHERE later.capture_id = reports.capture_id AND later.parser_order > reports.parser_order)
LIMIT ?
"""
_TITLES = """
SELECT report_id, agency_name, year, title, 'annual_report' AS kind, '' AS found FROM documents
WHERE title LIKE ? ESCAPE '!' ORDER BY year DESC, report_id LIMIT ?
"""


async def search(site: Site, request: Any) -> Page:
    """Show the first reports whose text has `q` as it stands; where it is short, whose title."""
    words = (request.args.get("q") or "").strip()[:100]
    rows: list[Any] = []
    if len(words) >= _TRIGRAM:
        quoted = '"' + words.replace('"', '""') + '"'
        rows = await site.store(_MATCH, [quoted, ROWS + 1])
    elif words:
        rows = await site.summary(_TITLES, [like(words), ROWS + 1])
    found = [{**row, "found": pieces(row["found"])} for row in rows[:ROWS]]
    shown = {"q": words, "rows": found, "more": len(rows) > ROWS, "short": len(words) < _TRIGRAM}
    return Page("search.html", shown)


def pieces(snippet: str) -> list[tuple[str, bool]]:
    r"""Return a snippet in pieces, each with whether the words were found there.

    >>> pieces("收到\x02申请\x03十二件")
    [('收到', False), ('申请', True), ('十二件', False)]
    """
    parts = [part for opened in snippet.split("\x02") for part in [opened.partition("\x03")]]
    found = [(parts[0][0], False)] if parts and parts[0][0] else []
    for inside, closed, after in parts[1:]:
        found.append((inside, bool(closed)))
        if after:
            found.append((after, False))
    return found


async def data(site: Site, _request: Any) -> Page:
    """Show where the tables are, with how many rows."""
    counts = {
        name: (await site.store(f"SELECT count(*) AS n FROM {name}"))[0]["n"]  # noqa: S608
        for name in ("reports", "captures", "organs", "findings", "corrections")
    }
    return Page("data.html", {"counts": counts})

"""An organ's page: its figures over the years, its names, what became of it, all its documents."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crawler.explore.places import place_of
from crawler.explore.plots import DRAWN, plots
from crawler.explore.site import Missing, Page, named
from crawler.feeds.headlines import HEADLINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.explore.site import Site

_DOCUMENTS = """
SELECT documents.*, coverage.report_id IS NOT NULL AS stands, coverage.broken_checks,
    coverage.planted, coverage.facts
FROM documents LEFT JOIN coverage ON coverage.report_id = documents.report_id
WHERE documents.organ_id = ? ORDER BY documents.year, documents.report_id LIMIT 500
"""
_NAMES = """
SELECT agency_name AS name, min(year) AS first, max(year) AS last FROM documents
WHERE organ_id = ? AND agency_name IS NOT NULL GROUP BY agency_name ORDER BY first
"""
_FINDINGS = """
SELECT rule, detail, left_year, right_year FROM findings
WHERE organ_id = ? AND left_year <> right_year LIMIT 200
"""
_AFTER = "SELECT * FROM successions WHERE organ_id = ?"
_BEFORE = "SELECT * FROM successions WHERE successor_id = ?"


async def organ(site: Site, request: Any) -> Page:
    """Show an organ."""
    name = named(request, "organ")
    found = await site.store("SELECT * FROM organs WHERE organ_id = ?", [name])
    if not found:
        raise Missing("the store has no organ {name}", name=name)
    panel = await site.summary("SELECT * FROM panel WHERE organ_id = ? ORDER BY year", [name])
    documents = await site.summary(_DOCUMENTS, [name])
    findings = await site.store(_FINDINGS, [name])
    breaks = list(_breaks(documents, findings))
    shown = {
        "organ": found[0],
        "place": place_of(found[0]["region_code"], found[0]["level"]),
        "panel": panel,
        "headlines": tuple(HEADLINES),
        "plots": plots(panel, [year for year, _, _ in breaks]),
        "drawn": DRAWN,
        "breaks": breaks,
        "documents": documents,
        "names": await site.summary(_NAMES, [name]),
        "after": await site.store(_AFTER, [name]),
        "before": await site.store(_BEFORE, [name]),
    }
    return Page("organ.html", shown)


def _breaks(documents: list[Any], findings: list[Any]) -> Iterator[tuple[int, str, str]]:
    """Yield year, kind and detail of what breaks with the year before, by year.

    A new template counts figures otherwise; a carry or a jump says that one of two years is wrong.
    """
    found = set()
    standing = [row for row in documents if row["stands"] and row["year"] is not None]
    for earlier, later in pairwise(standing):
        if earlier["template"] != later["template"] and earlier["template"] and later["template"]:
            found.add((later["year"], "template", f"{earlier['template']} → {later['template']}"))
        if earlier["agency_name"] != later["agency_name"]:
            names = f"{earlier['agency_name']} → {later['agency_name']}"
            found.add((later["year"], "name", names))
    found |= {(row["right_year"], row["rule"], row["detail"]) for row in findings}
    yield from sorted(found)

"""A report's page, and the addresses to cite: report, figure, capture.

What cleaning cut is shown beside the text, quoted: where in the page it stood is not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.explore import grids
from crawler.explore.evidence import MOST, around, blocks
from crawler.explore.reading import captures_of, part, reading_of
from crawler.explore.site import Missing, Page, named

if TYPE_CHECKING:
    from crawler.explore.site import Site

_BESIDE = """
SELECT year, report_id FROM coverage WHERE organ_id = ? ORDER BY year
"""
_FINDINGS = """
SELECT rule, metric, detail FROM findings WHERE left_reading_id = ? OR right_reading_id = ?
ORDER BY rule, metric LIMIT 100
"""
_READINGS = """
SELECT report_id, reading_id, parser_version, kind, title, agency_name, organ_id, year, warnings
FROM reports WHERE capture_id = ? ORDER BY parser_order DESC
"""


async def report(site: Site, request: Any) -> Page:
    """Show a report: its tables, its text with the evidence, what was cut, where it is from."""
    name = named(request, "report")
    reading = await reading_of(site, name, request.args.get("capture"))
    row = reading.row
    sections = await part(site, "sections", row["reading_id"])
    shown = {
        "report": row,
        "warnings": reading.warnings,
        "grids": grids.grids(reading.figures),
        "lists": grids.lists(reading.figures),
        "failed": [check for check in reading.checks if check["status"] == "fail"],
        "passed": sum(check["status"] == "pass" for check in reading.checks),
        "blocks": blocks(row["text"], reading.facts, sections),
        "is_cut": len(row["text"]) > MOST,
        "sections": sections,
        "labels": {figure.position: figure.label for figure in reading.figures},
        "spam": await part(site, "spam", row["reading_id"]),
        "attachments": await part(site, "attachments", row["reading_id"]),
        "captures": await captures_of(site, name),
        "findings": await site.store(_FINDINGS, [row["reading_id"]] * 2),
        "years": await site.summary(_BESIDE, [row["organ_id"]]),
    }
    return Page("report.html", shown)


async def figure(site: Site, request: Any) -> Page:
    """Show one figure of a report with its evidence and a citation."""
    name, metric = named(request, "report"), named(request, "metric")
    reading = await reading_of(site, name)
    stated = [each for each in reading.figures if each.metric == metric]
    if not stated:
        raise Missing("the report {name} states no figure {metric}", name=name, metric=metric)
    text = reading.row["text"]
    at = {fact["position"]: fact for fact in reading.facts}
    places = [{"figure": each, "around": _around(text, at.get(each.position))} for each in stated]
    return Page(
        "figure.html",
        {"report": reading.row, "metric": metric, "counts": counting(stated), "places": places},
    )


def _around(text: str, fact: Any) -> tuple[str, str, str] | None:
    return around(text, fact["start"], fact["end"]) if fact else None


def counting(stated: list[grids.Figure]) -> grids.Figure:
    """Return of one metric's figures that which counts: the view `stated` says the same.

    The organ's own before a part's; a correction, then a table's, then a sentence's.
    """
    order = {"correction": 0, "table": 1, "prose": 2}
    return min(
        stated, key=lambda each: (each.scope != "organ", order[each.method], each.position or 0)
    )


async def capture(site: Site, request: Any) -> Page:
    """Show where a capture lies, what was read from it, and the archived page in a frame."""
    name = named(request, "capture")
    found = await site.store("SELECT * FROM captures WHERE capture_id = ?", [name])
    if not found:
        raise Missing("the store has no capture {name}", name=name)
    row = found[0]
    replay = site.replay
    shown = {
        "capture": row,
        "readings": await site.store(_READINGS, [name]),
        "replayed": replay.address(row["fetched_at"], row["final_url"]),
        "trouble": replay.trouble,
        "archives": replay.locations,
    }
    return Page("capture.html", shown)

"""Portals: which are healthy, blocked, changed or empty, and what their last runs said."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from crawler.explore.runs import STATES, latest, meaning_of, state_of
from crawler.explore.site import Page

if TYPE_CHECKING:
    from crawler.explore.site import Site


async def portals(site: Site, request: Any) -> Page:
    """Show every portal that the store or a recorded run names, the worst first.

    `state` shows those of one state only.
    """
    runs, trouble = await asyncio.to_thread(latest, site.runs)
    known = {row["portal_id"]: row for row in await site.summary("SELECT * FROM portals")}
    for name in runs.keys() - known.keys():
        known[name] = {"portal_id": name, "reports": 0, "captures": 0}
    rows = [_row(portal, runs.get(name, [])) for name, portal in known.items()]
    rows.sort(key=lambda row: (STATES.index(row["state"]), row["portal_id"]))
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES}
    wanted = request.args.get("state")
    shown = {
        "portals": [row for row in rows if wanted not in STATES or row["state"] == wanted],
        "counts": {state: count for state, count in counts.items() if count},
        "wanted": wanted if wanted in STATES else None,
        "trouble": trouble,
        "recorded": bool(runs),
        "feeds": await site.store("SELECT * FROM runs ORDER BY loaded_at DESC LIMIT 20"),
    }
    return Page("portals.html", shown)


def _row(portal: dict[str, Any], runs: list[Any]) -> dict[str, Any]:
    last = runs[0] if runs else None
    return {
        **portal,
        "state": state_of(runs, reports=portal["reports"]),
        "last": last,
        "meaning": meaning_of(last.outcome) if last else "",
    }

"""Quality: what a person should look at, each a list that can be worked through to its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.explore.listing import LISTS
from crawler.explore.paging import page_of
from crawler.explore.site import Missing, Page, named

if TYPE_CHECKING:
    from crawler.explore.site import Site

#: List → the column by which it may be narrowed.
NARROWED = {"broken": "rule", "restored": "kind", "conflicts": "rule", "unreadable": "kind"}


async def quality(site: Site, _request: Any) -> Page:
    """Show how long each list is, by what narrows it."""
    counts = {}
    for name, column in NARROWED.items():
        query = f"SELECT {column} AS kind, count(*) AS rows FROM {name} GROUP BY 1 ORDER BY 2 DESC"  # noqa: S608
        counts[name] = await site.summary(query)
    return Page("quality.html", {"counts": counts})


async def worklist(site: Site, request: Any) -> Page:
    """Show a part of one list, narrowed by `only` where that is given."""
    name = named(request, "list")
    if name not in LISTS:
        raise Missing("there is no list {name}", name=name)
    column, only = NARROWED[name], request.args.get("only") or ""
    where, values = (f"WHERE {column} = ?", [only]) if only else ("", [])

    async def some(limit: int, start: int) -> list[dict[str, Any]]:
        query = f"SELECT * FROM {name} {where} ORDER BY rowid LIMIT ? OFFSET ?"  # noqa: S608
        rows = await site.summary(query, [*values, limit, start])
        for row in rows:
            row["warnings"] = json.loads(row.get("warnings") or "[]")
        return rows

    count = (await site.summary(f"SELECT count(*) AS n FROM {name} {where}", values))[0]["n"]  # noqa: S608
    kinds = await site.summary(f"SELECT DISTINCT {column} AS kind FROM {name} ORDER BY 1")  # noqa: S608
    shown = {
        "list": name,
        "column": column,
        "only": only,
        "kinds": [row["kind"] for row in kinds],
        "rows": await page_of(request, count, some),
    }
    return Page("worklist.html", shown)

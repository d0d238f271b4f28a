"""The front page: which organ has a report of which year, from the provinces down to each organ.

A row a place, or an organ; a column a year. Of a place a cell says how many reports there are, and
how many are owed. Everything is read off the summary: a page costs what it shows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.explore.paging import Paged, page_of
from crawler.explore.places import EVERYWHERE, up
from crawler.explore.site import Missing, Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.explore.site import Site

_PLACE = "SELECT place, name, organs FROM places WHERE place = ?"
_BELOW = """
SELECT place, name, organs FROM places WHERE above = ? AND place <> ''
ORDER BY organs = 0, place IN ('centre', 'none'), place
"""
_TALLIES = """
SELECT tallies.* FROM tallies JOIN places ON places.place = tallies.place
WHERE places.above = ? OR places.place = ?
"""
_ORGANS = """
SELECT organ_id, name, place, level, owed_from, owed_until, years, missing FROM owing
WHERE {} ORDER BY organ_id IS NULL, name, number LIMIT ? OFFSET ?
"""
_NAMES = "SELECT place, name FROM places WHERE place IN (SELECT value FROM json_each(?))"
_COUNT = "SELECT count(*) AS n FROM owing WHERE {}"
_CELLS = """
SELECT organ_id, year, report_id, broken_checks, planted, official FROM coverage
WHERE organ_id IN (SELECT value FROM json_each(?))
"""
#: Words that a search for an organ takes at most.
_MOST_WORDS = 100


async def coverage(site: Site, request: Any) -> Page:
    """Show a place: what lies below it, and its own organs; or the organs whose name has `q`."""
    span = await site.summary("SELECT first, last FROM years")
    if not span:
        return Page("empty.html", {"counts": await site.store("SELECT count(*) AS n FROM reports")})
    years = range(span[0]["first"], span[0]["last"] + 1)
    words = (request.args.get("q") or "").strip()[:_MOST_WORDS]
    if words:
        found = await _organs(site, request, "name LIKE ? ESCAPE '!'", like(words))
        return Page("coverage.html", {"years": years, "q": words, "organs": found, "place": None})
    place = request.args.get("place") or EVERYWHERE
    known = await site.summary(_PLACE, [place])
    if not known:
        raise Missing("no place {name} is known here", name=place)
    tallies = _by_place(await site.summary(_TALLIES, [place, place]))
    below = [
        {**row, "tallies": tallies.get(row["place"], {})}
        for row in await site.summary(_BELOW, [place])
    ]
    organs = await _organs(site, request, "place = ?", place) if place else None
    shown = {
        "years": years, "q": "", "place": known[0], "below": below, "organs": organs,
        "whole": tallies.get(place, {}), "trail": await _trail(site, place),
    }  # fmt: skip
    return Page("coverage.html", shown)


def like(words: str) -> str:
    """Return the pattern of LIKE, escaped by `!`, for what holds the words as they stand."""
    for sign in "!%_":
        words = words.replace(sign, f"!{sign}")
    return f"%{words}%"


def _by_place(rows: Iterable[Any]) -> dict[str, dict[int, dict[str, Any]]]:
    """Return place → year → its tally, with what is there, what is owed, and the sixth of it."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for row in rows:
        have = row["whole"] + row["broken"] + row["planted"]
        owed = have + row["missing"]
        tally = {**row, "have": have, "owed": owed, "shade": _shade(have, owed)}
        found.setdefault(row["place"], {})[row["year"]] = tally
    return found


def _shade(have: int, owed: int) -> int:
    """Return 0 for nothing, 5 for all, 1 to 4 for the quarter between.

    >>> [_shade(have, 8) for have in (0, 1, 3, 5, 7, 8)]
    [0, 1, 2, 3, 4, 5]
    """
    return 0 if not have else 5 if have == owed else 1 + 4 * have // owed


async def _organs(site: Site, request: Any, where: str, value: str) -> Paged:
    """Return a page of organs, each with its cells."""

    async def some(limit: int, start: int) -> list[dict[str, Any]]:
        rows = await site.summary(_ORGANS.format(where), [value, limit, start])
        return await _with_cells(site, rows)

    count = (await site.summary(_COUNT.format(where), [value]))[0]["n"]
    return await page_of(request, count, some)


async def _with_cells(site: Site, rows: list[Any]) -> list[dict[str, Any]]:
    names = json.dumps([row["organ_id"] for row in rows if row["organ_id"]])
    cells: dict[str, dict[int, Any]] = {}
    for cell in await site.summary(_CELLS, [names]):
        cells.setdefault(cell["organ_id"], {})[cell["year"]] = {
            **cell,
            "state": state_of(cell),
        }
    return [{**row, "cells": cells.get(row["organ_id"], {})} for row in rows]


def state_of(cell: Any) -> str:
    """Return how a report stands: planted (hacked, or no official copy), broken, or whole."""
    if cell["planted"] or not cell["official"]:
        return "planted"
    return "broken" if cell["broken_checks"] else "whole"


async def _trail(site: Site, place: str) -> list[dict[str, Any]]:
    """Return the places from the whole down to this one."""
    steps = list(up(place))[::-1]
    rows = await site.summary(_NAMES, [json.dumps(steps)])
    names = {row["place"]: row["name"] for row in rows}
    return [{"place": step, "name": names.get(step)} for step in steps]

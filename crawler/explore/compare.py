"""Compare: two years of one organ, or two organs of one year."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from crawler.explore.comparing import MOST_LINES, changes, pairs
from crawler.explore.coverage import like
from crawler.explore.reading import reading_of
from crawler.explore.site import Missing, Page

if TYPE_CHECKING:
    from crawler.explore.site import Site

#: Organs with a report of the same year whose name has the words.
_OTHERS = """
SELECT coverage.report_id, owing.name, owing.organ_id FROM coverage
JOIN owing ON owing.organ_id = coverage.organ_id
WHERE coverage.year = ? AND coverage.report_id <> ? AND owing.name LIKE ? ESCAPE '!'
ORDER BY owing.name LIMIT 100
"""


async def compare(site: Site, request: Any) -> Page:
    """Show `left` beside `right`; without a right side, the organs that `with` finds."""
    left, right = request.args.get("left"), request.args.get("right")
    if not left:
        raise Missing("a comparison begins on the page of an organ or of a report")
    ours = await reading_of(site, left)
    if not right:
        words = (request.args.get("with") or "").strip()[:100]
        others = await site.summary(_OTHERS, [ours.row["year"], left, like(words)])
        return Page("pick.html", {"report": ours.row, "words": words, "others": others})
    theirs = await reading_of(site, right)
    # Comparing long texts takes a tenth of a second and more; meanwhile others are answered.
    told = await asyncio.to_thread(changes, ours.row["text"], theirs.row["text"])
    shown = {
        "left": ours.row,
        "right": theirs.row,
        "pairs": pairs(ours.figures, theirs.figures),
        "changes": told,
        "most_lines": MOST_LINES,
        "only": request.args.get("only") == "differences",
    }
    return Page("compare.html", shown)

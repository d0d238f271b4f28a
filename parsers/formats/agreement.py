"""Hold what sentences state against what tables state of the same thing; a difference is a warning.

The statistics table counts under the codes that prose has; of the statutory tables a few cells say
what a sentence says (portals.md 2.6, "narrative counts equal the tables"). A rounded figure of a
sentence is no contradiction. Which of the two is right is not decided here: the fact is the
table's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parsers.items import Fact

#: A figure of prose, and the cells of the statutory tables whose sum it is.
_SAME = {
    "requests.received": ("requests.new.total",),
    "requests.answered.granted": ("requests.granted.total",),
    "requests.answered.partially_granted": ("requests.partially_granted.total",),
    "review.total": ("remedies.review.total",),
    "litigation.total": (
        "remedies.litigation_direct.total",
        "remedies.litigation_after_review.total",
    ),
}


def disagreements(tables: Mapping[str, Fact], prose: Iterable[Fact]) -> list[str]:
    """Return a sentence for each exact figure of prose that a table contradicts, in their order."""
    return [
        f"the text states {fact.value:g} {fact.unit} for {fact.metric}, the table {stated:g}"
        for fact in prose
        if fact.scope == "organ" and fact.qualifier == "exact"
        if (stated := _stated(fact.metric, tables)) is not None and stated != fact.value
    ]


def _stated(metric: str, tables: Mapping[str, Fact]) -> float | None:
    """Return what the tables state of a metric, None where they do not or leave a part blank."""
    if metric in tables:
        return tables[metric].value
    cells = _SAME.get(metric, ())
    if not cells or any(cell not in tables for cell in cells):
        return None
    return sum(tables[cell].value for cell in cells)

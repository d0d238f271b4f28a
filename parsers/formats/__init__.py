"""Which of the four report templates a report follows, and the facts that it states.

`statistics` is the 2014-2018 table, `tables_2019` and `tables_2021` are the three statutory tables
in their two editions, all else is `narrative`. The template is told by labels, never by the year:
formats lag by years (portals.md 2.4). A blank form gives no facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.items import Fact, Template
    from parsers.layout import Layout


def template_of(layout: Layout) -> Template:
    """Return the template that the labels of `layout` speak for."""
    del layout
    return "narrative"


def read_facts(
    layout: Layout, template: Template, year: int | None
) -> tuple[list[Fact], list[str]]:
    """Return the report's facts sorted by (start, metric), and what could not be read."""
    del layout, template, year
    return [], []

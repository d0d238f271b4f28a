"""Read figures from prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.items import Fact
    from parsers.layout import Layout


def read_prose(layout: Layout, year: int | None) -> list[Fact]:
    """Return the facts that sentences state."""
    del layout, year
    return []

"""Part preformatted text: each line is a block of its own, and lines with tabs are a table's rows.

Offices paste the text of a document into `<pre>`; its tables then come as cells with tabs between.
A tab parts two cells, be they blank or not. It never drops a word.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from parsers.items import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

# One line with a tab is an indented paragraph; the shortest statutory table (T4) has four rows.
MIN_ROWS = 3
MAX_SHORT = 40

Rows = tuple[tuple[Cell, ...], ...]


def parts_of(text: str) -> Iterator[tuple[str, Rows]]:
    """Yield (line, no rows) for a paragraph and ("", rows) for a table, in order."""
    lines = [line for line in text.splitlines() if line.strip()]
    tabbed = [_has_tab(line) for line in lines]
    in_table = [
        here or (0 < n < len(lines) - 1 and tabbed[n - 1] and tabbed[n + 1] and _is_short(lines[n]))
        for n, here in enumerate(tabbed)
    ]
    for is_table, run in groupby(range(len(lines)), key=in_table.__getitem__):
        group = [lines[n] for n in run]
        if is_table and len(group) >= MIN_ROWS:
            yield "", tuple(tuple(Cell(_bare(c)) for c in line.split("\t")) for line in group)
        else:
            for line in group:
                yield _bare(line), ()


def _has_tab(line: str) -> bool:
    return "\t" in line.strip(" \n\u3000")


def _is_short(line: str) -> bool:
    """Whether a line without a tab may be a row of one cell: 第二十条第（五）项."""
    return len(line.strip()) <= MAX_SHORT


def _bare(text: str) -> str:
    return " ".join(text.split())

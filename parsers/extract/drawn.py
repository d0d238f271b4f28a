"""A table whose cells are known by where they lie: columns are told by the cells' sides.

PDF, OFD, scanned pages and DOC give cells so; the block that comes of them is what an HTML table
would be: each cell in the row where it begins, with its spans. Lengths are in points, from the
table's left side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.items import Block, Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Left, top, right, bottom.
Box = tuple[float, float, float, float]

# Lines that should meet miss each other by up to a point and a half; pdfplumber's own is 3.
TOUCH = 3.0


@dataclass(slots=True, eq=False)
class Drawn:
    """A cell as drawn; `left` and `right` are points from the left side of its table.

    `full` says that its last line leaves no room for another character.
    """

    text: str
    left: float
    right: float
    rowspan: int
    full: bool = False


@dataclass(slots=True)
class DrawnTable:
    """A table as drawn on one or more pages.

    `box` is where its last part lies, `foot` holds the cells at the foot of that part.
    """

    rows: list[list[Drawn]]
    box: Box
    foot: list[Drawn]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self._stops()) - 1

    def block(self) -> Block:
        """Return the table as a block."""
        stops = self._stops()
        rows = tuple(tuple(_cell(cell, stops) for cell in row) for row in self.rows if row)
        return Block(rows=rows, tag="table")

    def _stops(self) -> list[float]:
        return stops_of(x for row in self.rows for cell in row for x in (cell.left, cell.right))


def _cell(cell: Drawn, stops: Sequence[float]) -> Cell:
    columns = nearest(stops, cell.right) - nearest(stops, cell.left)
    return Cell(cell.text, max(columns, 1), cell.rowspan)


def stops_of(values: Iterable[float]) -> list[float]:
    """Return where cells begin or end, each once: values that hardly differ are one."""
    stops: list[float] = []
    for value in sorted(values):
        if not stops or value - stops[-1] > TOUCH:
            stops.append(value)
    return stops


def nearest(stops: Sequence[float], value: float) -> int:
    """Return which of `stops` lies nearest to `value`."""
    return min(range(len(stops)), key=lambda n: abs(stops[n] - value))

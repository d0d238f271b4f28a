"""How real pages lay a table out: each layout takes a table of the form and gives HTML.

Sources: portals.md 2.5, traps.md "Tables". What a layout loses, a person could not tell either.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.reading.filled import Cell, Row, Table


def _td(cell: Cell, *, spans: bool = True) -> str:
    span = ""
    if spans and cell.colspan > 1:
        span += f' colspan="{cell.colspan}"'
    if spans and cell.rowspan > 1:
        span += f' rowspan="{cell.rowspan}"'
    return f"<td{span}>{html.escape(cell.text, quote=False)}</td>"


def _drawn(rows: Sequence[str]) -> str:
    return "<table>\n" + "".join(f"<tr>{row}</tr>\n" for row in rows) + "</table>\n"


def official(table: Table) -> str:
    """Merged cells as the form has them."""
    return _drawn(["".join(_td(cell) for cell in row) for row in table])


def plain(table: Table) -> str:
    """No merged cells: a row has only the cells that it states."""
    return _drawn(["".join(_td(cell, spans=False) for cell in row) for row in table])


def mismatched(table: Table) -> str:
    """Header and data rows of different colspans (Shanghai 2019): 1,2,1 over 2,1,1."""
    rows = []
    for n, row in enumerate(table):
        wide = [cell for cell in row if cell.role in {"header", "data"}]
        fat = wide[1 if n % 2 else 0] if len(wide) == 3 else None  # noqa: PLR2004
        rows.append(
            "".join(
                _td(cell).replace("<td", '<td colspan="2"', 1) if cell is fat else _td(cell)
                for cell in row
            )
        )
    return _drawn(rows)


def grid(table: Table) -> str:
    """Every merged cell written out, the rest of it blank, as a spreadsheet gives it."""
    taken: dict[tuple[int, int], str] = {}
    for y, row in enumerate(table):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            for dy in range(cell.rowspan):
                for dx in range(cell.colspan):
                    taken[y + dy, x + dx] = cell.text if dx == dy == 0 else ""
    height, width = max(y for y, _ in taken) + 1, max(x for _, x in taken) + 1
    return _drawn(
        [
            "".join(
                f"<td>{html.escape(taken.get((y, x), ''), quote=False)}</td>" for x in range(width)
            )
            for y in range(height)
        ]
    )


def trailing(table: Table) -> str:
    """An empty column at the end, and an empty row."""
    rows = ["".join(_td(cell) for cell in row) + "<td>&nbsp;</td>" for row in table]
    return _drawn([*rows, "<td></td>" * 4])


def nested(table: Table) -> str:
    """Inside a cell of the page's layout table."""
    return f'<table width="100%"><tr><td>{official(table)}</td></tr></table>\n'


def split(table: Table) -> str:
    """Broken over two tables in the middle, as a page break leaves it."""
    middle = len(table) // 2
    return plain(table[:middle]) + plain(table[middle:])


def marked_up(table: Table) -> str:
    """Text of each cell in paragraphs, fonts and spans; a number parted by tags."""
    rows = []
    for row in table:
        cells = []
        for cell in row:
            half = len(cell.text) // 2
            one, two = html.escape(cell.text[:half]), html.escape(cell.text[half:])
            cell_html = _td(cell).partition(">")[0]
            cells.append(f"{cell_html}><p><span>{one}</span><font>{two}</font></p></td>")
        rows.append("".join(cells))
    return _drawn(rows)


def noted(table: Table) -> str:
    """A note above and one below, as rows of the table."""
    rows = ["".join(_td(cell) for cell in row) for row in table]
    above = '<td colspan="10">（填表说明：本表数据截至12月31日，共4类。）</td>'
    below = '<td colspan="10">注：以上数量含上年度结转数量，由办公室统计。</td>'
    return _drawn([above, *rows, below])


def cells_as_lines(table: Table) -> str:
    """One cell a line."""
    return "".join(f"<p>{html.escape(c.text, quote=False)}</p>\n" for row in table for c in row)


def rows_as_lines(table: Table) -> str:
    """One row a line, cells parted by spaces."""
    return "".join(f"<p>{html.escape(_joined(row, ' '), quote=False)}</p>\n" for row in table)


def bars(table: Table) -> str:
    """One row a line, cells parted by bars, a few of them too many at the end."""
    return "".join(
        f"<p>{html.escape(_joined(row, ' | '), quote=False)} | ||</p>\n" for row in table
    )


def tabs(table: Table) -> str:
    """Preformatted text, cells parted by tabs."""
    lines = "\n".join(_joined(row, "\t") for row in table)
    return f"<pre>\n{html.escape(lines, quote=False)}\n</pre>\n"


def transposed(table: Table) -> str:
    """Rows and columns changed places; only of tables whose rows all bear the same columns."""
    width = max(len(row) for row in table)
    body = [row for row in table if row[-1].role == "data" and len(row) == width]
    return plain(tuple(zip(*body, strict=True)))


def _joined(row: Row, between: str) -> str:
    return between.join(cell.text for cell in row)


#: Layouts that draw the table as a table: every cell must be right.
WELL_FORMED: dict[str, Callable[[Table], str]] = {
    "official": official,
    "plain": plain,
    "mismatched": mismatched,
    "grid": grid,
    "trailing": trailing,
    "nested": nested,
    "marked-up": marked_up,
    "noted": noted,
}
BROKEN: dict[str, Callable[[Table], str]] = {
    "split": split,
    "cells-as-lines": cells_as_lines,
    "rows-as-lines": rows_as_lines,
    "bars": bars,
    "tabs": tabs,
}
LAYOUTS = WELL_FORMED | BROKEN
#: What is blank leaves no trace where cells are lines or parted by spaces.
LOSE_BLANKS = frozenset({"cells-as-lines", "rows-as-lines"})

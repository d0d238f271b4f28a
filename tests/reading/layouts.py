"""How real pages lay a table out: each layout takes a table of the form and gives HTML.

Sources: portals.md 2.5, traps.md "Tables". What a layout loses, a person could not tell either.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tests.reading.filled import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.reading.filled import Row, Table


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
        fat = wide[1 if n % 2 else 0] if len(wide) == 3 else None
        fat = fat if fat and fat.colspan == 1 else None
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


def joined_labels(table: Table) -> str:
    """The labels of a row in one cell: 三、本年度办理结果（一）予以公开."""
    rows = []
    for row in table:
        labels = [cell for cell in row if cell.role == "label"]
        rest = [cell for cell in row if cell.role != "label"]
        one = f"<td>{html.escape(''.join(c.text for c in labels), quote=False)}</td>"
        rows.append((one if labels else "") + "".join(_td(cell, spans=False) for cell in rest))
    return _drawn(rows)


def transposed(table: Table) -> str:
    """Rows and columns changed places: what is counted stands above, by whom beside."""
    if table[0][0].text.startswith("（本列"):
        names = tuple(table[1][:1] + table[2] + table[1][2:])
        body = [row for row in table if row[-1].role == "data"]
        labels = [row[len(row) - len(names) - 1] for row in body]
        columns = zip(*(row[-len(names) :] for row in body), strict=True)
        rows = [(Cell(""), *labels)]
        rows += [(name, *column) for name, column in zip(names, columns, strict=True)]
        return plain(tuple(rows))
    if table[0][0].text == "行政复议":
        names, data = table[2][:5], table[3]
        heads = (table[0][0], *table[1][5:])
        groups = [data[n : n + 5] for n in range(0, 15, 5)]
        rows = [(Cell("结果"), *heads)]
        rows += [(name, *(g[n] for g in groups)) for n, name in enumerate(names)]
        return plain(tuple(rows))
    return plain(table)


def vertical(table: Table) -> str:
    """T4 with a line for each of its fifteen numbers, grouped by remedy; others as they are."""
    if table[0][0].text != "行政复议":
        return plain(table)
    names, data = table[2][:5], table[3]
    heads = (table[0][0], *table[1][5:])
    rows = []
    for n, cell in enumerate(data):
        head = (Cell(heads[n // 5].text, rowspan=5),) if n % 5 == 0 else ()
        rows.append((*head, names[n % 5], cell))
    return _drawn(["".join(_td(cell) for cell in row) for row in rows])


def halves(table: Table) -> str:
    """Two halves side by side, as a form that has to fit one page; of long tables of one width."""
    if any(len(row) != len(table[0]) for row in table):
        return plain(table)
    head, body = table[0], table[1:]
    middle = (len(body) + 1) // 2
    left, right = body[:middle], body[middle:]
    empty = tuple(Cell("") for _ in head)
    right += (empty,) * (len(left) - len(right))
    rows = [(*head, *head), *((*a, *b) for a, b in zip(left, right, strict=True))]
    return plain(tuple(rows))


def numbered(table: Table) -> str:
    """A column of running numbers in front, where rows are of one width."""
    if any(len(row) != len(table[0]) for row in table):
        return plain(table)
    rows = [(Cell("序号"), *table[0])]
    rows += [(Cell(str(n), "unit"), *row) for n, row in enumerate(table[1:], 1)]
    return plain(tuple(rows))


def repeated(table: Table) -> str:
    """Broken over two tables, the header standing above each; T2 breaks before an item of its own.

    A table of one row of numbers (T4) has nothing to go on the next page.
    """
    first = next(n for n, row in enumerate(table) if row[-1].role in {"data", "unit"})
    middle = max(first + 1, len(table) // 2)
    if middle == len(table):
        return plain(table)
    items = [n for n, row in enumerate(table) if len(row) == 1 and n >= middle]
    if items:
        return plain(table[: items[0]]) + plain(table[items[0] :])
    return plain(table[:middle]) + plain((*table[:first], *table[middle:]))


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
    "joined-labels": joined_labels,
    "repeated": repeated,
    "numbered": numbered,
}
BROKEN: dict[str, Callable[[Table], str]] = {
    "split": split,
    "cells-as-lines": cells_as_lines,
    "rows-as-lines": rows_as_lines,
    "bars": bars,
    "tabs": tabs,
    "transposed": transposed,
    "vertical": vertical,
    "halves": halves,
}
LAYOUTS = WELL_FORMED | BROKEN
#: What is blank leaves no trace where cells are lines or parted by spaces.
LOSE_BLANKS = frozenset({"cells-as-lines", "rows-as-lines"})

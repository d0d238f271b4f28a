"""Tell tables of data from tables that only lay out prose, and read the cells of the former.

Cells are kept as written, n-th cell n-th: no grid expansion, because headers and data rows disagree
in their colspans (Shanghai 2019). Portals of 2008–2015 lay whole pages out in tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.extract.visibility import hidden_reason
from parsers.items import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from parsers.extract.visibility import Sheet

# The longest cell of the statutory tables is a label with instructions of 160 characters.
_LONG_CELL = 300
_BLOCKS_IN_PROSE = 4
_SKIPPED = frozenset({"script", "style"})
_BREAKS = frozenset({"br", "p", "div", "li", "td", "tr"})
# A colspan of 1000 is the limit of HTML's standard; a broken number is 1.
_MAX_SPAN = 1000

Rows = tuple[tuple[Cell, ...], ...]


def is_data_table(table: LexborNode) -> bool:
    """Whether `table` holds data: two columns at least, short cells, and no table inside."""
    if len(table.css("table")) > 1:  # a node's own selectors find the node itself, too
        return False
    rows = [_cells_of(row) for row in table.css("tr")]
    if max((len(row) for row in rows), default=0) < 2:  # noqa: PLR2004 (one column is prose)
        return False
    return not any(_is_prose(cell) for row in rows for cell in row)


def read_rows(table: LexborNode, sheet: Sheet | None = None) -> tuple[Rows, list[tuple[str, str]]]:
    """Return the rows of a table of data, and text with reason of each row or cell not shown."""
    rows: list[tuple[Cell, ...]] = []
    unseen: list[tuple[str, str]] = []
    for row in table.css("tr"):
        cells = []
        row_reason = hidden_reason("tr", row.attributes, sheet)
        for node in _cells_of(row):
            text = _text_of(node)
            attributes = node.attributes
            reason = row_reason or hidden_reason("td", attributes, sheet)
            if reason is None:
                cells.append(_cell(node, text, attributes))
            elif text:
                unseen.append((text, reason))
        if cells:
            rows.append(tuple(cells))
    return tuple(rows), unseen


def _cells_of(row: LexborNode) -> list[LexborNode]:
    return [node for node in _children(row) if node.tag in ("td", "th")]


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _is_prose(cell: LexborNode) -> bool:
    """Whether a cell is a piece of the page: long text in sentences, or a list of blocks."""
    text = cell.text(deep=True)
    if len(text) <= _LONG_CELL:
        return False
    text = "".join(text.split())
    if len(text) <= _LONG_CELL:
        return False
    return text.count("。") >= 2 or len(cell.css("p, div, li")) >= _BLOCKS_IN_PROSE  # noqa: PLR2004


def _cell(node: LexborNode, text: str, attributes: Mapping[str, str | None]) -> Cell:
    return Cell(
        text,
        colspan=_span(attributes.get("colspan")),
        rowspan=_span(attributes.get("rowspan")),
        header=node.tag == "th",
    )


def _span(value: str | None) -> int:
    if not value:
        return 1
    digits = value.strip()
    return min(max(int(digits), 1), _MAX_SPAN) if digits.isascii() and digits.isdigit() else 1


def _text_of(cell: LexborNode) -> str:
    """Return a cell's text on one line; a line break inside becomes one space."""
    parts: list[str] = []
    for node in cell.traverse(include_text=True):
        if node.tag == "-text":
            parent = node.parent
            if parent is None or parent.tag not in _SKIPPED:
                parts.append(node.text_content or "")
        elif node.tag in _BREAKS:
            parts.append(" ")
    return " ".join("".join(parts).split())

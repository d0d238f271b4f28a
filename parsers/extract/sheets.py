"""Read a workbook (XLSX, XLS, WPS's ET) into blocks: each sheet its title lines and one table.

Cells come from calamine as values, not as formatted: a whole number has no decimals here, a date is
ISO. Merged cells become spans; hidden sheets stay, marked. Runs in the worker only (`worker.py`),
an XLSX after the limits of `archives.py`.
"""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from parsers.extract.archives import opened
from parsers.extract.worker import Unreadable
from parsers.items import Block, Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

# The widest statistics sheet read has 30 columns and 120 rows.
MAX_SHEETS, MAX_ROWS, MAX_COLUMNS = 60, 5_000, 256

#: First row, first column, last row, last column; counted from 0.
Merge = tuple[int, int, int, int]


def read_sheets(body: bytes) -> tuple[list[Block], list[str]]:
    """Return the blocks of a workbook and what could not be read."""
    if body.startswith(b"PK"):
        with opened(body):
            pass
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(body))
        return _read(workbook)
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable(f"the workbook is damaged ({type(error).__name__})") from error


def _read(workbook: CalamineWorkbook) -> tuple[list[Block], list[str]]:
    blocks: list[Block] = []
    warnings: list[str] = []
    sheets = workbook.sheets_metadata
    if len(sheets) > MAX_SHEETS:
        warnings.append(f"only the first {MAX_SHEETS} of {len(sheets)} sheets are read")
    for meta in sheets[:MAX_SHEETS]:
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
            warnings.append(f"the sheet {meta.name} is too large and is not read")
            continue
        hidden = None if meta.visible == SheetVisibleEnum.Visible else "hidden sheet"
        rows = sheet.to_python(skip_empty_area=False)
        merges = [(a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or []]
        blocks += _blocks_of(rows, merges, hidden)
    return blocks, warnings if blocks else [*warnings, "the workbook holds no text"]


def _blocks_of(rows: list[list[Any]], merges: list[Merge], hidden: str | None) -> Iterator[Block]:
    """Yield the lines above the table, then the table; a sheet of one column is lines."""
    texts = [[_text(value) for value in row] for row in rows]
    width = max((n for row in texts for n, text in enumerate(row, 1) if text), default=0)
    head = next((n for n, row in enumerate(texts) if sum(map(bool, row)) > 1), len(texts))
    for row in texts[:head]:
        yield from (Block(text=text, hidden=hidden) for text in row if text)
    table = tuple(_cells(texts, merges, head, width))
    if table:
        yield Block(rows=table, tag="table", hidden=hidden)


def _cells(
    texts: list[list[str]], merges: list[Merge], head: int, width: int
) -> Iterator[tuple[Cell, ...]]:
    begins = {(top, left): (bottom, right) for top, left, bottom, right in merges}
    covered = {
        (row, column)
        for top, left, bottom, right in merges
        for row in range(top, min(bottom, len(texts)) + 1)
        for column in range(left, min(right, width) + 1)
        if (row, column) != (top, left)
    }
    for n, row in enumerate(texts[head:], head):
        if not any(row):
            continue
        cells = []
        for column, text in enumerate(row[:width]):
            if (n, column) in covered:
                continue
            bottom, right = begins.get((n, column), (n, column))
            span = min(right, width - 1) - column + 1
            cells.append(Cell(text, colspan=max(span, 1), rowspan=max(bottom - n + 1, 1)))
        yield tuple(cells)


def _text(value: Any) -> str:
    """Return a cell's value as a person would type it.

    >>> _text(3985758.0), _text(96171.6), _text(datetime.date(2024, 1, 5)), _text(" 规 章 ")
    ('3985758', '96171.6', '2024-01-05', '规 章')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # 15 digits are what a workbook's numbers hold.
        return f"{value:.15g}" if not value.is_integer() else f"{value:.0f}"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return " ".join(str(value).split())

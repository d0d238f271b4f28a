"""The statutory tables of 2021 as grids of merged cells, the way the official form draws them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.parsers import forms

GROUP_COLUMNS = (26, 76, 130)
DATA_COLUMNS = (32, 29, 29, 29, 29, 29, 33)
#: The widths of the applications table's columns, in points.
REQUEST_WIDTHS = (*GROUP_COLUMNS, *DATA_COLUMNS)


@dataclass(frozen=True)
class Box:
    """A cell: its text, where it begins, and how many columns and rows it takes."""

    text: str
    row: int
    column: int
    colspan: int = 1
    rowspan: int = 1


def requests(numbers=None):
    """Return the applications table: 3 rows of heads, 25 rows of figures; `numbers` per row."""
    rows = forms.request_rows(forms.REQUEST_ROWS_2021)
    boxes = [
        Box(forms.REQUEST_HEADER[0].split(" | ")[0], 0, 0, 3, 3),
        Box("申请人情况", 0, 3, 7),
        Box("自然人", 1, 3, 1, 2),
        Box("法人或其他组织", 1, 4, 5),
        Box("总计", 1, 9, 1, 2),
        *(Box(text, 2, 4 + n) for n, text in enumerate(forms.REQUEST_HEADER[2].split(" | "))),
    ]
    spans = {"三、": 22, "（三）": 8, "（四）": 3, "（五）": 5, "（六）": 3}
    for n, (_, cells) in enumerate(rows):
        labels, data = cells[:-7], cells[-7:]
        boxes += _labels(labels, n + 3, spans)
        figures = numbers[n] if numbers else data
        boxes += [Box(str(figure), n + 3, 3 + k) for k, figure in enumerate(figures)]
    return boxes


def _labels(labels, row, spans):
    boxes = []
    for text in labels:
        rowspan = next((count for start, count in spans.items() if text.startswith(start)), 1)
        if text.startswith("三、"):
            column, colspan = 0, 1
        elif text[0] in "一二四":
            column, colspan = 0, 3
        elif text.startswith("（"):
            column, colspan = 1, 1 if rowspan > 1 else 2
        else:
            column, colspan = 2, 1
        boxes.append(Box(text, row, column, colspan, rowspan))
    return boxes


def plain(lines, columns):
    """Return a grid of lines with bars; a row of fewer cells is merged at its end."""
    boxes = []
    for row, line in enumerate(lines):
        cells = line.split(" | ")
        for column, text in enumerate(cells):
            last = column == len(cells) - 1
            boxes.append(Box(text, row, column, columns - column if last else 1))
    return boxes


def remedies(numbers):
    """Return the remedies table with its 15 figures."""
    outcomes = forms.REMEDIES[2].split(" | ")
    return [
        Box("行政复议", 0, 0, 5),
        Box("行政诉讼", 0, 5, 10),
        *(Box(text, 1, n, 1, 2) for n, text in enumerate(outcomes[:5])),
        Box("未经复议直接起诉", 1, 5, 5),
        Box("复议后起诉", 1, 10, 5),
        *(Box(text, 2, 5 + n) for n, text in enumerate(outcomes)),
        *(Box(str(number), 3, n) for n, number in enumerate(numbers)),
    ]


def rows_of(boxes):
    """Return the boxes by rows, from left to right."""
    count = max(box.row for box in boxes) + 1
    return [
        sorted((box for box in boxes if box.row == n), key=lambda box: box.column)
        for n in range(count)
    ]

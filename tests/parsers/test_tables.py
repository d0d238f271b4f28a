"""Rows split into labels and data, and lined up with their headers."""

from __future__ import annotations

import pytest

from parsers.layout import Span
from parsers.tables import grids, part_row, under_headers
from tests.parsers.prose import paragraphs


def _row(*texts: str) -> tuple[Span, ...]:
    return tuple(Span(text, 0, 0) for text in texts)


@pytest.mark.parametrize(
    ("cells", "labels", "data"),
    [
        (("规章", "1", "2"), ["规章"], ["1", "2"]),
        (
            ("", "（三）不予公开", "1.属于国家秘密", "", "4"),
            ["（三）不予公开", "1.属于国家秘密"],
            ["", "4"],
        ),
        (("5", "", "0"), [], ["5", "", "0"]),
        (("规章", "", ""), ["规章"], ["", ""]),
    ],
)
def test_data_begin_behind_the_last_label(
    cells: tuple[str, ...], labels: list[str], data: list[str]
) -> None:
    parts = part_row(_row(*cells))
    assert ([c.text for c in parts.labels], [c.text for c in parts.data]) == (labels, data)


@pytest.mark.parametrize(
    ("headers", "data", "wanted"),
    [
        (("甲", "乙", "丙"), ("1", "2", "3"), ["1", "2", "3"]),
        (("甲", "乙", "", "丙"), ("1", "2", "", "3"), ["1", "2", "3"]),
        (("甲", "乙", "", "丙"), ("1", "2", "3", ""), ["1", "2", "3"]),
        (("甲", "乙"), ("1", "2", ""), ["1", "2"]),
        (("甲",), ("1", "2"), None),
    ],
)
def test_the_nth_cell_stands_under_the_nth_header(
    headers: tuple[str, ...], data: tuple[str, ...], wanted: list[str] | None
) -> None:
    cells = under_headers(_row(*data), _row(*headers))
    assert (None if cells is None else [c.text for c in cells]) == wanted


def test_short_lines_of_prose_are_no_table() -> None:
    assert grids(paragraphs("一、概述", "2014年", "我局工作", "二、其他")) == []

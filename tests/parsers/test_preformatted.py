"""Text in `<pre>`: its lines are blocks, its tabs part the cells of a table."""

from __future__ import annotations

from dataclasses import replace

from parsers.extract import extract
from parsers.extract.preformatted import parts_of
from tests.parsers.prose import PAGE


def told(text):
    return [line or [[cell.text for cell in row] for row in rows] for line, rows in parts_of(text)]


def test_each_line_is_a_paragraph():
    assert told("一、概述\n\n    主动公开  30条\n") == ["一、概述", "主动公开 30条"]


def test_lines_with_tabs_are_rows_and_blank_cells_stay():
    rows = told("表\n规章\t1\t\t3\n第二十条第（五）项\n许可\t\t2\t3\n强制\t0\t0\t0\n完")
    assert rows == [
        "表",
        [
            ["规章", "1", "", "3"],
            ["第二十条第（五）项"],
            ["许可", "", "2", "3"],
            ["强制", "0", "0", "0"],
        ],
        "完",
    ]


def test_two_lines_with_tabs_are_no_table():
    assert told("电话\t0518\n邮编\t222000") == ["电话 0518", "邮编 222000"]


def test_a_page_keeps_its_lines_apart():
    body = b"<body><pre>\xe4\xb8\x80\n<b>\xe4\xba\x8c</b>\xe4\xb8\x89\n</pre>\xe5\x9b\x9b</body>"
    document = extract(replace(PAGE, body=b"<meta charset=utf-8>" + body))
    assert [block.text for block in document.blocks if block.text] == ["一", "二三", "四"]

"""The text of a report, and where its paragraphs and cells lie in it."""

from __future__ import annotations

from parsers.items import Block, Cell
from parsers.layout import lay_out
from tests.parsers.prose import document_of, paragraphs, table


def test_blocks_are_lines_and_rows_have_bars() -> None:
    layout = lay_out(document_of(Block(text="一、概述"), table("规章 | 0"), Block(text="完")))
    assert layout.text == "一、概述\n规章 | 0\n完"
    assert [layout.text[a:b] for a, b in layout.blocks] == ["一、概述", "规章 | 0", "完"]


def test_every_cell_and_line_lies_where_it_says() -> None:
    rows = ("信息内容 |  | 数量", " | 规章 |  7 ", " |  | ")
    layout = lay_out(document_of(Block(text=" 标 题 "), table(*rows), Block(text="\u00a0尾")))
    (drawn,) = layout.tables
    assert [[c.text for c in row] for row in drawn.rows] == [
        ["信息内容", "", "数量"],
        ["", "规章", "7"],
    ]
    for span in (*layout.lines, *(c for row in drawn.rows for c in row), drawn):
        text = span.text if hasattr(span, "text") else layout.text[drawn.start : drawn.end]
        assert layout.text[span.start : span.end] == text


def test_only_main_blocks_are_laid_out_where_any_is_main() -> None:
    menu = Block(text="首页 网站地图", main=False)
    assert lay_out(document_of(menu, Block(text="正文"))).text == "正文"
    assert lay_out(document_of(menu)).text == "首页 网站地图"


def test_hidden_blocks_are_not_laid_out() -> None:
    hidden = Block(text="看不见", hidden="display:none")
    assert lay_out(document_of(Block(text="看得见"), hidden)).text == "看得见"


def test_runs_of_bar_lines_are_tables_with_their_cells_in_place() -> None:
    layout = paragraphs("序言", "规章 | 0 | |", "规范性文件 | 1 | |", "行政许可 | | 2", "尾声")
    (run,) = layout.tables
    assert not run.drawn
    assert [[c.text for c in row] for row in run.rows] == [
        ["规章", "0", ""],
        ["规范性文件", "1", ""],
        ["行政许可", "", "2"],
    ]
    cells = [c for row in run.rows for c in row if c.text]
    assert all(layout.text[c.start : c.end] == c.text for c in cells)
    assert [line.text for line in layout.lines] == ["序言", "尾声"]


def test_a_lone_line_with_bars_is_a_line() -> None:
    layout = paragraphs("首页 | 概况 | 公开", "正文")
    assert layout.tables == ()
    assert len(layout.lines) == 2


def test_white_space_inside_a_cell_becomes_one_space() -> None:
    block = Block(tag="table", rows=((Cell("本年新\n  制作\u00a0数量"),),))
    assert lay_out(document_of(block)).text == "本年新 制作 数量"


def test_an_empty_document_has_no_text() -> None:
    layout = lay_out(document_of())
    assert (layout.text, layout.lines, layout.tables) == ("", (), ())


def test_a_bar_that_opens_every_line_opens_no_cell() -> None:
    layout = paragraphs("| 结果维持 | 结果纠正 |", "|3 | |", "｜ 4 | 0 |")
    assert [[c.text for c in row] for row in layout.tables[0].rows] == [
        ["结果维持", "结果纠正"], ["3", ""], ["4", "0"],
    ]  # fmt: skip
    cells = [cell for row in layout.tables[0].rows for cell in row]
    assert all(layout.text[c.start : c.end] == c.text for c in cells)

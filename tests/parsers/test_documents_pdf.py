"""PDFs of every make become paragraphs and whole tables."""

from __future__ import annotations

import pytest

from parsers.extract.pdf import read_pdf
from parsers.extract.pdf_lines import join_wrapped
from parsers.extract.worker import Unreadable
from parsers.layout import lay_out
from tests.parsers import forms
from tests.parsers.documents import grids
from tests.parsers.documents.pdfs import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Canvas,
    Table,
    draw_paragraph,
    pdf,
)
from tests.parsers.documents.reports import report
from tests.parsers.prose import document_of, facts_of, organ_values

REQUESTS = Table(grids.requests(), grids.REQUEST_WIDTHS)
PARAGRAPH = "本年度共受理政府信息公开申请46件，" * 6 + "均已按期办结。"


def cells(block):
    return [[(cell.text, cell.colspan, cell.rowspan) for cell in row] for row in block.rows]


def drawn(boxes):
    return [[(b.text, b.colspan, b.rowspan) for b in row] for row in grids.rows_of(boxes)]


def broken(table, row, part, *, open_at_break):
    """A table over two pages: the break lies in `row`, at that part of its height."""
    at = table.rows[row] + part * (table.rows[row + 1] - table.rows[row])
    first, second = Canvas(), Canvas()
    table.draw(first, TOP, 0, at, open_at_break=open_at_break)
    first.text(480, 800, "- 3 -", 12)
    table.draw(second, TOP, at, open_at_break=open_at_break)
    second.text(100, 800, "— 4 —", 12)
    return pdf(first, second)


@pytest.mark.parametrize("row", range(3, 28))
def test_a_table_cut_by_a_page_break_is_whole_again(row):
    cut = broken(REQUESTS, row, 0.5 * (row % 2), open_at_break=row % 3 == 0)
    blocks, warnings = read_pdf(cut)
    assert (len(blocks), warnings) == (1, [])
    assert cells(blocks[0]) == drawn(REQUESTS.boxes)
    values = organ_values(lay_out(document_of(*blocks)))
    assert values == forms.request_values(forms.REQUEST_ROWS_2021)


@pytest.mark.parametrize("row", range(3))
def test_figures_survive_a_break_in_the_head_of_a_table(row):
    blocks, _ = read_pdf(broken(REQUESTS, row, 0.5, open_at_break=False))
    values = organ_values(lay_out(document_of(*blocks)))
    assert values == forms.request_values(forms.REQUEST_ROWS_2021)


def test_figures_below_a_head_without_labels_are_not_joined_to_it():
    table = Table(grids.remedies(range(15)), [29] * 15)
    blocks, _ = read_pdf(broken(table, 3, 0.0, open_at_break=False))
    assert cells(blocks[0]) == drawn(table.boxes)


def test_a_new_row_at_the_top_of_a_page_stays_a_row_of_its_own():
    lines = ["信息内容 | 本年处理决定数量", "行政处罚 | ", "行政强制 | 9", "行政许可 | "]
    table = Table(grids.plain(lines, 2), [150, 200])
    for row in range(1, 4):
        blocks, _ = read_pdf(broken(table, row, 0.0, open_at_break=False))
        assert cells(blocks[0]) == drawn(table.boxes)


def test_a_head_that_each_page_repeats_stands_once():
    lines = ["指标 | 单位 | 数量", "收到申请数 | 件 | 46", "申请办结数 | 件 | 45"]
    table = Table(grids.plain(lines, 3), [150, 60, 60])
    first, second = Canvas(), Canvas()
    table.draw(first, TOP, 0, table.rows[2])
    end = table.draw(second, TOP, 0, table.rows[1])
    table.draw(second, end, table.rows[2])
    blocks, _ = read_pdf(pdf(first, second))
    assert cells(blocks[0]) == drawn(table.boxes)


def bars(canvas, x0, top, x1, bottom):
    for side in ((x0, top, x1, top), (x0, bottom, x1, bottom)):
        canvas.bar(*side)
    for side in ((x0, top, x0, bottom), (x1, top, x1, bottom)):
        canvas.bar(*side)


@pytest.mark.parametrize("sides", [bars, Canvas.frame, Canvas.corner], ids=lambda f: f.__name__)
def test_rules_are_seen_however_they_are_drawn(sides):
    canvas = Canvas()
    table = Table(grids.requests(), grids.REQUEST_WIDTHS, sides=sides)
    canvas.paint(table.stops[0], TOP, table.stops[-1], TOP + table.rows[1], grey=0.8)
    table.draw(canvas, TOP)
    blocks, _ = read_pdf(pdf(canvas))
    assert [cells(block) for block in blocks] == [drawn(table.boxes)]


def test_text_between_two_tables_keeps_them_apart():
    table = Table(grids.plain(["规章 | 1", "许可 | 2"], 2), [150, 200])
    first, second = Canvas(), Canvas()
    table.draw(first, TOP)
    second.text(106, TOP, "三、收到和处理政府信息公开申请情况", 16)
    table.draw(second, TOP + 40)
    blocks, _ = read_pdf(pdf(first, second))
    assert [block.is_table for block in blocks] == [True, False, True]


def test_boxes_painted_behind_text_are_no_table():
    canvas = Canvas()
    for n, line in enumerate(("一、总体情况", "全年主动公开信息320条。")):
        canvas.paint(LEFT, TOP + 28 * n, RIGHT, TOP + 28 * (n + 1))
        canvas.paint(LEFT, TOP + 28 * n, LEFT + 1, TOP + 28 * (n + 1))
        canvas.text(106, TOP + 28 * n + 6, line, 16)
    blocks, _ = read_pdf(pdf(canvas))
    assert [block.text for block in blocks] == ["一、总体情况", "全年主动公开信息320条。"]


def test_a_frame_around_a_paragraph_is_no_table():
    canvas = Canvas()
    table = Table([grids.Box("联系电话：0517-00000000", 0, 0)], [300])
    table.draw(canvas, TOP)
    blocks, _ = read_pdf(pdf(canvas))
    assert [(block.text, block.rows) for block in blocks] == [("联系电话：0517-00000000", ())]


def test_lines_make_paragraphs_over_page_breaks_without_page_numbers():
    first, second = Canvas(), Canvas()
    first.text(106, TOP, "一、总体情况", 16)
    draw_paragraph(first, TOP + 28, PARAGRAPH)
    draw_paragraph(first, BOTTOM - 4 * 28, PARAGRAPH[:90])
    first.text(480, 805, "第 1 页", 12)
    second.text(LEFT, TOP, "次页续写。", 16)
    second.text(480, 805, "2 / 2", 12)
    texts = [block.text for block in read_pdf(pdf(first, second))[0]]
    assert texts[:2] == ["一、总体情况", PARAGRAPH]
    assert len(texts) in (3, 4)
    assert "".join(texts[2:]) == PARAGRAPH[:90] + "次页续写。"


def test_rows_of_a_table_without_rules_stay_lines():
    canvas = Canvas()
    rows = [("1.属于国家秘密", "2.其他法律行政法规禁止公开"), ("12", "3"), ("0", "1"), ("12", "4")]
    for x, column in zip((LEFT, 300, 400, RIGHT - 20), rows, strict=True):
        for n, text in enumerate(column):
            canvas.text(x, TOP + 14 * n, text, 10)
    texts = [block.text for block in read_pdf(pdf(canvas))[0]]
    assert texts == ["1.属于国家秘密 12 0 12", "2.其他法律行政法规禁止公开 3 1 4"]


@pytest.mark.parametrize("seed", range(8))
def test_every_cell_of_a_report_that_flows_over_pages_is_read(seed):
    body, stated = report(seed)
    blocks, warnings = read_pdf(body)
    facts = facts_of(lay_out(document_of(*blocks)), 2024)
    assert {fact.metric: fact.value for fact in facts if fact.method == "table"} == stated
    assert (sum(block.is_table for block in blocks), warnings) == (3, [])


def test_a_running_head_stands_once():
    pages = []
    for n in range(3):
        canvas = Canvas()
        canvas.text(200, 40, "渠县水务局年度报告", 10)
        draw_paragraph(canvas, TOP, f"第{n}段。")
        pages.append(canvas)
    texts = [block.text for block in read_pdf(pdf(*pages))[0]]
    assert texts == ["渠县水务局年度报告", "第0段。", "第1段。", "第2段。"]


def test_spread_characters_are_one_word_and_numbers_side_by_side_are_two():
    canvas = Canvas()
    for n, character in enumerate("总计"):
        canvas.text(LEFT + n * 16, TOP, character, 10)
    canvas.text(LEFT + 60, TOP, "12", 10)
    canvas.text(LEFT + 75, TOP, "34", 10)
    assert [block.text for block in read_pdf(pdf(canvas))[0]] == ["总计 12 34"]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["商业企", "业"], "商业企业"),
        (["三", "、", "本"], "三、本"),
        (["447", "228"], "447228"),
        (["see", "annex"], "see annex"),
        (["COVID", "19"], "COVID 19"),
    ],
)
def test_wrapped_lines_are_joined_as_they_were_written(lines, joined):
    assert join_wrapped(lines) == joined


def test_a_pdf_without_text_says_so_and_is_not_empty_prose():
    assert read_pdf(pdf(Canvas())) == ([], ["no text layer: the PDF is a scan"])


def test_a_page_without_text_is_named():
    canvas = Canvas()
    canvas.text(LEFT, TOP, "一、总体情况")
    assert read_pdf(pdf(canvas, Canvas()))[1] == ["no text layer on pages 2"]


def test_pages_beyond_the_limit_are_named(monkeypatch):
    monkeypatch.setattr("parsers.extract.pdf.MAX_PAGES", 1)
    first, second = Canvas(), Canvas()
    first.text(LEFT, TOP, "甲")
    second.text(LEFT, TOP, "乙")
    blocks, warnings = read_pdf(pdf(first, second))
    assert [block.text for block in blocks] == ["甲"]
    assert warnings == ["only the first 1 of 2 pages are read"]


def test_a_damaged_pdf_is_told():
    with pytest.raises(Unreadable, match="damaged"):
        read_pdf(b"%PDF-1.7\nrubbish")

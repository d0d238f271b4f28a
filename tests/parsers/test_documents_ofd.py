"""OFD, the Chinese fixed-layout format, is read as a PDF is: lines, paragraphs, ruled tables."""

from __future__ import annotations

import pytest

from parsers.extract.media import media_type_of
from parsers.extract.ofd import MAX_PAGES, read_ofd
from parsers.extract.worker import OFD, Unreadable, extract_limited
from tests.parsers import forms
from tests.parsers.documents import grids
from tests.parsers.documents.ofds import Sheet, ofd
from tests.parsers.documents.office import zipped
from tests.parsers.documents.pdfs import Table, draw_paragraph
from tests.parsers.test_documents_office import cells, drawn, texts, values


def test_text_and_ruled_tables_of_an_ofd_are_read_in_their_order():
    sheet = Sheet()
    sheet.text(80, 60, "三、收到和处理政府信息公开申请情况", 16)
    grid = Table(grids.requests(), grids.REQUEST_WIDTHS)
    grid.draw(sheet, 100)
    blocks, warnings = extract_limited(ofd(sheet), OFD)
    assert (texts(blocks), warnings) == (["三、收到和处理政府信息公开申请情况", ""], ())
    assert cells(blocks[1]) == drawn(grids.requests())
    assert values(blocks) == forms.request_values(forms.REQUEST_ROWS_2021)


def test_a_table_goes_on_over_pages_and_page_numbers_are_left_out():
    grid = Table(grids.plain([f"第{n}行 | {n}" for n in range(40)], 2), [200, 100])
    first, second = Sheet(), Sheet()
    half = grid.rows[20]
    grid.draw(first, 80, 0, half)
    grid.draw(second, 80, half)
    first.text(290, 800, "- 1 -")
    second.text(290, 800, "- 2 -")
    blocks, _ = read_ofd(ofd(first, second))
    assert [len(block.rows) for block in blocks] == [40]


def test_paragraphs_are_whole_and_latin_keeps_its_spaces():
    sheet = Sheet()
    draw_paragraph(
        sheet, 80, "2024年，全市主动公开政府信息320条，其中规章1件、规范性文件12件，共计13件。"
    )
    sheet.text(80, 300, "Annual Report", 12)
    assert texts(read_ofd(ofd(sheet))[0]) == [
        "2024年，全市主动公开政府信息320条，其中规章1件、规范性文件12件，共计13件。",
        "Annual Report",
    ]


def test_distances_may_be_written_as_repeats_and_matrices_scale():
    sheet = Sheet()
    sheet.place(80, 60, "主动公开", 10, deltas="g 3 3.53")
    sheet.place(80, 100, "依申请", 5, deltas="1.76", matrix=' CTM="2 0 0 2 0 0"')
    sheet.place(80, 140, "一", 10, deltas="")
    sheet.place(80, 180, "甲<乙丙丁戊己", 10, deltas="3.53 3.53")
    assert texts(read_ofd(ofd(sheet))[0]) == ["主动公开", "依申请", "一", "甲<乙丙丁戊己"]


def test_what_a_template_draws_is_on_every_page():
    template = Sheet()
    template.text(80, 400, "水务局办公室编制")
    sheet = Sheet()
    sheet.text(80, 60, "年度报告")
    assert texts(read_ofd(ofd(sheet, template=template))[0]) == ["年度报告", "水务局办公室编制"]


def test_boxes_rule_a_table_and_curves_do_not():
    sheet = Sheet()
    for n, word in enumerate(("规章", "1", "许可", "2")):
        x, y = 80 + 100 * (n % 2), 100 + 30 * (n // 2)
        sheet.path("M 0 0 L 35.28 0 L 35.28 10.58 L 0 10.58 C", x, y)
        sheet.path("M 0 0 B 1 1 2 2 35 0", x, y + 10)
        sheet.path("M 0 5 L 30 5", x, y, painted='Stroke="false"')
        sheet.text(x + 5, y + 10, word)
    (block,) = read_ofd(ofd(sheet))[0]
    assert [[cell.text for cell in row] for row in block.rows] == [["规章", "1"], ["许可", "2"]]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (zipped([("OFD.xml", "<OFD>")]), "XML is damaged"),
        (zipped([("OFD.xml", "<OFD><DocRoot>Doc.xml</DocRoot></OFD>")]), r"no part Doc\.xml"),
        (zipped([("Doc.xml", "")]), r"no part OFD\.xml"),
    ],
)
def test_a_damaged_ofd_is_told(body, warning):
    with pytest.raises(Unreadable, match=warning):
        read_ofd(body)


def test_a_scan_in_an_ofd_and_an_empty_one_are_told():
    sheet = Sheet()
    sheet.text(80, 60, "年度报告")
    assert read_ofd(ofd(Sheet()))[1] == ["the OFD holds no text, as a scan does"]
    assert read_ofd(ofd(sheet, Sheet()))[1] == ["pages without text: 2"]
    assert read_ofd(ofd())[1] == ["the OFD has no pages"]
    assert read_ofd(ofd(*[sheet] * (MAX_PAGES + 1)))[1][0].startswith("only the first 300 of 301")
    assert media_type_of(ofd(sheet)) == OFD

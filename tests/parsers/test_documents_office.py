"""Word documents, workbooks and archives of them become blocks in the order of their bodies."""

from __future__ import annotations

import zipfile

import pytest

from parsers.extract.archives import MAX_MEMBERS, read_archive
from parsers.extract.docx import read_docx
from parsers.extract.media import media_type_of
from parsers.extract.sheets import read_sheets
from parsers.extract.worker import DOCX, XLS, XLSX, ZIP, Unreadable
from parsers.layout import lay_out
from tests.parsers import forms
from tests.parsers.documents import grids
from tests.parsers.documents.office import docx, paragraph, word_table, xlsx, zipped
from tests.parsers.documents.pdfs import Canvas, pdf
from tests.parsers.prose import document_of, organ_values

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def texts(blocks):
    return [block.text for block in blocks]


def cells(block):
    return [[(cell.text, cell.colspan, cell.rowspan) for cell in row] for row in block.rows]


def drawn(boxes):
    return [[(b.text, b.colspan, b.rowspan) for b in row] for row in grids.rows_of(boxes)]


def values(blocks):
    return organ_values(lay_out(document_of(*blocks)))


def test_paragraphs_and_tables_of_a_docx_stand_in_their_order():
    blocks, warnings = read_docx(
        docx(
            paragraph("三、收到和处理", "申请情况"), word_table(grids.requests()), paragraph("四、")
        )
    )
    assert texts(blocks) == ["三、收到和处理申请情况", "", "四、"]
    assert (cells(blocks[1]), warnings) == (drawn(grids.requests()), [])
    assert values(blocks) == forms.request_values(forms.REQUEST_ROWS_2021)


def test_deleted_text_and_second_copies_are_left_out_and_hidden_text_is_marked():
    body = (
        "<w:p><w:r><w:t>公开</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r><w:r><w:tab/><w:t>320条</w:t></w:r>"
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent>"
        "</mc:Fallback></mc:AlternateContent></w:p>"
    )
    blocks, _ = read_docx(docx(body))
    found = [(block.text, block.hidden) for block in blocks]
    assert found == [("公开 320条", None), ("暗", "vanish"), ("框", None)]


def test_numbers_that_word_counts_by_itself_are_counted():
    def level(depth, form, text):
        return (
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
        )

    levels = level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）")
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{levels}{level(2, "bullet", "·")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )

    def numbered(depth, text):
        properties = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>'
        return paragraph(text, properties=properties)

    outline = (
        (0, "总体情况"),
        (1, "主动公开"),
        (1, "依申请公开"),
        (0, "问题"),
        (1, "不足"),
        (2, "甲"),
    )
    blocks, _ = read_docx(docx(*(numbered(*line) for line in outline), numbering=numbering))
    assert texts(blocks) == [
        "一、总体情况",
        "（一）主动公开",
        "（二）依申请公开",
        "二、问题",
        "（一）不足",
        "甲",
    ]


def test_a_table_that_only_lays_out_is_prose():
    inner = word_table(grids.plain(["规章 | 1", "许可 | 2"], 2))
    row = f"<w:tr><w:tc>{paragraph('甲')}{inner}</w:tc><w:tc>{paragraph('乙')}</w:tc></w:tr>"
    outer = f"<w:tbl>{row}</w:tbl>"
    one = word_table([grids.Box("丙", 0, 0)])
    blocks, _ = read_docx(docx(outer, one))
    assert [block.text or cells(block)[0][0][0] for block in blocks] == ["甲", "规章", "乙", "丙"]


def test_a_damaged_docx_is_told():
    with pytest.raises(Unreadable, match="XML is damaged"):
        read_docx(zipped([("word/document.xml", "<w:document>")]))
    with pytest.raises(Unreadable, match=r"no part word/document\.xml"):
        read_docx(zipped([("word/other.xml", "")]))
    with pytest.raises(Unreadable, match="archive is damaged"):
        read_docx(b"PK\x03\x04 and no more")


def test_a_workbook_gives_each_sheet_as_title_and_table():
    title = [grids.Box("渠县水务局2016年统计表", 0, 0, 3)]
    rows = [" | ".join((name, unit, figure or "0")) for name, unit, figure, _ in forms.STATISTICS]
    table = [
        grids.Box(box.text, box.row + 1, box.column, box.colspan) for box in grids.plain(rows, 3)
    ]
    blocks, warnings = read_sheets(xlsx(a=(title + table, "visible")))
    assert (texts(blocks), warnings) == (["渠县水务局2016年统计表", ""], [])
    found = values(blocks)
    stated = {code: float(figure or 0) for _, _, figure, code in forms.STATISTICS if code}
    assert {code: found.get(code) for code in stated} == stated


def test_merged_cells_of_a_sheet_become_spans_and_hidden_sheets_are_marked():
    blocks, _ = read_sheets(
        xlsx(
            a=(grids.requests(), "visible"),
            b=(grids.plain(["规章 | 2.5", "许可 | 3"], 2), "hidden"),
        )
    )
    assert cells(blocks[0]) == drawn(grids.requests())
    assert (blocks[1].rows[0][1].text, blocks[1].hidden) == ("2.5", "hidden sheet")


def test_a_damaged_workbook_is_told():
    with pytest.raises(Unreadable, match="workbook is damaged"):
        read_sheets(OLE)


def test_an_archive_is_read_in_the_order_of_names_and_says_what_it_skips():
    canvas = Canvas()
    canvas.text(80, 80, "乙")
    body = zipped(
        [
            ("2.pdf", pdf(canvas)),
            ("1.docx", docx(paragraph("甲"))),
            ("3.txt", "丙"),
            ("4.zip", zipped([("5.docx", docx(paragraph("丁")))])),
            ("5.html", "<html><p>戊</p></html>"),
        ]
    )
    blocks, warnings = read_archive(body)
    assert texts(blocks) == ["甲", "乙", "丙", "戊"]
    assert warnings == ["4.zip: application/zip in an archive is not read"]


def test_a_name_in_gbk_is_read_as_chinese_windows_wrote_it():
    body = zipped([("_____.rar", b"Rar!\x1a\x07\x00")]).replace(b"_____", "年报1".encode("gbk"))
    told = "年报1.rar: application/vnd.rar in an archive is not read"
    assert read_archive(body)[1] == [told]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("word/document.xml", bytes(8 * 1024 * 1024))], "more than 150 times"),
        ([(f"{n}.txt", "") for n in range(MAX_MEMBERS + 1)], "more than 2000 files"),
    ],
)
def test_a_bomb_is_not_opened(members, reason):
    with pytest.raises(Unreadable, match=reason):
        read_archive(zipped(members))


def test_an_archive_stored_in_an_archive_does_not_lend_it_its_kind():
    inner = docx(paragraph("甲"))
    assert media_type_of(inner) == DOCX
    assert media_type_of(zipped([("1.docx", inner)], zipfile.ZIP_STORED)) == ZIP
    assert media_type_of(xlsx(a=(grids.plain(["甲 | 1"], 2), "visible"))) == XLSX


@pytest.mark.parametrize(
    ("stream", "media_type"),
    [
        ("WordDocument", "application/msword"),
        ("Workbook", XLS),
        ("Other", "application/x-ole-storage"),
    ],
)
def test_a_compound_file_is_what_its_streams_are_named(stream, media_type):
    assert media_type_of(OLE + stream.encode("utf-16-le") + bytes(64)) == media_type

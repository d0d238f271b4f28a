"""Word documents of 1997–2007, which WPS writes, too, become blocks, every cell in its place."""

from __future__ import annotations

import pytest

from parsers.extract.doc import read_doc
from parsers.extract.media import media_type_of
from parsers.extract.worker import DOC, Unreadable, extract_limited
from parsers.report import read_page
from tests.parsers import forms
from tests.parsers.documents import docs, grids
from tests.parsers.documents.docs import DELETED, VANISH, doc, listed, paragraph, table
from tests.parsers.pages import page_of
from tests.parsers.test_documents_office import cells, drawn, texts, values

CHINESE = ((37, "%1、"), (37, "（%2）"), (0, "%3."))


def test_paragraphs_and_tables_of_a_doc_stand_in_their_order():
    body = doc(
        paragraph("三、收到和处理", "申请情况"),
        *table(grids.requests(), grids.REQUEST_WIDTHS),
        paragraph("四、"),
    )
    blocks, warnings = read_doc(body)
    assert (texts(blocks), warnings) == (["三、收到和处理申请情况", "", "四、"], [])
    assert cells(blocks[1]) == drawn(grids.requests())
    assert values(blocks) == forms.request_values(forms.REQUEST_ROWS_2021)


def test_a_doc_comes_through_the_worker_with_its_figures():
    report = read_page(
        page_of(
            doc(
                paragraph("渠县水务局2024年政府信息公开工作年度报告"),
                paragraph(
                    "本报告的统计期限为2024年1月1日至2024年12月31日，主动公开政府信息320条。"
                ),
                *table(grids.requests(), grids.REQUEST_WIDTHS),
            )
        ),
        None,
    )
    assert (report.kind, report.year, report.warnings) == ("annual_report", 2024, [])
    found = {fact.metric: fact.value for fact in report.facts if fact.method == "table"}
    assert found == forms.request_values(forms.REQUEST_ROWS_2021)


def test_numbers_that_word_counts_by_itself_are_counted():
    outline = ((0, "总体"), (1, "主动"), (1, "依申请"), (0, "问题"), (2, "甲"))
    blocks, _ = read_doc(doc(*(listed(text, level) for level, text in outline), levels=CHINESE))
    assert texts(blocks) == ["一、总体", "（一）主动", "（二）依申请", "二、问题", "1.甲"]


def test_field_codes_and_deleted_text_are_left_out_and_hidden_text_is_marked():
    body = doc(
        paragraph("公开", ("旧", DELETED), ("暗", VANISH), "\t320条\x0b完"),
        paragraph('\x13 HYPERLINK "http://a.cn" \x14年报\x15见𠮷县'),
    )
    found = [(block.text, block.hidden) for block in read_doc(body)[0]]
    assert found == [("公开 320条 完", None), ("暗", "vanish"), ("年报见𠮷县", None)]


def test_text_of_one_byte_a_character_and_a_last_line_without_end_are_read():
    assert texts(read_doc(doc(paragraph("2024 report", end=""), narrow=True))[0]) == ["2024 report"]


def test_properties_over_many_pages_of_the_file_are_found():
    rows = [f"{n} | 第{n}行" for n in range(200)]
    blocks, _ = read_doc(doc(*table(grids.plain(rows, 2), [40, 80]), paragraph("末")))
    assert [[cell.text for cell in row] for row in blocks[0].rows] == [
        row.split(" | ") for row in rows
    ]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (doc(paragraph("甲"), flags=0x0100), "locked by a password"),
        (doc(paragraph("甲"), version=0x0065), "older than 97"),
        (docs.compound({"WordDocument": b"\xec\xa5\xc1\x00"}), "no part 0Table"),
        (docs.compound({"Other": b"1"}), "no part WordDocument"),
        (doc(paragraph("甲"))[:900], "damaged"),
    ],
    ids=["locked", "old", "cut", "other", "torn"],
)
def test_what_cannot_be_read_is_told(body, warning):
    with pytest.raises(Unreadable, match=warning):
        read_doc(body)


def test_a_damaged_doc_never_harms_the_crawl():
    body = bytearray(doc(*table(grids.requests(), grids.REQUEST_WIDTHS)))
    for at in range(512, len(body), 37):
        body[at] ^= 0xFF
    blocks, warnings = extract_limited(bytes(body), DOC)
    assert media_type_of(bytes(body)) in (DOC, "application/x-ole-storage")
    assert blocks or warnings

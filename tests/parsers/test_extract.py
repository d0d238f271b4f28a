"""Pages of every make become blocks in reading order."""

from __future__ import annotations

import pytest

from parsers.extract import extract
from parsers.extract.media import media_type_of
from parsers.items import Link
from tests.parsers.pages import page_of

REPORT = "渠县水务局2016年政府信息公开工作年度报告，主动公开政府信息三百二十条。"


def texts(document):
    return [block.text for block in document.blocks]


@pytest.mark.parametrize(
    ("caption", "shown"),
    [
        ("<caption>统计表<b>（2014年）</b></caption>", ["统计表（2014年）"]),
        ("<caption><p>统计</p><div>表</div></caption>", ["统计", "表"]),
        ("<caption></caption>", []),
    ],
)
def test_a_tables_caption_stands_above_it(caption, shown):
    rows = "<tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr>"
    document = extract(page_of(html(f"<p>前</p><table>{caption}{rows}</table><p>后</p>")))
    assert texts(document) == ["前", *shown, "", "后"]


def test_a_caption_that_is_not_shown_is_marked():
    table = "<table><caption style='display:none'>表</caption><tr><td>甲<td>1</table>"
    first, second = extract(page_of(html(table))).blocks
    assert (first.text, first.hidden, second.text) == ("表", "display:none", "")


def html(body, head=""):
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "gb18030", "big5"])
def test_a_declared_charset_is_used_where_it_decodes(charset):
    text = html("<p>水務局</p>" if charset == "big5" else f"<p>{REPORT}</p>")
    page = page_of(
        text.encode(charset), headers=((b"Content-Type", f"text/html; charset={charset}".encode()),)
    )
    document = extract(page)
    assert texts(document)[0] in (REPORT, "水務局")
    assert document.warnings == ()


def test_bytes_that_are_utf8_are_read_so_whatever_the_header_says():
    page = page_of(
        html(f"<p>{REPORT}</p>"), headers=((b"Content-Type", b"text/html; charset=gbk"),)
    )
    document = extract(page)
    assert (texts(document), document.charset) == ([REPORT], "utf-8")
    assert document.warnings == ("declared as gb18030, but its bytes are UTF-8",)


def test_an_undeclared_page_that_is_no_utf8_is_gb18030():
    assert texts(extract(page_of(html(f"<p>{REPORT}</p>").encode("gbk")))) == [REPORT]


def test_a_few_torn_bytes_do_not_change_the_charset():
    raw = html(f"<p>{REPORT * 5}</p>").encode().replace("水".encode(), b"\xe6\xb0", 1)
    document = extract(page_of(raw))
    assert document.charset == "utf-8"
    assert document.warnings == ("1 characters are damaged in the page's bytes (utf-8)",)


def test_a_byte_order_mark_decides():
    raw = b"\xff\xfe" + html(f"<p>{REPORT}</p>").encode("utf-16-le")
    assert texts(extract(page_of(raw))) == [REPORT]


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "application/x-ole-storage"),
        (
            b"PK\x03\x04...word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"PK\x03\x04...x", "application/zip"),
        (b"\n <HTML><p>x", "text/html"),
        ("年度报告\n一、概述".encode(), "text/plain"),
        (bytes(range(32)) * 9, "application/octet-stream"),
    ],
)
def test_the_bytes_tell_the_media_type(body, media_type):
    assert media_type_of(body) == media_type


def test_a_media_type_that_is_not_read_gives_no_blocks_and_says_so():
    document = extract(page_of(b"Rar!\x1a\x07\x00"))
    told = ("application/vnd.rar is archived and not read",)
    assert (document.blocks, document.warnings) == ((), told)


def test_a_text_page_is_read_by_its_lines():
    assert texts(extract(page_of("一、概述\n\n 公开 320条\n"))) == ["一、概述", "公开 320条"]


def test_paragraphs_line_breaks_and_headings_are_blocks_of_their_own():
    document = extract(page_of(html("<h1>标题</h1><div>甲<br>乙<span>丙</span></div><p>丁")))
    assert [(b.tag, b.text) for b in document.blocks] == [
        ("h1", "标题"), ("div", "甲"), ("div", "乙丙"), ("p", "丁"),
    ]  # fmt: skip


def test_text_below_thousands_of_unclosed_tags_is_kept():
    assert texts(extract(page_of(html("<font><div>" * 2500 + "<p>六、其他</p>")))) == ["六、其他"]


def test_a_table_of_data_keeps_its_cells_as_written():
    document = extract(
        page_of(
            html(
                "<table><tr><th colspan=2>本年新<br>制作数量</th><td></td></tr>"
                "<tr><td rowspan='3'>规章</td><td>&nbsp;</td><td>0</td></tr></table>"
            )
        )
    )
    rows = document.blocks[0].rows
    assert [[cell.text for cell in row] for row in rows] == [
        ["本年新 制作数量", ""], ["规章", "", "0"],
    ]  # fmt: skip
    assert (rows[0][0].colspan, rows[0][0].header, rows[1][0].rowspan) == (2, True, 3)


def test_a_table_that_lays_out_a_page_is_prose_and_the_table_inside_it_is_data():
    inner = "<table><tr><td>规章</td><td>3</td></tr></table>"
    document = extract(
        page_of(html(f"<table><tr><td>菜单</td><td><p>一、概述</p>{inner}</td></tr></table>"))
    )
    assert [(b.text, len(b.rows)) for b in document.blocks] == [
        ("菜单", 0), ("一、概述", 0), ("", 1),
    ]  # fmt: skip


def test_a_one_column_table_is_prose():
    document = extract(page_of(html("<table><tr><td>甲</td></tr><tr><td>乙</td></tr></table>")))
    assert texts(document) == ["甲", "乙"]


@pytest.mark.parametrize(
    ("attribute", "reason"),
    [
        ("style='display: none'", "display:none"),
        ("style='VISIBILITY:hidden'", "visibility:hidden"),
        ("style='position:absolute;left:-9999px'", "off screen"),
        ("style='font-size:0px'", "font-size:0"),
        ("style='height:1px;overflow:hidden'", "no height"),
        ("hidden", "hidden"),
    ],
)
def test_what_a_reader_cannot_see_is_marked_with_its_reason(attribute, reason):
    document = extract(page_of(html(f"<div {attribute}><p>开户</p></div><p>正文</p>")))
    assert [(b.text, b.hidden) for b in document.blocks] == [("开户", reason), ("正文", None)]


def test_scripts_and_styles_are_no_text_but_scripts_are_kept():
    document = extract(page_of(html("<script>var a=1</script><style>p{}</style><p>甲</p>")))
    assert (texts(document), document.scripts) == (["甲"], ("var a=1",))


@pytest.mark.parametrize(
    "main",
    [
        "<div id='zoom'>{}</div>",
        "<div class='x TRS_Editor'>{}</div>",
        "<div id='UCAP-CONTENT'>{}</div>",
        "<div class='v_news_content'>{}</div>",
        "<div id='vsb_content_2'>{}</div>",
        "<meta name='ContentStart'>{}<meta name='ContentEnd'>",
        "<!--ZJEG_RSS.content.begin-->{}<!--ZJEG_RSS.content.end-->",
    ],
)
def test_the_main_block_of_each_site_builder_is_told_from_the_rest(main):
    body = (
        f"<ul><li>首页</li></ul>{main.format(f'<p>{REPORT}</p>')}<div>网站标识码：1310000001</div>"
    )
    document = extract(page_of(html(body)))
    assert [(b.text, b.main) for b in document.blocks] == [
        ("首页", False), (REPORT, True), ("网站标识码：1310000001", False),
    ]  # fmt: skip


def test_without_a_main_block_everything_is_main():
    document = extract(page_of(html(f"<div>首页</div><p>{REPORT}</p>")))
    assert all(block.main for block in document.blocks)


def test_links_are_absolute_as_site_builders_mean_them():
    document = extract(
        page_of(
            html(
                "<p><a href='..\\files\\1.pdf'>附件</a> <a href='www.a.gov.cn/b'>链接</a>"
                "<a href='javascript:void(0)'>打印</a><a href='#top'>顶</a></p>",
                "<base href='/x/y/'>",
            ),
            url="http://www.example.gov.cn/a/b.html",
        )
    )
    assert document.blocks[0].links == (
        Link("http://www.example.gov.cn/x/files/1.pdf", "附件"),
        Link("http://www.a.gov.cn/b", "链接"),
    )


def test_meta_title_and_site_code_are_read():
    head = (
        "<title> 年报_渠县 </title><meta name='PubDate' content='2016-11-22 09:53'>"
        "<script id='_jiucuo_' sitecode='5117250001' src='x.js'></script>"
    )
    document = extract(page_of(html("<p>甲</p>", head)))
    assert document.page_title == "年报_渠县"
    assert document.meta == (("PubDate", "2016-11-22 09:53"), ("sitecode", "5117250001"))


def test_an_empty_page_says_that_it_holds_no_text():
    assert extract(page_of(html(""))).warnings == ("the page holds no text",)

"""Markup made to break a parser, or broken by accident, loses no text; charsets that lie, neither.

Each of these pages took minutes or gigabytes before: that a test ends is its proof.
"""

from __future__ import annotations

import codecs
from dataclasses import replace

import pytest

from parsers.extract import extract
from parsers.extract.taming import MAX_ATTRIBUTES, tamed
from tests.parsers.pages import page_of

TEXT = "全年主动公开政府信息320条"
TOO_DEEP = "the markup is nested more than 4000 deep: read without its tables"


def lines(body, headers=()):
    document = extract(page_of(body, headers=headers))
    return [block.text for block in document.blocks], list(document.warnings)


@pytest.mark.parametrize("levels", [2_046, 2_047, 3_900])
def test_text_below_thousands_of_levels_keeps_its_structure(levels):
    body = f"<html><body>{'<div>' * levels}<p>{TEXT}</p><p>完</p>{'</div>' * levels}"
    assert lines(body) == ([TEXT, "完"], [])


@pytest.mark.parametrize(
    "opened",
    [
        *("<div>", "<span>", '<table class="a"><tr><td>', "<font size=1>", "<DIV><b>", "<ul><li>"),
        *("</h1><div>", "</i><b>", "<li><dt>", "<li><ul></ul><dd>", "<svg><td>", "<math></q><tr>"),
    ],
)
def test_text_below_tens_of_thousands_of_levels_is_kept_without_it(opened):
    found, warnings = lines(f"<html><body>{opened * 30_000}{TEXT}")
    assert found[-1] == TEXT
    assert warnings == [TOO_DEEP]


@pytest.mark.parametrize(
    "repeated",
    [
        "<ul><li>甲</li></ul><dl><dt>乙</dt><dd>丙</dd></dl>",
        "<table><tr><td>甲<td>乙<tr><td>丙</table><p>丁<li>戊",
        "<svg><title>甲</title><path/></svg><b>乙</b></i></h1>",
    ],
)
def test_five_thousand_elements_side_by_side_are_not_deep(repeated):
    body = f"<html><body>{repeated * 3_000}"
    assert tamed(body) == (body, [])


def test_formatting_that_is_opened_anew_in_every_paragraph_is_no_bomb():
    fonts = "".join(f"<font color={n}>" for n in range(3_000))
    found, warnings = lines(f"<html><body>{fonts}{'<p>甲' * 3_000}<p>{TEXT}")
    assert (found[-1], len(found), warnings) == (TEXT, 3_001, [TOO_DEEP])


@pytest.mark.parametrize("around", ["<svg>{}</svg>", "<svg>{}", "{}"])
def test_a_map_of_five_thousand_shapes_leaves_a_page_its_tables(around):
    shapes = around.replace("{}", "<path d='M0 0h1' /><use/>" * 2_500)
    body = f"<table><tr><td>规章</td><td>1</td></tr></table><p>{TEXT}</p>{shapes}"
    document = extract(page_of(f"<html><body>{body}"))
    assert [cell.text for cell in document.blocks[0].rows[0]] == ["规章", "1"]
    assert document.blocks[1].text == TEXT
    assert document.warnings == ("5000 shapes of pictures nest more than 4000 deep: left out",)


def test_shapes_without_which_a_page_is_too_deep_all_the_same_stay_with_the_rest():
    found, warnings = lines(f"<html><body>{'<b><path/>' * 5_000}{TEXT}")
    assert (found, warnings) == ([TEXT], [TOO_DEEP])


def test_an_element_with_a_hundred_thousand_attributes_keeps_its_text():
    flood = " ".join(f'a{n}="1"' for n in range(100_000))
    found, warnings = lines(f"<html><body><p {flood}>{TEXT}</p><p>完</p>")
    assert found == [TEXT, "完"]
    assert warnings == ["1 elements have more than 1000 attributes: left out"]


def test_a_page_that_opens_its_body_ten_thousand_times_keeps_its_text():
    opened = "".join(f"<html a{n}><body b{n}>" for n in range(10_000))
    found, warnings = lines(f"{opened}<p>{TEXT}</p><body c>完")
    assert found == [TEXT, "完"]
    assert warnings == ["<html> and <body> have more than 1000 attributes: left out"]


def test_a_page_pasted_into_a_page_keeps_the_tags_of_both():
    page = f"<html lang=zh><body class=a><p>{'甲' * 30_000}</p>"
    assert tamed(page + page) == (page + page, [])


def test_a_list_of_fifty_thousand_options_keeps_their_words():
    found, warnings = lines(f"<html><body><select>{'<option>甲' * 50_000}</select><p>{TEXT}</p>")
    assert (found[-1], len(found)) == (TEXT, 50_001)
    assert warnings == ["the page has more than 5000 options: read as lines"]


def test_a_list_of_all_counties_keeps_its_options():
    body = f"<select>{'<option value=1>甲</option>' * 3_000}</select>"
    assert tamed(body) == (body, [])


def test_a_colspan_of_thousands_of_digits_is_the_widest_that_there_is():
    row = f"<tr><td colspan={'9' * 5_000}>甲</td><td colspan={'0' * 30}2>乙</td></tr>"
    page = page_of(f"<table>{row}<tr><td>1</td><td>2</td></tr></table>")
    (table,) = extract(page).blocks
    assert [cell.colspan for cell in table.rows[0]] == [1000, 2]


def test_a_picture_inside_an_attribute_and_long_text_are_no_flood():
    body = f'<p><img src="data:image/png;base64,{"A" * 50_000}">{TEXT}</p><p>{"甲 " * 9_000}</p>'
    assert tamed(body) == (body, [])
    assert len("甲 " * 9_000) > MAX_ATTRIBUTES


def test_honest_pages_of_many_elements_are_left_as_they_are():
    body = "<table>" + "<tr><td><p><font>规章</font></p></td><td>1</td></tr>" * 3_000 + "</table>"
    assert tamed(body) == (body, [])


CONFLICTS = [
    # bytes, header, meta, read as
    ("utf-8", "gbk", None, "utf-8"),
    ("utf-8", None, "gb2312", "utf-8"),
    ("utf-8", "utf-8", "gb2312", "utf-8"),
    ("gbk", "utf-8", None, "gb18030"),
    ("gbk", None, "utf-8", "gb18030"),
    ("gbk", "gb2312", "utf-8", "gb18030"),
    ("gbk", "iso-8859-1", None, "gb18030"),
    ("gbk", "utf-8", "gb2312", "gb18030"),
    ("gb18030", None, "gb2312", "gb18030"),
    ("gb18030", "no-such-charset", None, "gb18030"),
    ("gbk", None, None, "gb18030"),
    ("utf-8", None, None, "utf-8"),
    ("big5", "big5", None, "big5hkscs"),
    ("big5", None, "big5", "big5hkscs"),
]


@pytest.mark.parametrize(("written", "header", "meta", "expected"), CONFLICTS)
def test_header_meta_and_bytes_may_conflict(written, header, meta, expected):
    # 镕 is in GBK and not in GB2312, 㐂 only in GB18030.
    text = {"gbk": "朱镕基路", "gb18030": "㐂镇", "big5": "政府資訊公開"}.get(written, "公开")
    declared = f'<meta charset="{meta}">' if meta else ""
    body = f"<html><head>{declared}</head><body><p>{text}{TEXT if written != 'big5' else ''}</p>"
    headers = ((b"Content-Type", f"text/html; charset={header}".encode()),) if header else ()
    document = extract(page_of(body.encode(written), headers=headers))
    assert document.blocks[0].text.startswith(text)
    assert document.charset == expected


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_a_byte_order_mark_wins_over_header_and_meta(mark, charset):
    body = mark + f'<html><meta charset="gbk"><body><p>{TEXT}</p>'.encode(charset)
    headers = ((b"Content-Type", b"text/html; charset=gb2312"),)
    assert lines(body, headers)[0] == [TEXT]


def test_bytes_of_two_charsets_on_one_page_are_damaged_and_said_so():
    body = f"<html><body><p>{TEXT}</p><p>".encode() * 20 + "页脚版权".encode("gbk") + b"</p>"
    found, warnings = lines(body)
    assert found.count(TEXT) == 20
    assert "damaged" in warnings[-1]


def test_nested_and_split_tables_keep_their_cells_and_spans():
    inner = (
        '<table><tr><td rowspan="2">规章</td><td colspan="3">1</td></tr><tr><td>2</td></tr></table>'
    )
    around = f"<table><tr><td>{inner}</td></tr></table>"
    outer = f"<table><tr><td>{'总体情况。' * 80}</td><td>{around}</td></tr></table>"
    blocks = extract(page_of(f"<html><body>{outer}{inner}")).blocks
    tables = [block for block in blocks if block.is_table]
    expected = [[("规章", 1, 2), ("1", 3, 1)], [("2", 1, 1)]]
    found = [[[(c.text, c.colspan, c.rowspan) for c in row] for row in t.rows] for t in tables]
    assert found == [expected, expected]
    assert blocks[0].text == "总体情况。" * 80


def test_the_main_block_of_an_unknown_site_builder_is_the_whole_page():
    body = f'<html><body><div class="nav">首页</div><div class="kuang3"><p>{TEXT}</p></div>'
    document = extract(page_of(body))
    assert [(block.text, block.main) for block in document.blocks] == [("首页", True), (TEXT, True)]


def test_a_rar_is_named_as_unreadable_with_its_kind():
    document = extract(page_of(b"Rar!\x1a\x07\x01\x00"))
    assert document.warnings == ("application/vnd.rar is archived and not read",)


@pytest.mark.parametrize("before", ["", "<p>头</p>", "<p>头</p><section>"])
@pytest.mark.parametrize("text", ["甲", "", " "])
def test_a_paragraph_of_tens_of_thousands_of_links_is_read_in_its_turn(before, text):
    anchors = "".join(f"<a href='/{number}'>{text}</a>" for number in range(30_000))
    document = extract(page_of(f"<html><body>{before}<p>{anchors}"))
    assert sum(len(block.links) for block in document.blocks) == 30_000


@pytest.mark.parametrize("url", ["http://[broken/x.html", "http://www.a.gov.cn\u2100b/x.html"])
def test_a_page_whose_own_address_is_none_is_read_without_its_links(url):
    page = page_of(f"<body><p>{TEXT}</p><a href='/a'>甲</a><a href='b'>乙</a>")
    document = extract(replace(page, url=url, final_url=url))
    assert [block.text for block in document.blocks] == [TEXT, "甲乙"]
    assert not any(block.links for block in document.blocks)

"""A link to a file bears the address that the crawl asks for, and the file's own name."""

from __future__ import annotations

import pytest
from scrapy import Request

from parsers.extract.links import asked_for, file_name
from parsers.report import read_page
from tests.parsers.pages import page_of

ARTICLE = (
    "<meta charset='gbk'><h1>云泽市2013年政府信息公开工作年度报告</h1><div id='zoom'>"
    "<p>全年主动公开政府信息120条。</p><p><a href='/f/年报 (1).doc'>附件</a>"
    "<a href='/f/%C4%EA%B1%A8.xls'>附表</a><a href='/down.jsp?f=年报.pdf'>全文.pdf</a>"
    "<a href='/_content/download.jsp?id=7'>附件【2014年年报.doc】已下载12次</a></p></div>"
)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/f/年报.doc",
        "http://a.example/f/%C4%EA%B1%A8.doc",
        "http://a.example/down.jsp?f=年报.pdf&id=3",
        "http://a.example/f/a b.doc",
        "http://a.example/f/nb(1).doc?x=1,2",
    ],
)
def test_a_link_is_escaped_as_the_crawl_escapes_it(url, charset):
    assert asked_for(url, charset) == Request(url, encoding=charset).url


def test_a_broken_address_stays_as_it_is():
    assert asked_for("http://[年报/", "utf-8") == "http://[年报/"


def test_the_files_of_a_page_in_gbk_have_their_names():
    report = read_page(page_of(ARTICLE.encode("gbk")), None)
    assert [(one.url.partition(".cn")[2], one.filename) for one in report.attachments] == [
        ("/f/%E5%B9%B4%E6%8A%A5%20(1).doc", "年报 (1).doc"),
        ("/f/%C4%EA%B1%A8.xls", "年报.xls"),
        ("/down.jsp?f=%C4%EA%B1%A8.pdf", "全文.pdf"),
        ("/_content/download.jsp?id=7", "2014年年报.doc"),
    ]
    assert file_name("http://a.example/") == ""

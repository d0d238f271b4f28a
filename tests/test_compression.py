"""Content codings are undone as Scrapy undoes them, without a guess at what is still coded."""

from __future__ import annotations

import gzip

import pytest
from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import HtmlResponse
from scrapy.http.response import text
from scrapy.utils.test import get_crawler

from crawler.compression import UndoContentCoding

URL = "http://portal.test/report.html"
PAGES = {
    "named in the page": '<meta charset="gb18030"><p>政府信息公开年度报告</p>'.encode("gb18030"),
    "named nowhere": "<p>政府信息公开年度报告</p>".encode(),
    "empty": b"",
}


def decoded(kind, body, headers=None):
    coded = gzip.compress(body, mtime=0)
    told = {"Content-Type": "text/html", "Content-Encoding": "gzip", **(headers or {})}
    response = HtmlResponse(URL, headers=told, body=coded)
    middleware = kind.from_crawler(get_crawler(Spider))
    return middleware.process_response(Request(URL), response)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("charset", ["", "; charset=utf-8"])
def test_a_page_is_decoded_as_scrapy_decodes_it(page, charset):
    headers = {"Content-Type": f"text/html{charset}"}
    ours = decoded(UndoContentCoding, page, headers)
    scrapys = decoded(HttpCompressionMiddleware, page, headers)
    assert (ours.body, ours.encoding, ours.text) == (scrapys.body, scrapys.encoding, scrapys.text)
    assert (type(ours), ours.headers) == (type(scrapys), scrapys.headers)


def test_the_charset_of_coded_bytes_is_not_guessed(monkeypatch):
    asked = []
    monkeypatch.setattr(text, "from_bytes", asked.append)
    decoded(UndoContentCoding, PAGES["named in the page"])
    assert asked == []

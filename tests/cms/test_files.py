"""The files that hang on a page are found however it names them; its ornaments are none."""

from __future__ import annotations

import pytest

from crawler.cms.files import files, pictures
from tests.cms import page

ARTICLE = "http://www.yunze.example/zfxxgk/202401/t20240118_7.html"
HERE = "http://www.yunze.example/zfxxgk/202401"


def found(html: str | bytes) -> list[str]:
    return list(files(page(html, ARTICLE)))


KINDS = ["pdf", "doc", "docx", "xls", "xlsx", "wps", "et", "ofd", "zip", "rar", "PDF"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_to_a_file_names_it_in_its_path_or_its_query(kind: str) -> None:
    link = f'<a href="./P0201.{kind}">附件</a><a href="/get?name=nb.{kind}&amp;id=3">附件二</a>'
    root = "http://www.yunze.example"
    assert found(link) == [f"{HERE}/P0201.{kind}", f"{root}/get?name=nb.{kind}&id=3"]


@pytest.mark.parametrize(
    ("link", "path"),
    [
        # VSB: the name is only in the text, or in nothing
        (
            (
                '<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&amp;id=7">'
                "附件【2014年年报.doc】已下载12次</a>"
            ),
            "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&id=7",
        ),
        ('<a href="/attach/downFile.aspx?id=9">附件一</a>', "/attach/downFile.aspx?id=9"),
        ('<a href="/file/3f2a">云泽市2019年年报.pdf</a>', "/file/3f2a"),
        ('<a href="/file/3f2b" download="年报.wps">下载</a>', "/file/3f2b"),
        # by script
        ("<a href=\"javascript:downloadFile('/f/nb.rar')\">下载</a>", "/f/nb.rar"),
        ("<a href=\"#\" onclick=\"return down('/f/nb.et','年报')\">下载</a>", "/f/nb.et"),
        ("<span onclick=\"window.open('/f/nb.ofd')\">下载</span>", "/f/nb.ofd"),
        ("<script>PDFObject.embed('/f/nb.pdf', '#show');</script>", "/f/nb.pdf"),
        ('<script>var opt = {"fileUrl": "/f/nb.docx"};</script>', "/f/nb.docx"),
        # by viewer
        ('<iframe src="/pdfjs/web/viewer.html?file=%2Ff%2Fnb.pdf"></iframe>', "/f/nb.pdf"),
        ('<iframe src="/f/nb.pdf#page=1"></iframe>', "/f/nb.pdf"),
        ('<embed type="application/pdf" src="/f/nb.pdf">', "/f/nb.pdf"),
        ('<object data="/f/nb.pdf"></object>', "/f/nb.pdf"),
        ('<object><param name="src" value="/f/nb.ofd"></object>', "/f/nb.ofd"),
    ],
)
def test_a_file_is_found_by_link_by_script_and_in_a_viewer(link: str, path: str) -> None:
    assert found(link) == [f"http://www.yunze.example{path}"]


def test_a_script_names_a_file_beside_the_page_without_a_slash() -> None:
    assert found("<a href=\"javascript:downloadFile('nb2014.doc')\">下载</a>") == [
        f"{HERE}/nb2014.doc"
    ]


@pytest.mark.parametrize(
    ("link", "path"),
    [
        # escaped in GBK, and once more inside a viewer's query: byte for byte
        ('<a href="/f/%C4%EA%B1%A8.doc">年报</a>', "/f/%C4%EA%B1%A8.doc"),
        (
            '<iframe src="/v/viewer.html?file=%2Ff%2F%C4%EA%B1%A8.pdf"></iframe>',
            "/f/%C4%EA%B1%A8.pdf",
        ),
        (
            '<iframe src="/v/viewer.html?file=/f/%25C4%25EA%25B1%25A8.pdf"></iframe>',
            "/f/%C4%EA%B1%A8.pdf",
        ),
        ('<a href="/f/年报.doc">年报</a>', "/f/年报.doc"),
    ],
)
def test_a_file_name_in_gbk_is_asked_for_as_the_page_writes_it(link: str, path: str) -> None:
    assert found(link.encode("gbk")) == [f"http://www.yunze.example{path}"]


def test_a_download_centre_and_a_page_about_files_are_no_files() -> None:
    menu = (
        '<a href="/download.jsp">下载中心</a><a href="/bgxz/index.html">表格下载</a>'
        '<a href="/zt/pdf/">PDF阅读器</a><script src="/js/pdf.js"></script>'
    )
    assert found(menu) == []


def shown(html: str) -> list[str]:
    return [url.rsplit("/", 1)[-1] for url in pictures(page(html, ARTICLE))]


SCANS = (
    '<p><img src="./W020200120312345678901.jpg" width="680"></p>'
    '<p><img data-original="/u/2.png" src="/skin/loading.gif"></p><p><img src="./3.JPG"></p>'
)


@pytest.mark.parametrize(
    "article",
    [
        f'<div class="TRS_Editor">{SCANS}</div>',
        f'<div id="zoom">{SCANS}</div>',
        f'<div id="vsb_content_2">{SCANS}</div>',
        f'<meta name="ContentStart">{SCANS}<meta name="ContentEnd">',
        f"<!--ZJEG_RSS.content.begin-->{SCANS}<!--ZJEG_RSS.content.end-->",
    ],
)
def test_the_scanned_pages_in_an_article_are_its_files(article: str) -> None:
    frame = '<img src="/images/logo.jpg"><img src="top.jpg">{}<img src="foot.jpg">'
    assert shown(frame.format(article)) == ["W020200120312345678901.jpg", "2.png", "3.JPG"]


@pytest.mark.parametrize(
    "ornament",
    [
        '<img src="/i/file.jpg" width="16" height="16">',
        '<img src="/images/icon_pdf.png">',
        '<img src="/fileTypeImages/doc.png">',
        '<img src="/i/pdf.png">',
        '<img src="/i/ewm.png">',
        '<img src="/i/line.gif">',
        '<img src="data:image/png;base64,iVBORw0KGgo=">',
        '<a href="/f/nb.pdf"><img src="/i/open.jpg"></a>',
    ],
)
def test_an_ornament_in_an_article_is_no_file(ornament: str) -> None:
    assert shown(f'<div id="zoom"><p>附件</p><table></table>{ornament}</div>') == []


def test_a_scan_that_opens_itself_large_is_one() -> None:
    assert shown('<div id="zoom"><a href="/u/1_big.jpg"><img src="/u/1.jpg"></a></div>') == [
        "1.jpg"
    ]


def test_pictures_of_a_page_whose_article_is_not_known_are_left_alone() -> None:
    assert shown('<div class="banner"><img src="/u/1.jpg"></div>') == []

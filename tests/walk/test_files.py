"""A report that is in files: each file is fetched, and its item hangs on the page's report."""

from __future__ import annotations

import zlib
from struct import pack
from typing import TYPE_CHECKING

import pytest

from parsers.report import read_page
from tests.walk.dry import SITE, walk
from tests.walk.test_walk import COLUMN, row

if TYPE_CHECKING:
    from tests.walk.dry import Walk

TITLE = "云泽市2013年政府信息公开工作年度报告"


def png(shade: int) -> bytes:
    """Return a grey picture of 8 × 8 pixels."""
    parts = (
        (b"IHDR", pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress((b"\0" + bytes((shade,)) * 8) * 8)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def walked(article: str, files: dict[str, bytes]) -> Walk:
    body = f"<title>{TITLE}</title><h1>{TITLE}</h1><div id='zoom'>{article}</div><img src='/x.png'>"
    pages: dict[str, bytes | str] = {"/": COLUMN, "/gknb/": row(2013), "/gknb/2013.html": body}
    return walk((pages | files).get)


def hung(done: Walk) -> dict[str, tuple[str, str | None]]:
    """Return the page and the report that each file was asked for as hanging on."""
    return {
        path: (request.meta["attached_to"].url, request.meta["attached_to"].report_id)
        for path, request in zip(done.asked, done.requests, strict=True)
        if request.meta["attached_to"]
    }


def test_the_scanned_pages_of_a_report_are_fetched_and_hang_on_it() -> None:
    scans = {"/gknb/u/1.png": png(1), "/gknb/u/2.png": png(2)}
    done = walked('<p><img src="u/1.png"></p><p><img src="u/2.png" width="700"></p>', scans)
    document = next(page for page in done.pages if page.url.endswith("2013.html"))
    report = read_page(document, None)
    assert hung(done) == dict.fromkeys(scans, (f"{SITE}/gknb/2013.html", report.report_id))
    assert "/x.png" not in done.asked
    assert {page.url.removeprefix(SITE) for page in done.pages} >= set(scans)


@pytest.mark.parametrize(
    ("article", "path"),
    [
        ('<p>见附件</p><iframe src="/v/viewer.html?file=%2Fgknb%2Fnb.pdf"></iframe>', "nb.pdf"),
        ('<p>见附件</p><iframe src="nb.pdf"></iframe>', "nb.pdf"),
        ('<p><a href="/gknb/download.jsp?id=3">附件：年度报告</a></p>', "download.jsp?id=3"),
        ("<p><a href=\"javascript:down('nb.wps')\">附件：年度报告</a></p>", "nb.wps"),
    ],
)
def test_a_file_is_fetched_once_as_an_attachment_however_it_is_shown(
    article: str, path: str
) -> None:
    done = walked(article, {f"/gknb/{path}": b"%PDF-1.4 nothing"})
    assert [one for one in done.asked if "gknb/" in one][2:] == [f"/gknb/{path}"]
    assert list(hung(done)) == [f"/gknb/{path}"]
    assert "viewer" not in " ".join(done.asked)


def test_pictures_of_a_page_that_is_no_report_are_left() -> None:
    news = "<title>市长调研春耕</title><h1>市长调研春耕</h1><div id='zoom'><img src='a.png'></div>"
    rows = row(2013) + '<li><a href="/gknb/9.html">市长调研春耕</a><span>2014-03-02</span></li>'
    pages = {"/": COLUMN, "/gknb/": rows, "/gknb/2013.html": news, "/gknb/9.html": news}
    asked = walk(pages.get).asked
    assert "/gknb/9.html" in asked
    # The row of 2013 said that it was a report; what it shows may be one.
    assert [path for path in asked if path.endswith(".png")] == ["/gknb/a.png"]
    assert (
        walk((pages | {"/gknb/": rows.replace(row(2013), "")}).get).asked.count("/gknb/a.png") == 0
    )

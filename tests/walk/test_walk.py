"""How the walk goes on at each kind of page, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

from crawler.run import remarks
from crawler.spiders.starts import starts_of
from parsers.errors import DisclosureError, RegistryError
from parsers.items import Page
from tests.walk.dry import SITE, walk

if TYPE_CHECKING:
    from pathlib import Path

COLUMN = '<li><a href="/gknb/">政府信息公开年报</a></li>'
TITLE = "云泽市{}年政府信息公开工作年度报告"


def row(year: int, at: str = "/gknb/{}.html") -> str:
    link = f'<a href="{at.format(year)}">{TITLE.format(year)}</a>'
    return f"<li>{link}<span>{year + 1}-03-01</span></li>"


def test_a_way_that_leads_nowhere_is_left_for_the_next() -> None:
    pages = {
        "/": '<a href="/a/">政府信息公开</a><a href="/b/">政务公开</a>',
        "/a/": "<p>空</p>",
        "/b/": COLUMN,
        "/gknb/": row(2013),
        "/gknb/2013.html": "<p>正文</p>",
    }
    assert walk(pages.get).asked == ["/", "/a/", "/b/", "/gknb/", "/gknb/2013.html"]


def test_a_way_that_fails_is_left_for_the_next() -> None:
    pages = {"/": '<a href="/a/">政府信息公开</a><a href="/b/">政务公开</a>', "/b/": COLUMN}
    assert walk(pages.get).asked[:4] == ["/", "/a/", "/b/", "/gknb/"]


def test_a_column_given_as_start_is_walked_as_one() -> None:
    pages = {"/gknb/": row(2013) + row(2012)}
    done = walk(pages.get, url=f"{SITE}/gknb/")
    assert done.asked == ["/gknb/", "/gknb/2013.html", "/gknb/2012.html"]


def test_the_parts_of_a_column_are_walked() -> None:
    pages = {
        "/": COLUMN,
        "/gknb/": '<a href="2013/">2013年</a><a href="/bm/">市政府部门</a><a href="/">首页</a>',
        "/gknb/2013/": row(2013),
        "/bm/": row(2012),
    }
    assert walk(pages.get).asked == [
        "/", "/gknb/", "/gknb/2013/", "/bm/", "/gknb/2013.html", "/gknb/2012.html",
    ]  # fmt: skip


def test_who_starts_at_a_column_gets_that_one() -> None:
    menu = '<a href="/bm/">部门信息公开年报</a><a href="/gknb/2013/">2013年</a>'
    done = walk({"/gknb/": row(2012) + menu}.get, url=f"{SITE}/gknb/")
    assert done.asked == ["/gknb/", "/gknb/2012.html", "/gknb/2013/"]


def test_no_link_leads_off_the_site() -> None:
    pages = {
        "/": COLUMN + '<a href="http://other.example/gknb/">公开年报</a>',
        "/gknb/": row(2013)
        + row(2012, "http://farm.example/{}.html")
        + row(2011, "//farm.example/"),
        "/gknb/2013.html": '<a href="http://farm.example/a.pdf">附件</a>'
        '<iframe src="http://farm.example/f"></iframe>'
        '<meta http-equiv="refresh" content="0;url=http://farm.example/">',
    }
    done = walk(pages.get)
    assert done.asked == ["/", "/gknb/", "/gknb/2013.html"]
    assert done.stat("off_site") == 4


def test_a_site_answers_with_and_without_www() -> None:
    pages = {"/": '<a href="http://yunze.example/gknb/">政府信息公开年报</a>'}
    assert "http://yunze.example/gknb/" in walk(pages.get).asked


def test_files_hang_on_their_page_and_say_so() -> None:
    pages = {
        "/": COLUMN,
        "/gknb/": row(2013),
        "/gknb/2013.html": '<p>见附件</p><a href="a.PDF">年度报告.pdf</a><a href="b.html">b</a>'
        '<a href="/down?f=c.docx">表</a>',
    }
    done = walk(pages.get)
    assert done.asked[3:] == ["/gknb/a.PDF", "/down?f=c.docx"]
    hung = done.requests[3].meta["attached_to"]
    assert (hung.url, hung.link_text) == (f"{SITE}/gknb/2013.html", "年度报告.pdf")
    assert hung.report_id
    assert hung.report_id == done.requests[4].meta["attached_to"].report_id


def test_a_file_in_a_list_is_a_report_of_its_own() -> None:
    pages = {"/": COLUMN, "/gknb/": row(2013, "/f/{}.pdf"), "/f/2013.pdf": b"%PDF-1.4"}
    done = walk(pages.get)
    assert done.asked[-1] == "/f/2013.pdf"
    assert done.requests[-1].meta["attached_to"] is None
    assert done.pages[-1].body == b"%PDF-1.4"


def test_a_refresh_and_a_frame_are_followed_as_links() -> None:
    pages = {
        "/": '<meta http-equiv="Refresh" content="0; URL=/main.html">',
        "/main.html": f'<iframe src="top.html"></iframe>{COLUMN}',
        "/gknb/": '<iframe src="list.html"></iframe>',
        "/gknb/list.html": row(2013),
    }
    assert walk(pages.get).asked == [
        "/", "/main.html", "/top.html", "/gknb/", "/gknb/list.html", "/gknb/2013.html",
    ]  # fmt: skip


def test_a_context_says_how_the_walk_came_there() -> None:
    pages = {"/": COLUMN, "/gknb/": row(2013)}
    meta = walk(pages.get).requests[-1].meta
    assert (meta["via"], meta["section"], meta["depth"]) == (f"{SITE}/gknb/", f"{SITE}/gknb/", 2)
    assert meta["link_text"] == TITLE.format(2013)


def endless(path: str) -> str | None:
    """Answer any page number: the same rows for ever, or ever new ones."""
    if path == "/":
        return COLUMN + '<a href="/bm/">部门信息公开年报</a>'
    if path.startswith(("/gknb/?", "/bm/")) or path == "/gknb/":
        number = int(path.partition("p=")[2] or 1)
        year = 2013 if path.startswith("/gknb/") else 3000 + number
        return row(year) + f'<a href="?p={number + 1}">下一页</a>'
    return "<p>正文</p>"


def test_a_list_that_repeats_has_ended() -> None:
    asked = walk(endless, {"PAGES_PER_SECTION": 5}).asked
    assert [path for path in asked if path.startswith("/gknb/?")] == ["/gknb/?p=2"]


def test_an_endless_list_ends_in_its_budget_and_the_others_complete() -> None:
    done = walk(endless, {"PAGES_PER_SECTION": 5})
    lists = [path for path in done.asked if path.startswith("/bm/")]
    assert lists == ["/bm/", "/bm/?p=2", "/bm/?p=3", "/bm/?p=4", "/bm/?p=5"]
    assert done.stat("budget_reached/PAGES_PER_SECTION") == 1
    assert remarks(done.crawler) == [
        f"budget PAGES_PER_SECTION=5 reached in {SITE}/bm/: what lies beyond was not fetched"
    ]
    assert "/gknb/2013.html" in done.asked


def test_a_walk_that_only_goes_deeper_ends_in_its_budget() -> None:
    def deeper(path: str) -> str:
        return f'<meta http-equiv=refresh content="0;url={path}x{len(path)}/">'

    done = walk(deeper, {"WALK_DEPTH": 4})
    assert len(done.asked) == 5
    assert done.stat("budget_reached/WALK_DEPTH") == 1


def test_a_host_has_a_budget_too() -> None:
    done = walk(endless, {"PAGES_PER_HOST": 3, "PAGES_PER_SECTION": 9})
    assert len(done.asked) == 3
    assert done.stat("budget_reached/PAGES_PER_HOST")


def test_zero_reports_from_a_start_fail_the_run() -> None:
    (sentence,) = walk({"/": "<p>空</p>"}.get).failures
    assert sentence.startswith(f"{SITE}/ gave no annual report: ")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (503, "status 503"),
        (412, "challenge: status 412"),
        ("<p>系统正在维护</p>", "maintenance"),
    ],
)
def test_a_start_that_gives_no_page_is_told_by_host_reason_and_remedy(
    answer: int | str, reason: str
) -> None:
    (sentence,) = walk({"/": answer}.get).failures
    assert f"www.yunze.example gave no page for {SITE}/ ({reason}); check" in sentence


def test_a_page_that_is_blocked_is_kept_and_never_walked() -> None:
    pages = {"/": COLUMN, "/gknb/": "<title>系统正在维护</title>" + row(2013)}
    done = walk(pages.get)
    assert done.asked == ["/", "/gknb/"]
    assert len(done.pages) == 2


def test_an_answer_that_broke_off_gives_its_page_beside_the_one_of_the_retry() -> None:
    done = walk({"/": COLUMN, "/gknb/": row(2013)}.get)
    request = done.requests[-1]
    broken = request.meta["capture"] = replace(
        request.meta["capture"], status=200, truncated="disconnect"
    )
    spider = request.callback.__self__  # type: ignore[union-attr]  # the spider's own method
    again = request.copy()
    spider.keep_attempt(again)
    again.meta["capture"] = replace(broken, truncated=None)
    response = HtmlResponse(again.url, request=again)
    pages = [out for out in spider.parse(response, **again.cb_kwargs) if isinstance(out, Page)]
    assert [page.warnings for page in pages] == [("the capture is cut short (disconnect)",), ()]


def stanza(tmp_path: Path) -> Path:
    path = tmp_path / "r.toml"
    path.write_text(
        '[[portal]]\nid = "yunze"\nname = "云泽市人民政府"\ndivision = "990100"\n'
        'region = "示例省云泽市"\nlevel = "prefecture"\ntype = "government"\n'
        f'hosts = ["www.yunze.example"]\nhome = "{SITE}/"\nheaders = {{ X-Way = "1" }}\n'
        f'[[portal.section]]\nurl = "{SITE}/gknb/"\ncms = "static"\n',
        encoding="utf-8",
    )
    return path


def test_a_stated_section_needs_no_discovery(tmp_path: Path) -> None:
    settings = {"REGISTRY": str(stanza(tmp_path))}
    done = walk({"/gknb/": row(2013)}.get, settings, portal="yunze")
    assert done.asked == ["/gknb/", "/gknb/2013.html"]
    assert {request.meta["portal"] for request in done.requests} == {"yunze"}
    assert done.requests[0].headers["X-Way"] == b"1"


def test_a_portal_that_states_a_delay_is_asked_that_slowly(tmp_path: Path) -> None:
    path = stanza(tmp_path)
    path.write_text(path.read_text("utf-8").replace("headers", "delay = 4\nheaders"), "utf-8")
    done = walk({}.get, {"DOWNLOAD_DELAY": 1}, registry=str(path))
    slots = {"www.yunze.example": {"delay": 4}, "yunze.example": {"delay": 4}}
    assert done.crawler.settings["DOWNLOAD_SLOTS"] == slots


def test_arguments_combine(tmp_path: Path) -> None:
    arguments = {"registry": str(stanza(tmp_path)), "url": "http://a.example/,https://b.example/x"}
    _, starts = starts_of(arguments, Settings())
    assert [start.name for start in starts] == [
        "http://a.example/", "https://b.example/x", "portal yunze",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({}, DisclosureError, "nothing to crawl: give portal=ID"),
        ({"portal": "zyang"}, RegistryError, "nearest: ziyang"),
        ({"url": "www.ziyang.gov.cn"}, DisclosureError, "is no http"),
        ({"url": "ftp://a.example/"}, DisclosureError, "is no http"),
        ({"registry": "nowhere.toml"}, RegistryError, "cannot be read"),
    ],
)
def test_a_bad_argument_is_told_in_one_sentence(
    arguments: dict[str, str], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as refused:
        starts_of(arguments, Settings())
    assert "\n" not in str(refused.value)

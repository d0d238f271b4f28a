"""Traps that real portals hold: each ends by name, and the real lists beside it complete."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.cms.markup import Markup
from crawler.spiders.sections import _home_instead
from crawler.spiders.steps import continues, repeats
from tests.cms import page
from tests.walk.dry import SITE, walk
from tests.walk.test_walk import COLUMN, TITLE, row

BM = '<a href="/bm/">部门信息公开年报</a>'
REPORT = (
    "<p>"
    + "本报告的统计期限为2013年1月1日起至2013年12月31日止。全年主动公开政府信息120条。" * 9
    + "</p>"
)


def beside(trap: dict[str, str]) -> dict[str, str]:
    """Return a portal whose second column is a trap, and whose first is a list of two pages."""
    return {
        "/": COLUMN + BM,
        "/gknb/": row(2013) + '<a href="2.html">下一页</a>',
        "/gknb/2.html": row(2012),
        **trap,
    }


REAL = {"/gknb/", "/gknb/2.html", "/gknb/2013.html", "/gknb/2012.html"}


def test_a_calendar_ends_as_pages_without_a_row() -> None:
    def calendar(path: str) -> str | None:
        if not path.startswith("/bm/"):
            return beside({}).get(path)
        day = int(path.partition("=")[2] or 1)
        others = (one for one in range(1, 32) if one != day)
        return "".join(f'<td><a href="/bm/?day={one}">{one}</a></td>' for one in others)

    done = walk(calendar)
    assert len([path for path in done.asked if path.startswith("/bm/")]) == 4
    assert done.stat("budget_reached/BLANK_PAGES") == 1
    assert set(done.asked) >= REAL


def test_a_session_id_makes_no_new_page() -> None:
    def visited(path: str) -> str | None:
        if not path.startswith("/bm/"):
            return beside({}).get(path)
        number = int(path.partition("jsessionid=")[2] or 0) + 1
        return (
            row(2011, f"/bm/{{}}.jsp;jsessionid={number}")
            + f'<a href="/bm/list.jsp;jsessionid={number}">下一页</a>'
        )

    done = walk(visited)
    assert {path for path in done.asked if path.startswith("/bm/")} == {
        "/bm/", "/bm/list.jsp;jsessionid=1", "/bm/2011.jsp;jsessionid=1",
    }  # fmt: skip
    assert set(done.asked) >= REAL


def test_a_path_that_repeats_its_names_ends() -> None:
    def nested(path: str) -> str | None:
        if not path.startswith("/bm/"):
            return beside({}).get(path)
        if path.endswith(".html"):
            return REPORT
        year = 2000 + path.count("nb")
        return row(year, "{}.html") + f'<a href="{path.rstrip("/")}/nb/">下一页</a>'

    done = walk(nested)
    assert done.stat("budget_reached/PATH_REPEATS") == 1
    assert "/bm/nb/nb/nb/" in done.asked
    assert "/bm/nb/nb/nb/nb/" not in done.asked
    assert set(done.asked) >= REAL
    assert repeats("http://a.example/art/2011/11/11/11/art_1.html") == 1


def test_a_soft_404_is_no_page_of_a_list() -> None:
    gone = "<title>提示</title><p>您访问的页面不存在</p>" + row(2010)
    done = walk(beside({"/bm/": row(2011) + '<a href="9.html">下一页</a>', "/bm/9.html": gone}).get)
    assert "/gknb/2010.html" not in done.asked
    assert done.stat("not_fetched/not found") == 1
    assert set(done.asked) >= REAL


def test_a_home_page_that_answers_for_a_page_that_is_gone_is_a_soft_404() -> None:
    home = page("<p>首页</p>", f"{SITE}/")
    assert _home_instead(replace(home, url=f"{SITE}/bm/9.html"))
    assert not _home_instead(home)
    assert not _home_instead(replace(home, final_url=f"{SITE}/index.html", url=f"{SITE}/a"))


@pytest.mark.parametrize(
    ("head", "link", "url"),
    [
        ('<base href="/swj/">', '<a href="nb/1.html">', "/swj/nb/1.html"),
        ("", '<a href="www.yunze.example/nb/1.html">', "/nb/1.html"),
        ("", '<a href="//www.yunze.example/nb/1.html">', "/nb/1.html"),
        ("", '<a href="\\nb\\1.html">', "/nb/1.html"),
        ("", "<a href=\"javascript:window.open('/nb/1.html')\">", "/nb/1.html"),
        ("", "<a href=# onclick=\"go('/nb/1?a=1&currentPage=2')\">", "/nb/1?a=1&currentPage=2"),
        ("", "<a href=\"javascript:;\" onclick=\"location.href='1.html'\">", "/gk/1.html"),
    ],
)  # fmt: skip
def test_an_address_is_found_however_a_portal_writes_it(head: str, link: str, url: str) -> None:
    saved = page(f"<head>{head}</head>{link}公开年报</a>", f"{SITE}/gk/")
    assert [anchor.url for anchor in Markup.of(saved).anchors()] == [SITE + url]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="javascript:void(0)">',
        '<a href="javascript:go(2)">',
        "<a href=\"javascript:__doPostBack('pager','2')\">",
        '<a href="mailto:a@yunze.example">',
        '<a href="#" onclick="setHome(this)">',
    ],
)
def test_a_link_that_names_no_address_is_none(link: str) -> None:
    assert list(Markup.of(page(f"{link}公开年报</a>")).anchors()) == []


def test_a_list_whose_rows_are_scripts_is_a_list() -> None:
    rows = "".join(
        f'<div><a href="javascript:void(0)" onclick="view(\'/v/{year}.html\')">'
        f"{TITLE.format(year)}</a><i>{year + 1}-03-01</i></div>"
        for year in (2013, 2012)
    )
    found = Markup.of(page(rows)).rows()
    assert [
        (entry.url.removeprefix("http://www.yunze.example"), entry.date) for entry in found
    ] == [
        ("/v/2013.html", "2014-03-01"),
        ("/v/2012.html", "2013-03-01"),
    ]


def test_a_column_of_organs_is_walked_into_each_organs_list() -> None:
    organs = "".join(
        f'<li><a href="/bm/{name}/">{text}</a><span>2024-01-01</span></li>'
        for name, text in (("jyj", "云泽市教育局公开信息一览"), ("slj", "云泽市水利局公开信息一览"))
    )
    pages = beside(
        {
            "/bm/": organs,
            "/bm/jyj/": row(2013, "/bm/jyj/{}.html") + row(2012, "/bm/jyj/{}.html"),
            "/bm/slj/": row(2011, "/bm/slj/{}.html"),
        }
    )
    asked = walk(pages.get).asked
    assert {"/bm/jyj/2013.html", "/bm/jyj/2012.html", "/bm/slj/2011.html"} <= set(asked)


def test_a_column_that_is_itself_the_report_gives_its_files() -> None:
    report = f"<title>{TITLE.format(2013)}</title><h1>{TITLE.format(2013)}</h1>{REPORT}"
    years = '<ul><li><a href="/bm/2012/">2012年</a></li></ul>'
    done = walk(beside({"/bm/": report + years + '<a href="/f/1.pdf">附表</a>'}).get)
    assert {"/f/1.pdf", "/bm/2012/"} <= set(done.asked)
    hung = done.requests[done.asked.index("/f/1.pdf")].meta["attached_to"]
    assert hung.url == f"{SITE}/bm/"


def test_a_report_on_several_pages_is_fetched_whole() -> None:
    part = '<div class="TRS_Editor">{}</div><script>createPageHTML(3,{},"t2013","html");</script>'
    pages = beside(
        {f"/gknb/t2013{end}.html": part.format(REPORT, n) for n, end in enumerate(("", "_1", "_2"))}
    )
    pages["/gknb/"] = row(2013, "/gknb/t{}.html")
    asked = walk(pages.get).asked
    assert [path for path in asked if path.startswith("/gknb/t")] == [
        "/gknb/t2013.html", "/gknb/t2013_1.html", "/gknb/t2013_2.html",
    ]  # fmt: skip
    assert not continues("http://a.example/nb/2.html", "http://a.example/nb/1.html")


def test_a_file_in_a_viewer_is_an_attachment() -> None:
    shown = (
        '<iframe src="/pdfjs/viewer.html?file=%2Ff%2Fa.pdf"></iframe><embed src="b.pdf">'
        '<object data="/f/c.ofd"></object><a href="javascript:down(\'/f/d.wps\')">下载</a>'
    )
    asked = walk(beside({"/gknb/2013.html": REPORT + shown}).get).asked
    assert {"/f/a.pdf", "/gknb/b.pdf", "/f/c.ofd", "/f/d.wps"} <= set(asked)


SCRIPTED = '<div id="app"></div><script>fetch("/rows.json").then(draw)</script>'


def test_a_page_that_shows_no_list_is_drawn_once() -> None:
    done = walk({"/": COLUMN, "/gknb/": SCRIPTED, "drawn:/gknb/": SCRIPTED + row(2013)}.get)
    assert done.asked == ["/", "/gknb/", "/gknb/", "/gknb/2013.html"]
    assert [request.meta["render"] for request in done.requests] == [False, False, True, False]
    assert done.stat("drawn") == 1


def test_a_page_that_shows_none_drawn_either_is_not_drawn_again() -> None:
    assert walk({"/": COLUMN, "/gknb/": SCRIPTED}.get).asked == ["/", "/gknb/", "/gknb/"]


def test_a_page_that_shows_its_list_or_runs_no_script_is_never_drawn() -> None:
    pages = {"/": COLUMN + BM, "/gknb/": SCRIPTED + row(2013), "/bm/": "<p>本栏目暂无内容</p>"}
    done = walk(pages.get)
    assert not [request for request in done.requests if request.meta["render"]]


def test_a_home_page_and_a_hub_that_only_scripts_fill_are_drawn_too() -> None:
    pages = {
        "/": SCRIPTED,
        "drawn:/": '<a href="/zwgk/">政务公开</a>',
        "/zwgk/": SCRIPTED,
        "drawn:/zwgk/": COLUMN,
        "/gknb/": row(2013),
    }
    done = walk(pages.get)
    assert done.asked == ["/", "/", "/zwgk/", "/zwgk/", "/gknb/", "/gknb/2013.html"]
    assert done.stat("drawn") == 2

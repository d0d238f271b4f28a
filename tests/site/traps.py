"""Small portals, one a trap that real portals hold: each has a real list beside it, found whole.

What ends a trap is a budget, told by its name, or that it repeats, is empty or says so. What a trap
costs besides is in each portal's `fewest` only where no walk could know it without asking.
"""

# ruff: noqa: E501 (tables of data: one row a line)

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.site import columns
from tests.site.frame import Answer, article, html, note, rows, shell
from tests.site.portals import FIRST, Portal, articles, base_pages, frame, home, reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.site.reports import Report

#: The real list: eight reports of the city, four a page.
_CITY = reports("/gknb/{}.html", 8)
_LABEL, _TRAP = "市政府信息公开年报", "部门信息公开年报"
#: Two reports that the trapped column holds.
_OTHERS = reports("/bm/{}.html", 2, "云泽市财政局", first=2014)
Pages = dict[str, Answer]


def _beside(
    name: str, trap: Pages, *, fewest: int, found: tuple[Report, ...] = (), at: str = "/bm/"
) -> Portal:
    """Return a portal with the real list, and a column that is a trap and costs `fewest`."""
    real = columns.static(frame, "市政府", "/gknb/", _CITY, 4)
    return Portal(
        name=name,
        pages={
            **base_pages(("/gknb/", _LABEL), (at, _TRAP)),
            **real.pages,
            **articles((*_CITY, *found)),
            **trap,
        },
        reports=tuple(one.path for one in (*_CITY, *found)),
        fewest=FIRST + real.calls + len(_CITY) + fewest + len(found),
    )


def _rows(*found: Report, extra: tuple[tuple[str, str, str], ...] = ()) -> str:
    return '<ul class="rows">{}</ul>'.format("\n".join(rows(found, *extra)))


def _row(path: str, year: int, organ: str = "云泽市档案局") -> tuple[str, str, str]:
    return (path, f"{organ}{year}年政府信息公开工作年度报告", f"{year + 1}-01-15")


def _next(url: str) -> str:
    return f'<div><a href="{url}">下一页</a></div>'


def _number(query: dict[str, str], name: str) -> int:
    return int(query.get(name) or 1)


# --- lists without an end ---


def _calendar() -> Portal:
    """A month whose every day links to every other, and to no report."""

    def day(query: dict[str, str], _: bytes) -> Answer:
        here = _number(query, "day")
        others = (one for one in range(1, 32) if one != here)
        cells = "".join(f'<td><a href="/bm/?day={one}">{one}</a></td>' for one in others)
        return frame("部门", f"<table><tr>{cells}</tr></table>")

    portal = _beside("calendar", {}, fewest=1)
    return replace(
        portal,
        asked={("GET", "/bm/"): day},
        counted="budget_reached/BLANK_PAGES",
        told="budget BLANK_PAGES=",
    )


def _blank_pages() -> Portal:
    """A list that says it is empty, and has a next page for ever."""

    def blank(query: dict[str, str], _: bytes) -> Answer:
        return frame(
            "部门", "<p>暂无相关信息</p>" + _next(f"/bm/?page={_number(query, 'page') + 1}")
        )

    portal = _beside("empty pages for ever", {}, fewest=1)
    return replace(
        portal,
        asked={("GET", "/bm/"): blank},
        counted="budget_reached/BLANK_PAGES",
        told="budget BLANK_PAGES=",
    )


def _same_page() -> Portal:
    """A list that answers any page number with its first page."""

    def same(query: dict[str, str], _: bytes) -> Answer:
        return frame("部门", _rows(*_OTHERS) + _next(f"/bm/?page={_number(query, 'page') + 1}"))

    portal = _beside("page that repeats", {}, fewest=1, found=_OTHERS)
    return replace(portal, asked={("GET", "/bm/"): same})


def _new_rows() -> Portal:
    """A list that makes up a new row for every page number."""
    pages = 3
    made_up = {
        f"/bm/made-up-{number}.html": html(note("年度报告", "正文。"))
        for number in range(1, pages + 1)
    }

    def ever_new(query: dict[str, str], _: bytes) -> Answer:
        number = _number(query, "page")
        row = _row(f"/bm/made-up-{number}.html", 2000 + number)
        return frame("部门", _rows(extra=(row,)) + _next(f"/bm/?page={number + 1}"))

    portal = _beside("new rows for ever", made_up, fewest=2 * pages)
    return replace(
        portal,
        asked={("GET", "/bm/"): ever_new},
        settings={"PAGES_PER_SECTION": str(pages)},
        counted="budget_reached/PAGES_PER_SECTION",
        told="budget PAGES_PER_SECTION=",
    )


def _sessions() -> Portal:
    """A server that writes a new visitor's mark into every address that it links."""
    marked = {}
    for number in range(6):
        mark = f";jsessionid={number + 1}"
        listed = tuple(replace(one, path=f"{one.path}{mark}") for one in _OTHERS)
        at = "/bm/" if number == 0 else f"/bm/list.jsp;jsessionid={number}"
        marked[at] = frame("部门", _rows(*listed) + _next(f"/bm/list.jsp{mark}"))
        marked |= {f"{one.path}{mark}": html(article(one)) for one in _OTHERS}
    portal = _beside("session ids", marked, fewest=1 + len(_OTHERS))
    return replace(
        portal,
        reports=(*portal.reports, *(f"{one.path};jsessionid=1" for one in _OTHERS)),
    )


def _nested() -> Portal:
    """A link relative to a folder that is none: the path grows by its own name."""
    deep = {}
    for depth in range(6):
        at = "/bm/" + "nb/" * depth
        row = _row(f"{at}1.html", 2001 + depth)
        deep[at] = frame("部门", _rows(extra=(row,)) + _next("nb/"))
        deep[f"{at}1.html"] = html(note(row[1], "正文。"))
    within = 4  # as often as PATH_REPEATS lets a name stand in a path, and once without it
    return replace(
        _beside("path that repeats", deep, fewest=2 * within),
        counted="budget_reached/PATH_REPEATS",
        told="budget PATH_REPEATS=",
    )


# --- what does not belong ---


def _farm() -> Portal:
    """A hacked portal: hundreds of links to another site, seen and hidden, one by a redirect."""
    links = "".join(
        f'<a href="http://@FARM@/{n}.html">云泽市{2008 + n % 15}年政府信息公开工作年度报告</a>|'
        for n in range(300)
    )
    hidden = f'<div style="display:none">{links}</div>'
    away = _row("/bm/away.html", 2010)
    off = ("http://@FARM@/report.html", "云泽市2009年政府信息公开工作年度报告", "2010-03-01")
    trap = {
        "/": home(hidden, "<a href='http://@FARM@/gknb/'>政府信息公开年报</a>"),
        "/bm/": frame("部门", _rows(*_OTHERS, extra=(away, off)) + hidden),
        "/bm/away.html": Answer(b"", status=302, location="http://@FARM@/away.html"),
    }
    pages = articles(_OTHERS)
    pages[_OTHERS[0].path] = html(article(_OTHERS[0]) + '<a href="http://@FARM@/a.pdf">附件</a>')
    portal = _beside("link farm", {}, fewest=2, found=_OTHERS)
    return replace(portal, pages={**portal.pages, **pages, **trap})


# --- pages that are none ---


def _soft_404() -> Portal:
    """Pages that are gone and answer 200, a home page that answers for one, a pager past the end."""
    gone = note("提示", "您访问的页面不存在。")
    trap = {
        "/bm/": frame(
            "部门",
            _rows(*_OTHERS, extra=(_row("/bm/gone.html", 2009), _row("/bm/home.html", 2008)))
            + _next("index_2.html"),
        ),
        "/bm/index_2.html": html(
            gone.replace("</body>", _rows(extra=(_row("/bm/never.html", 2007),)) + "</body>")
        ),
        "/bm/gone.html": html(gone),
        "/bm/home.html": Answer(b"", status=302, location="/index.html"),
        "/index.html": Answer(b"", status=302, location="/"),
    }
    portal = _beside("soft 404", trap, fewest=5, found=_OTHERS)
    return replace(
        portal,
        forbidden=(*portal.forbidden, "/bm/never.html"),
        counted="not_fetched/not found",
        told="2 not found",
    )


def _empty() -> Portal:
    """A column that has no row yet and says so."""
    return _beside(
        "list that says it is empty", {"/bm/": frame("部门", "<p>暂无相关信息</p>")}, fewest=1
    )


def _challenge() -> Portal:
    """Two reports behind a firewall's challenge: archived, counted, not broken through."""
    script = "<script>document.cookie='__jsl_clearance=1';location.href=location.pathname</script>"
    shut = (_row("/bm/a.html", 2010), _row("/bm/b.html", 2009))
    trap = {
        "/bm/": frame("部门", _rows(*_OTHERS, extra=shut)),
        "/bm/a.html": html(script, status=521),
        "/bm/b.html": html("<script>$_ts=window['$_ts'];</script>", status=412),
    }
    return replace(
        _beside("challenges", trap, fewest=3, found=_OTHERS),
        counted="not_fetched/challenge",
        told="2 challenge",
    )


def _firewalled() -> Portal:
    """A column whose every report is a challenge: after three of them the host is left."""
    column = reports("/bm/{}.html", 6, "云泽市财政局", first=2014)
    trap: Pages = {"/bm/": frame("部门", _rows(*column))}
    trap |= {one.path: html("<script>var wzws_cid='1';</script>") for one in column}
    portal = _beside("firewall", trap, fewest=0, at="/bm/")
    links = base_pages(("/bm/", _TRAP))
    return replace(
        portal, pages={**portal.pages, **links}, reports=(), fewest=FIRST + 1 + 3,
        counted="not_fetched/challenge", told="is left for this run",
    )  # fmt: skip


def _login() -> Portal:
    """A column that asks for a password."""
    form = '<form>用户名<input name="u">密码<input type="password" name="p"></form>'
    return replace(
        _beside("login", {"/bm/": html(form)}, fewest=1),
        counted="not_fetched/login",
        told="1 login",
    )


def _maintenance() -> Portal:
    """A report in whose place the portal speaks of its maintenance."""
    trap = {
        "/bm/": frame("部门", _rows(*_OTHERS, extra=(_row("/bm/a.html", 2010),))),
        "/bm/a.html": html("<title>提示</title><p>网站正在升级维护，请稍后访问。</p>"),
    }
    return replace(
        _beside("maintenance", trap, fewest=2, found=_OTHERS),
        counted="not_fetched/maintenance",
        told="1 maintenance",
    )


def _loops() -> Portal:
    """Rows that redirect in a circle, to themselves, and to nowhere."""
    to = {
        "/bm/a.html": "/bm/b.html",
        "/bm/b.html": "/bm/a.html",
        "/bm/self.html": "/bm/self.html",
        "/bm/bad.html": "http://[::1",
    }
    listed = tuple(
        _row(path, 2001 + number) for number, path in enumerate(to) if path != "/bm/b.html"
    )
    trap = {path: Answer(b"", status=302, location=target) for path, target in to.items()}
    column = {"/bm/": frame("部门", _rows(*_OTHERS, extra=listed))}
    portal = _beside("redirect loops", {**column, **trap}, fewest=5, found=_OTHERS)
    return replace(portal, counted="not_fetched/self redirect", told="2 self redirect")


# --- addresses as old portals write them ---


def _frames() -> Portal:
    """A home page that is a frameset, and a column whose list lies in an inline frame."""
    trap = {
        "/": html(
            "<html><head><title>云泽市人民政府</title></head><frameset><frame src='/main.html'></frameset></html>"
        ),
        "/main.html": home(),
        "/bm/": frame("部门", '<iframe src="list.html"></iframe>'),
        "/bm/list.html": html(_rows(*_OTHERS)),
    }
    return _beside("frames", trap, fewest=3, found=_OTHERS)


def _refresh() -> Portal:
    """A home page and a column that send on by a meta refresh."""
    trap = {
        "/": html('<meta http-equiv="Refresh" content="0; URL=/main.html">'),
        "/main.html": home(),
        "/bm/": html("<META HTTP-EQUIV='refresh' CONTENT=\"0;url='list.html'\">"),
        "/bm/list.html": frame("部门", _rows(*_OTHERS)),
    }
    return _beside("meta refresh", trap, fewest=3, found=_OTHERS)


def _written(
    name: str, write: Callable[[str], str], head: str = "", *, link: str = '<a href="{}">{}</a>'
) -> Portal:
    """Return a portal whose second column writes its addresses by `write`, its links as `link`."""
    last = "/bm/2.html"
    shown = [
        f"<li>{link.format(write(one.path), one.title)}<span>{one.published}</span></li>"
        for one in _OTHERS
    ]
    pages = {
        "/bm/": frame(
            "部门", f"<ul>{shown[0]}</ul><div>{link.format(write(last), '下一页')}</div>", head
        ),
        last: frame("部门", f"<ul>{shown[1]}</ul>", head),
    }
    return _beside(name, pages, fewest=2, found=_OTHERS)


def _spellings() -> list[Portal]:
    """A portal a spelling of addresses."""
    return [
        _written("base", lambda path: path.removeprefix("/bm/"), '<base href="/bm/">'),
        _written("backslashes", lambda path: path.replace("/", "\\")),
        _written("no scheme", lambda path: f"@HOST@{path}"),
        _written("scheme of the page", lambda path: f"//@HOST@{path}"),
        _written("upper case, port, dots", lambda path: f"HTTP://@HOST@/x/..{path}#top"),
        _written(
            "javascript: links",
            lambda path: path,
            link="<a href=\"javascript:window.open('{}','_blank')\">{}</a>",
        ),
        _written(
            "onclick links",
            lambda path: path,
            link='<a href="#" onclick="location.href=\'{}\'">{}</a>',
        ),
        _written("onclick rows", lambda path: path, link="<p onclick=\"view('{}')\">{}</p>"),
    ]


# --- bytes of old hosts ---

_FILE = Answer(b"Rar!\x1a\x07\x00" + b"\0" * 64, "application/octet-stream")


def _gbk_names() -> Portal:
    """Files named in GBK: escaped as the server wrote them, in a query as a browser would."""
    name = "2015年年报"
    gbk, utf8 = quote(name.encode("gb18030")), quote(name)
    links = f'<a href="/f/{gbk}.rar">一</a> <a href="/f/{name}.wps">二</a> <a href="/down.jsp?name={name}.rar">三</a>'
    body = article(_OTHERS[0]).replace("</body>", f"<p>附件：{links}</p></body>")
    files = (f"/f/{gbk}.rar", f"/f/{utf8}.wps", f"/down.jsp?name={gbk}.rar")
    trap = {
        "/bm/": html(shell("部门信息公开年报", _rows(*_OTHERS), side=""), "gb18030", said=None),
        _OTHERS[0].path: html(body, "gb18030", said=None),
        **dict.fromkeys(files, _FILE),
    }
    portal = _beside("names in GBK", {}, fewest=1 + len(files), found=_OTHERS)
    return replace(portal, pages={**portal.pages, **trap}, files=files)


def _shown_files() -> Portal:
    """A report in files: scanned pages, a viewer, a download script, a name in a script; no icon."""
    scan = Answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "image/png")
    files = {
        "/bm/u/p1.png": scan,
        "/bm/u/p2.png": scan,
        "/v/nb.ofd": _FILE,
        "/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=7": _FILE,
        "/bm/fb.et": _FILE,
    }
    found = reports("/bm/{}.html", 3, "云泽市财政局", first=2014)
    scanned, viewed, downloaded = found
    hung = {
        scanned: '<img src="u/p1.png" width="700"><img data-src="u/p2.png"><img src="/i/icon_doc.png">',
        viewed: '<iframe src="/pdfjs/web/viewer.html?file=%2Fv%2Fnb.ofd"></iframe>',
        downloaded: '<a href="/_content/download.jsp?urltype=news.DownloadAttachUrl&amp;wbfileid=7">附件</a>'
        "<a href=\"javascript:downloadFile('fb.et')\">附表</a>",
    }
    pages = {one.path: html(article(one, end=f"{shown}</div>")) for one, shown in hung.items()}
    column = html(shell("部门信息公开年报", _rows(*found), side=""))
    portal = _beside("files shown", {}, fewest=1 + len(files), found=found)
    return replace(
        portal, pages={**portal.pages, **pages, "/bm/": column, **files}, files=tuple(files)
    )


def _charsets() -> list[Portal]:
    """A portal a lie about its charset, told by header, by page or by both."""
    said = '<meta http-equiv="Content-Type" content="text/html; charset={}">\n'
    lies = (
        ("GBK, said to be UTF-8", "gb18030", "utf-8", said.format("utf-8")),
        ("UTF-8, said to be GB2312", "utf-8", "gb2312", said.format("gb2312")),
        ("GB18030, unsaid", "gb18030", None, ""),
    )
    found = []
    for name, true, header, head in lies:
        page = shell("部门信息公开年报", _rows(*_OTHERS), head=head, side="")
        trap = {
            "/bm/": html(page, true, said=header),
            **{one.path: html(article(one), true, said=header) for one in _OTHERS},
        }
        portal = _beside(name, {}, fewest=1, found=_OTHERS)
        found.append(replace(portal, pages={**portal.pages, **trap}))
    return [*found, _mixed()]


def _mixed() -> Portal:
    """A GBK page with a menu that another server wrote in UTF-8."""
    page = html(
        shell("部门信息公开年报", f"@MENU@{_rows(*_OTHERS)}", side=""), "gb18030", said=None
    )
    menu = "<p><a href='/ysq/'>依申请公开</a></p>".encode()
    mixed = replace(page, body=page.body.replace(b"@MENU@", menu))
    portal = _beside("GBK and UTF-8 mixed", {}, fewest=1, found=_OTHERS)
    return replace(portal, pages={**portal.pages, "/bm/": mixed})


def _stuck_unit() -> Portal:
    """A jpaas unit that answers its first page whatever was asked for."""
    column = columns.jpaas(frame, "部门", "/bm/", _OTHERS, 2)
    ((key, answered),) = column.asked.items()

    def first_page(query: dict[str, str], form: bytes) -> Answer:
        found = answered(
            {**query, "paramJson": re.sub(r"\d+", "1", query["paramJson"], count=1)}, form
        )
        return replace(found, body=found.body.replace(b'count=\\"2\\"', b'count=\\"9\\"'))

    portal = _beside("unit that answers page 1", {}, fewest=2, found=_OTHERS)
    return replace(portal, pages={**portal.pages, **column.pages}, asked={key: first_page})


def _empty_answers() -> Portal:
    """A column whose script gets an answer without a row, although the total says otherwise."""
    column = columns.ucap_codeid(frame, "部门", "/bm/", (), 2)
    ((key, _),) = column.asked.items()
    nothing = columns.json_of({"results": {"data": {"total": 40, "results": []}}})
    portal = _beside("answers without a row", column.pages, fewest=2)
    return replace(portal, asked={key: lambda _, __: nothing})


def traps() -> list[Portal]:
    """Return a portal a trap."""
    return [
        _calendar(), _blank_pages(), _same_page(), _new_rows(), _sessions(), _nested(), _farm(), _soft_404(),
        _empty(), _empty_answers(), _stuck_unit(), _challenge(), _firewalled(), _login(), _maintenance(),
        _loops(), _frames(), _refresh(), *_spellings(), _gbk_names(), _shown_files(), *_charsets(),
    ]  # fmt: skip

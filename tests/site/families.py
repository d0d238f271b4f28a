"""The columns of the demo portal whose rows a script asks for, one a site-builder family.

Hanweb's search and its report a year, jpaas, three of UCAP's kin, Lonsun, Epoint, eportal, ASP.NET.
Each server answers as its family does: by what it is asked, and only that.
"""

# ruff: noqa: E501 (tables of data: one row a line)

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.site.frame import Answer, article, html, note, rows, shell
from tests.site.reports import Report, shown_title

if TYPE_CHECKING:
    from collections.abc import Callable

XXGK = (
    Report(
        "/art/2023/1/17/art_2107_31.html",
        "云泽市卫生健康委员会",
        2022,
        "tables_2021",
        14,
        9,
        "2023-01-17",
    ),
    Report(
        "/art/2020/1/9/art_2107_22.html",
        "云泽市卫生健康委员会",
        2019,
        "tables_2019",
        11,
        7,
        "2020-01-09",
    ),
    Report(
        "/art/2016/2/3/art_2107_11.html",
        "云泽市卫生健康委员会",
        2015,
        "statistics",
        9,
        6,
        "2016-02-03",
    ),
)
_ANNUAL = "/module/xxgk/xxgkAnnualReport.jsp?area=11990100ML0002&fbtime="
ANNUAL = (
    Report(f"{_ANNUAL}2020", "云泽市审计局", 2020, "tables_2019", 5, 4, "2021-01-14"),
    Report(f"{_ANNUAL}2019", "云泽市审计局", 2019, "tables_2019", 6, 4, "2020-01-13"),
    Report(f"{_ANNUAL}2018", "云泽市审计局", 2018, "statistics", 7, 5, "2019-03-04"),
)
JPAAS = (
    Report(
        "/art/2024/1/12/art_9a31_15.html", "云泽市统计局", 2023, "tables_2021", 8, 5, "2024-01-12"
    ),
    Report(
        "/art/2021/1/20/art_9a31_12.html", "云泽市统计局", 2020, "tables_2019", 7, 4, "2021-01-20"
    ),
    Report(
        "/art/2013/2/20/art_9a31_03.html", "云泽市统计局", 2012, "narrative", 5, 3, "2013-02-20"
    ),
)
QUERY = (
    Report(
        "/swj/col/col42/content/a1.html", "云泽市商务局", 2021, "tables_2021", 12, 8, "2022-01-18"
    ),
    Report(
        "/swj/col/col42/content/a2.html", "云泽市商务局", 2018, "statistics", 10, 7, "2019-02-19"
    ),
    Report("/swj/col/col42/content/a3.html", "云泽市商务局", 2011, "narrative", 6, 4, "2012-02-21"),
)
CODEID = (
    Report("/lyj/c5001/202201/7e5.shtml", "云泽市林业局", 2021, "tables_2021", 6, 5, "2022-01-11"),
    Report("/lyj/c5001/202001/7e3.shtml", "云泽市林业局", 2019, "tables_2019", 5, 4, "2020-01-14"),
    Report("/lyj/c5001/201403/7dd.shtml", "云泽市林业局", 2013, "narrative", 4, 3, "2014-03-06"),
)
LONSUN = (
    Report(
        "/public/7071/202233.html", "云泽市文化和旅游局", 2022, "tables_2021", 9, 7, "2023-01-10"
    ),
    Report(
        "/public/7071/201933.html", "云泽市文化和旅游局", 2019, "tables_2019", 8, 6, "2020-01-15"
    ),
    Report(
        "/public/7071/201733.html", "云泽市文化和旅游局", 2017, "statistics", 8, 5, "2018-02-26"
    ),
)
EPOINT = (
    Report(
        "/zwgk/002005/002005002/002005002006/20240115/b1.html",
        "云泽市应急管理局",
        2023,
        "tables_2021",
        10,
        7,
        "2024-01-15",
    ),
    Report(
        "/zwgk/002005/002005002/002005002006/20210118/b2.html",
        "云泽市应急管理局",
        2020,
        "tables_2019",
        7,
        5,
        "2021-01-18",
    ),
    Report(
        "/zwgk/002005/002005002/002005002006/20200116/b3.html",
        "云泽市应急管理局",
        2019,
        "tables_2019",
        6,
        4,
        "2020-01-16",
    ),
)
EPORTAL = (
    Report(
        "/eportal/ui?pageId=3311&articleKey=81&columnId=771",
        "云泽市司法局",
        2021,
        "tables_2021",
        15,
        11,
        "2022-01-20",
    ),
    Report(
        "/eportal/ui?pageId=3311&articleKey=77&columnId=771",
        "云泽市司法局",
        2016,
        "statistics",
        9,
        6,
        "2017-03-01",
    ),
    Report(
        "/eportal/ui?pageId=3311&articleKey=52&columnId=771",
        "云泽市司法局",
        2012,
        "narrative",
        7,
        5,
        "2013-02-27",
    ),
)
ASPNET = (
    Report("/gk/Show.aspx?id=231", "安澜县青石乡人民政府", 2022, "tables_2021", 4, 3, "2023-01-06"),
    Report("/gk/Show.aspx?id=188", "安澜县青石乡人民政府", 2018, "statistics", 5, 4, "2019-01-22"),
    Report("/gk/Show.aspx?id=97", "安澜县青石乡人民政府", 2010, "narrative", 3, 2, "2011-01-28"),
)
REPORTS = XXGK + ANNUAL + JPAAS + QUERY + CODEID + LONSUN + EPOINT + EPORTAL + ASPNET

#: Every list answers so many rows a page: three reports are two pages.
_PER_PAGE = 2
_CHANNEL, _GUID, _UNIT_IDS = "0f" * 16, "7eb5f7f1-9041", {"webId": "77", "tplSetId": "e1f0", "tagId": "信息列表", "pageId": "9a31"}  # fmt: skip


def _column(name: str, main: str, *, head: str = "") -> Answer:
    return html(shell(f"{name}信息公开年报-云泽市人民政府", main, head=head))


def _json(answer: Any) -> Answer:
    return Answer(json.dumps(answer, ensure_ascii=False).encode(), "application/json;charset=utf-8")


def _page(reports: tuple[Report, ...], number: int) -> tuple[Report, ...]:
    """Return the reports on page `number` of a list, from 1."""
    return reports[(number - 1) * _PER_PAGE : number * _PER_PAGE]


def _searched(form: dict[str, str]) -> Answer:
    number = int(form["currpage"])
    found = "".join(
        f'<tr><td>990100{report.year}</td><td><a href="{report.path}" title="{report.title}">{report.title[:16]}...</a></td>'
        f"<td>{report.published}</td></tr>"
        for report in _page(XXGK, number)
    )
    head = "<tr><th>索引号</th><th>信息名称</th><th>生成日期</th></tr>"
    return html(f'<table>{head}{found}</table><div class="tag">共<b>2</b>页 当前第{number}页</div>')


def _built(query: dict[str, str]) -> Answer:
    at = json.loads(query["paramJson"])
    known = {name: query.get(name) for name in _UNIT_IDS} == _UNIT_IDS
    shown = "".join(rows(_page(JPAAS, at["pageNo"]) if known else ()))
    pager = f'<div class="pagination" rows="{_PER_PAGE}" count="{len(JPAAS)}"></div>'
    return _json({"success": True, "data": {"html": f"<ul>{shown}</ul>{pager}"}})


def _source(report: Report) -> dict[str, Any]:
    inside = report.path.removeprefix("/swj/")  # relative to <base>
    return {
        "title": shown_title(report),
        "pubDate": f"{report.published} 10:00:00",
        "urls": json.dumps({"pc": inside}),
    }


def _queried(form: dict[str, str]) -> Answer:
    known = (form["webSiteCode[]"], form["channelCode[]"]) == ("yzswj", "col42")
    size, number = int(form["pageSize"]), int(form["current"])
    found = QUERY[(number - 1) * size : number * size] if known else ()
    return _json({"data": {"total": 3, "results": [{"source": _source(one)} for one in found]}})


def _filed(form: dict[str, str]) -> Answer:
    number = int(form["page"]) if form["channelId"] == _CHANNEL else 9
    found = [
        {"title": one.title, "url": one.path, "publishedTimeStr": f"{one.published} 10:00:00"}
        for one in _page(CODEID, number)
    ]
    return _json({"results": {"data": {"total": 3, "results": found}}})


def _labelled(query: dict[str, str]) -> Answer:
    known = (query.get("siteId"), query.get("organId"), query.get("catId")) == (
        "6790",
        "7071",
        "7051",
    )
    found = "".join(
        f'<div class="xxgk_navli"><ul><li class="mc"><a href="{one.path}">{one.title}</a></li>'
        f'<li class="rq">{one.published}</li></ul></div>'
        for one in (_page(LONSUN, int(query["pageIndex"])) if known else ())
    )
    return html(f"{found}<script>page({{pageCount: 2}});</script>")


def _listed(form: bytes) -> Answer:
    asked = json.loads(form)
    known = (asked["siteGuid"], asked["categorynum"]) == (_GUID, "002005002006")
    found = [
        {"title": one.title, "infourl": one.path, "infodate": one.published}
        for one in (_page(EPOINT, asked["pageIndex"] + 1) if known else ())
    ]
    return _json({"custom": {"total": 3, "data": found}})


def _posted(form: dict[str, str]) -> Answer:
    """Answer a post back: the page after the one that the view state was made for."""
    fresh = form.get("__EVENTTARGET") == "pager$next" and form.get("__VIEWSTATE") == "/wEPDw1=="
    return _web_form(2 if fresh else 1)


def _web_form(number: int) -> Answer:
    found = "".join(
        f'<tr><td><a href="{one.path.removeprefix("/gk/")}">{one.title}</a></td><td>[{one.published}]</td></tr>'
        for one in _page(ASPNET, number)
    )
    way = (
        "href=\"javascript:__doPostBack('pager$next','')\""
        if number == 1
        else 'disabled="disabled"'
    )
    main = (
        '<form method="post" action="./List.aspx?cid=19">'
        f'<input type="hidden" name="__VIEWSTATE" value="/wEPDw{number}==">'
        f'<input type="hidden" name="__EVENTVALIDATION" value="/wEd{number}">'
        f'<table class="rows">{found}</table><a id="pager_next" {way}>下一页</a></form>'
    )
    return _column("青石乡", main)


def _eportal(number: int) -> Answer:
    call = "queryArticleByCondition(this,'/eportal/ui?pageId=3310&currentPage=2&moduleId=4d1e&staticRequest=yes')"
    way = f'onclick="{call}"' if number == 1 else ""
    shown = "".join(rows(_page(EPORTAL, number)))
    pager = f'<div class="page"><a href="javascript:void(0);" {way}>下一页</a></div>'
    return _column("司法局", f'<ul class="list">{shown}</ul>{pager}')


_SEARCH = "/module/xxgk/search.jsp?texttype=0&amp;vc_title=&amp;currpage=1&amp;area=11990100ML0001&amp;infotypeId=A07"
_LABEL = "/site/label/8888?IsAjax=1&dataType=html&labelName=publicInfoList&pageSize=2&file=/xxgk/publicInfoList_newest2020"
_QUERY_DATA = json.dumps(_UNIT_IDS, ensure_ascii=False).replace('"', "'")
_FIRST_ROWS = json.dumps([_source(one) for one in QUERY[:2]], ensure_ascii=False)

PAGES: dict[str, Answer] = {
    "/col/col2107/index.html": _column("卫生健康委", f'<div id="divlist"></div><script>loadDynamic("{_SEARCH}", "divlist");</script>'),
    "/col/col9a31/index.html": _column("统计局", f'<div queryData="{_QUERY_DATA}" url="/api-gateway/jpaas-publish-server/front/page/build/unit"></div>'),
    "/swj/col/col42/index.html": _column(
        "商务局",
        f'<script>var page = {{webSiteCode: "yzswj", channelsTagSelf: {{"code": "col42", "articleCount": 3}}, articleList: {_FIRST_ROWS}}};</script>',
        head='<base href="/swj/">\n',
    ),
    "/lyj/c5001/fdzdgknr.shtml": _column("林业局", f'<script>$.post("/getFileListByCodeId", {{codeId: "", channelId: "{_CHANNEL}", page: 1, size: 2}}, draw);</script>'),
    "/public/column/7071": _column("文化和旅游局", f'<div id="list"></div><script>load("{_LABEL}", {{siteId: "6790", catId: "7051"}});</script>'),
    "/zwgk/002005/002005002/002005002006/gov_list.html": _column("应急管理局", '<div id="record"></div>', head='<script src="/js/webBuilderCommon.js"></script>\n'),
    "/js/webBuilderCommon.js": Answer(f"var siteInfo = {{projectName: 'EWB-FRONT', siteGuid: '{_GUID}'}};".encode(), "application/javascript"),
    "/eportal/ui?pageId=3310": _eportal(1),
    "/eportal/ui?pageId=3310&currentPage=2&moduleId=4d1e&staticRequest=yes": _eportal(2),
    f"{_ANNUAL}2017": html(note("年度报告", "该年度暂无内容。")),
    **{report.path: html(article(report)) for report in REPORTS},
}  # fmt: skip

#: What answers by what it is asked: method and path, then the query's or the form's fields.
_ASKED: dict[tuple[str, str], Callable[[dict[str, str]], Answer]] = {
    ("POST", "/module/xxgk/search.jsp"): _searched,
    ("GET", "/api-gateway/jpaas-publish-server/front/page/build/unit"): _built,
    ("POST", "/queryList"): _queried,
    ("POST", "/getFileListByCodeId"): _filed,
    ("GET", "/site/label/8888"): _labelled,
    ("POST", "/gk/List.aspx"): _posted,
    ("GET", "/gk/List.aspx"): lambda _: _web_form(1),
}


def asked(method: str, target: str, form: bytes) -> Answer | None:
    """Return the answer of a column that answers by what it is asked, or None."""
    parts = urlsplit(target)
    if (method, parts.path) == ("POST", "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"):
        return _listed(form)
    answers = _ASKED.get((method, parts.path))
    if answers is None:
        return None
    text = form.decode("ascii") if method == "POST" else parts.query
    return answers(dict(parse_qsl(text, keep_blank_values=True)))

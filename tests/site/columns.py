"""A report column as each site-builder family serves it: its pages, and what answers by the asking.

One function a family of `crawler.cms`: the frame that pages wear, the organ's name, the column's
address, its reports and how many of them a page shows; out comes what lies where, and the fewest
requests that show every row. Each server answers by what it is asked, and only that.
"""

# ruff: noqa: E501 (tables of data: one row a line; a column is what these five say)

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.site.frame import Answer, html, note, rows
from tests.site.reports import Report, shown_title

#: The first year that there are reports on: none is asked for before.
FIRST_YEAR = 2008

Frame = Callable[[str, str, str], Answer]
Asked = Callable[[dict[str, str], bytes], Answer]
Reports = tuple[Report, ...]


@dataclass(frozen=True)
class Column:
    """A column: its address, its pages, its answers by method and path, the fewest calls for it."""

    url: str
    pages: dict[str, Answer]
    calls: int
    asked: dict[tuple[str, str], Asked] = field(default_factory=dict)


def answered(
    asked: dict[tuple[str, str], Asked], method: str, target: str, form: bytes
) -> Answer | None:
    """Return what the columns answer to a request, or None where none of them does."""
    parts = urlsplit(target)
    answers = asked.get((method, parts.path))
    if answers is None:
        return None
    said = (parts.query, form.decode("ascii", "replace"))
    return answers(
        dict(pair for one in said for pair in parse_qsl(one, keep_blank_values=True)), form
    )


def json_of(answer: Any) -> Answer:
    return Answer(json.dumps(answer, ensure_ascii=False).encode(), "application/json;charset=utf-8")


def _cut(reports: Reports, number: int, size: int) -> Reports:
    """Return the reports on page `number` of a list, from 1."""
    return reports[(number - 1) * size : number * size]


def _pages(reports: Reports, size: int) -> int:
    return -(-len(reports) // size)


def _list(reports: Reports) -> str:
    return '<ul class="rows">{}</ul>'.format("\n".join(rows(reports)))


# --- lists whose every page has an address ---


def static(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """Page n is `index_n.html`; 下一页 says so."""
    last = _pages(reports, size)
    pages = {}
    for number in range(1, last + 1):
        way = f'<a href="index_{number + 1}.html">下一页</a>' if number < last else "下一页"
        url = at if number == 1 else f"{at}index_{number}.html"
        pages[url] = frame(name, f"{_list(_cut(reports, number, size))}<div>{way}</div>", "")
    return Column(at, pages, last)


def trs(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """Page n is `index_{n-1}.html`; a script draws the pager from the count."""
    last = _pages(reports, size)
    call = '<script>createPageHTML({}, {}, "index", "html");</script>'
    return Column(
        at,
        {
            at if number == 1 else f"{at}index_{number - 1}.html": frame(
                name, _list(_cut(reports, number, size)) + call.format(last, number - 1), ""
            )
            for number in range(1, last + 1)
        },
        last,
    )


def ucap(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """Rows and call stand in a comment; page n is `zwgklist_n.shtml`."""
    last = _pages(reports, size)
    call = "<script>createPageHTML('page_div',{}, {},'zwgklist','shtml',{});</script>"
    pages = {}
    for number in range(1, last + 1):
        hidden = "\n".join(rows(_cut(reports, number, size))) + call.format(
            last, number, len(reports)
        )
        url = f"{at}zwgklist.shtml" if number == 1 else f"{at}zwgklist_{number}.shtml"
        pages[url] = frame(name, f'<ul><!--{hidden}--></ul><div id="page_div"></div>', "")
    return Column(f"{at}zwgklist.shtml", pages, last)


def vsb(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """Page names count down: of three pages the second is `2.htm`, the last `1.htm`."""
    last = _pages(reports, size)
    stem = at.rpartition("/")[2].removesuffix(".htm")
    pages = {}
    for number in range(1, last + 1):
        following = f"{stem}/{last - 1}.htm" if number == 1 else f"{last - number}.htm"
        way = f'<a href="{following}">下页</a>' if number < last else "下页"
        url = at if number == 1 else f"{at.removesuffix('.htm')}/{last - number + 1}.htm"
        pager = f'<span class="p_pages"><span class="p_next p_fun">{way}</span></span>'
        script = '<script src="/system/resource/js/counter.js"></script>'
        pages[url] = frame(name, _list(_cut(reports, number, size)) + pager, script)
    return Column(at, pages, last)


def eportal(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """Pager links are calls with the next page's address in them."""
    last = _pages(reports, size)
    pages = {}
    for number in range(1, last + 1):
        here = f"{at}&currentPage={number}&moduleId=4d1e&staticRequest=yes"
        following = f"{at}&currentPage={number + 1}&moduleId=4d1e&staticRequest=yes"
        call = f"onclick=\"queryArticleByCondition(this,'{following}')\"" if number < last else ""
        pager = f'<div class="page"><a href="javascript:void(0);" {call}>下一页</a></div>'
        shown = "".join(rows(_cut(reports, number, size)))
        pages[at if number == 1 else here] = frame(
            name, f'<ul class="list">{shown}</ul>{pager}', ""
        )
    return Column(at, pages, last)


def hanweb_annual(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A report a year, each asking for the year before; the year before the first is empty."""
    before = min(report.year for report in reports) - 1
    empty = {f"{at.rpartition('=')[0]}={before}": html(note("年度报告", "该年度暂无内容。"))}
    return Column(at, empty, int(before >= FIRST_YEAR))


# --- lists that a script asks for ---

_IDS = {"webId": "77", "tplSetId": "e1f0", "tagId": "信息列表", "pageId": "9a31"}
_CHANNEL, _GUID = "0f" * 16, "7eb5f7f1-9041"
_PROXY = "/module/web/jpage/dataproxy.jsp"
_PROXY_QUERY = (
    "col=1&appid=1&webid=7&path=%2F&columnid=2001&sourceContentType=1&unitid=3107"
    "&webname=%E4%BA%91%E6%B3%BD&permissiontype=0"
)


def hanweb_jpage(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """First rows in a datastore; an answer holds three pages and a row, whatever was the end."""
    listed, most = rows(reports), 3 * size + 1

    def store(found: list[str], group: str = "") -> str:
        records = "".join(f"<record><![CDATA[{row}]]></record>" for row in found)
        return f"<datastore><totalrecord>{len(listed)}</totalrecord>{group}<recordset>{records}</recordset></datastore>"

    def answered(query: dict[str, str], form: bytes) -> Answer:
        known = dict(parse_qsl(form.decode("ascii"))).get("columnid") == "2001"
        start = int(query["startrecord"]) - 1
        found = listed[start : start + most] if known else []
        return Answer(store(found).encode(), "text/xml; charset=utf-8")

    group = f'<nextgroup><![CDATA[<a href="{_PROXY}?{_PROXY_QUERY}"></a>]]></nextgroup>'
    main = f'<div id="3107"><script type="text/xml">{store(listed[:size], group)}</script></div>'
    main += f"<script>jpage('3107', {{perPage: {size}}});</script>"
    calls = 1 + -(-(len(listed) - size) // most)
    return Column(at, {at: frame(name, main, "")}, calls, {("POST", _PROXY): answered})


def hanweb_xxgk(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A script loads a table of three cells a row, by POST."""
    search = "/module/xxgk/search.jsp"
    last = _pages(reports, size)

    def answered(form: dict[str, str], _: bytes) -> Answer:
        number = int(form["currpage"])
        found = "".join(
            f'<tr><td>990100{one.year}</td><td><a href="{one.path}" title="{one.title}">{one.title[:16]}...</a></td>'
            f"<td>{one.published}</td></tr>"
            for one in _cut(reports, number, size)
        )
        head = "<tr><th>索引号</th><th>信息名称</th><th>生成日期</th></tr>"
        return html(
            f'<table>{head}{found}</table><div class="tag">共<b>{last}</b>页 当前第{number}页</div>'
        )

    call = f"{search}?texttype=0&amp;vc_title=&amp;currpage=1&amp;area=11990100ML0001&amp;infotypeId=A07"
    main = f'<div id="divlist"></div><script>loadDynamic("{call}", "divlist");</script>'
    return Column(at, {at: frame(name, main, "")}, 1 + last, {("POST", search): answered})


def jpaas(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A unit is asked for by its ids; the answer is JSON that holds HTML."""
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"

    def answered(query: dict[str, str], _: bytes) -> Answer:
        known = {each: query.get(each) for each in _IDS} == _IDS
        number = json.loads(query["paramJson"])["pageNo"]
        shown = "".join(rows(_cut(reports, number, size) if known else ()))
        pager = f'<div class="pagination" rows="{size}" count="{len(reports)}"></div>'
        return json_of({"success": True, "data": {"html": f"<ul>{shown}</ul>{pager}"}})

    ids = json.dumps(_IDS, ensure_ascii=False).replace('"', "'")
    main = f'<div queryData="{ids}" url="{unit}"></div>'
    return Column(
        at, {at: frame(name, main, "")}, 1 + _pages(reports, size), {("GET", unit): answered}
    )


def ucap_query(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """The first rows stand in a script, relative to `<base>`; the rest comes by POST."""
    base = f"/{at.split('/')[1]}/"

    def source(report: Report) -> dict[str, Any]:
        inside = report.path.removeprefix(base)
        return {
            "title": shown_title(report),
            "pubDate": f"{report.published} 10:00:00",
            "urls": json.dumps({"pc": inside}),
        }

    def answered(form: dict[str, str], _: bytes) -> Answer:
        known = (form["webSiteCode[]"], form["channelCode[]"]) == ("yzswj", "col42")
        found = _cut(reports, int(form["current"]), int(form["pageSize"])) if known else ()
        results = [{"source": source(one)} for one in found]
        return json_of({"data": {"total": len(reports), "results": results}})

    first = json.dumps([source(one) for one in reports[:size]], ensure_ascii=False)
    column = json.dumps({"code": "col42", "articleCount": len(reports)})
    main = f'<script>var page = {{webSiteCode: "yzswj", channelsTagSelf: {column}, articleList: {first}}};</script>'
    page = frame(name, main, f'<base href="{base}">\n')
    return Column(at, {at: page}, _pages(reports, size), {("POST", "/queryList"): answered})


def ucap_codeid(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A script asks for the files of a channel, by POST."""
    call = "/getFileListByCodeId"

    def answered(form: dict[str, str], _: bytes) -> Answer:
        found = _cut(reports, int(form["page"]), size) if form["channelId"] == _CHANNEL else ()
        results = [
            {"title": one.title, "url": one.path, "publishedTimeStr": f"{one.published} 10:00:00"}
            for one in found
        ]
        return json_of({"results": {"data": {"total": len(reports), "results": results}}})

    main = f'<script>$.post("{call}", {{codeId: "", channelId: "{_CHANNEL}", page: 1, size: {size}}}, draw);</script>'
    return Column(
        at, {at: frame(name, main, "")}, 1 + _pages(reports, size), {("POST", call): answered}
    )


def gkmlpt(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A tree of columns; the lists are JSON, and pages 0 and 1 are the same."""
    api = "/gkmlpt/api/all/3001"
    tree = [
        {"id": 3000, "name": "机构职能", "children": []},
        {"id": 3001, "name": "政府信息公开年报", "children": []},
        {"id": 3002, "name": "政府网站工作年度报表", "children": []},
    ]

    def answered(query: dict[str, str], _: bytes) -> Answer:
        found = _cut(reports, max(int(query["page"]), 1), size) if query["sid"] == "9901" else ()
        articles = [
            {"title": shown_title(one), "url": one.path, "display_publish_time": one.published}
            for one in found
        ]
        return json_of(
            {
                "classify": {"id": 3001, "post_count": len(reports)},
                "articles": articles,
                "total": len(reports),
            }
        )

    config = f"window._CONFIG={{SID:'9901',TREE:{json.dumps(tree, ensure_ascii=False)}}};"
    main = f"<div id=app></div><script>{config}</script>"
    return Column(
        at, {at: frame(name, main, "")}, 1 + _pages(reports, size), {("GET", api): answered}
    )


def lonsun(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A script asks for a label's page of HTML; the page says how many there are."""
    label = "/site/label/8888"
    organ = at.rpartition("/")[2]
    ids = {"siteId": "6790", "organId": organ, "catId": "7051"}

    def answered(query: dict[str, str], _: bytes) -> Answer:
        known = {each: query.get(each) for each in ids} == ids
        found = "".join(
            f'<div class="xxgk_navli"><ul><li class="mc"><a href="{one.path}">{one.title}</a></li>'
            f'<li class="rq">{one.published}</li></ul></div>'
            for one in (_cut(reports, int(query["pageIndex"]), size) if known else ())
        )
        return html(f"{found}<script>page({{pageCount: {_pages(reports, size)}}});</script>")

    call = f"{label}?IsAjax=1&dataType=html&labelName=publicInfoList&pageSize={size}&file=/xxgk/publicInfoList_newest2020"
    main = (
        f'<div id="list"></div><script>load("{call}", {{siteId: "6790", catId: "7051"}});</script>'
    )
    url = f"{at}?type=4&action=list&catId=7051"
    return Column(
        url, {url: frame(name, main, "")}, 1 + _pages(reports, size), {("GET", label): answered}
    )


def epoint(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """The site's key stands in a script; the rows come by POST of JSON, pages from 0."""
    script, call = "/js/webBuilderCommon.js", "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"

    def answered(_: dict[str, str], form: bytes) -> Answer:
        asked = json.loads(form)
        known = (asked["siteGuid"], asked["categorynum"]) == (_GUID, "002005002006")
        found = [
            {"title": one.title, "infourl": one.path, "infodate": one.published}
            for one in (_cut(reports, asked["pageIndex"] + 1, size) if known else ())
        ]
        return json_of({"custom": {"total": len(reports), "data": found}})

    key = f"var siteInfo = {{projectName: 'EWB-FRONT', siteGuid: '{_GUID}', pageSize: {size}}};"
    pages = {
        at: frame(name, '<div id="record"></div>', f'<script src="{script}"></script>\n'),
        script: Answer(key.encode(), "application/javascript"),
    }
    return Column(at, pages, 2 + _pages(reports, size), {("POST", call): answered})


def aspnet(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """The next page is a post of what this page kept hidden; another state gives page 1."""
    last = _pages(reports, size)
    folder = at.rpartition("/")[0] + "/"

    def page(number: int) -> Answer:
        found = "".join(
            f'<tr><td><a href="{one.path.removeprefix(folder)}">{one.title}</a></td><td>[{one.published}]</td></tr>'
            for one in _cut(reports, number, size)
        )
        way = (
            "href=\"javascript:__doPostBack('pager$next','')\""
            if number < last
            else 'disabled="disabled"'
        )
        main = (
            '<form method="post" action="./List.aspx?cid=19">'
            f'<input type="hidden" name="__VIEWSTATE" value="/wEPDw{number}==">'
            f'<input type="hidden" name="__EVENTVALIDATION" value="/wEd{number}">'
            f'<table class="rows">{found}</table><a id="pager_next" {way}>下一页</a></form>'
        )
        return frame(name, main, "")

    def posted(form: dict[str, str], _: bytes) -> Answer:
        state = form.get("__VIEWSTATE", "").removeprefix("/wEPDw").rstrip("=")
        fresh = form.get("__EVENTTARGET") == "pager$next" and state.isdigit()
        return page(int(state) + 1 if fresh else 1)

    asked: dict[tuple[str, str], Asked] = {("POST", at): posted, ("GET", at): lambda _, __: page(1)}
    return Column(f"{at}?{urlencode({'cid': 19})}", {}, last, asked)

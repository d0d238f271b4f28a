"""Report columns whose rows a search of the portal's hands out, as `tests.site.columns` has others.

TRS IGS and WAS, UCAP's search, Huai'an's catalogue: each answers what its own script asks, and only
that: another channel gives nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.site.columns import Column, _cut, _list, _pages, json_of
from tests.site.frame import rows
from tests.site.reports import shown_title

if TYPE_CHECKING:
    from tests.site.columns import Frame, Reports
    from tests.site.frame import Answer

_CHANNEL = "8b0e378b0f424ed2b381455e389c24b3"


def trs_igs(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A search answers a channel's rows under the names of WCM's fields."""
    search = "/igs/front/search/list.html"

    def answered(query: dict[str, str], _: bytes) -> Answer:
        known = (query["siteId"], query["filter[CHANNELID]"]) == ("3", "18119")
        found = _cut(reports, int(query["pageNumber"]), size) if known else ()
        content = [
            {"DOCTITLE": shown_title(one), "DOCPUBURL": one.path, "DOCRELTIME": one.published}
            for one in found
        ]
        told = {"content": content, "total": str(len(reports)), "totalPages": _pages(reports, size)}
        return json_of({"page": told})

    call = f"{search}?index=wzq&type=infomation&siteId=3&pageSize={size}"
    main = f'<script>$.getJSON("{call}&filter%5BCHANNELID%5D=18119&pageNumber=1", draw);</script>'
    return Column(
        at, {at: frame(name, main, "")}, 1 + _pages(reports, size), {("GET", search): answered}
    )


def trs_was(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A template answers rows and the field names as a last row."""
    search = "/was5/web/search"

    def answered(query: dict[str, str], _: bytes) -> Answer:
        known = (query["channelid"], query["classsql"]) == ("294271", "chnlid=35207")
        docs = [
            {"title": one.title, "url": one.path, "pubtime": one.published}
            for one in (_cut(reports, int(query["page"]), size) if known else ())
        ]
        sample = {"title": "文章标题", "url": "文章链接", "pubtime": "发布时间"}
        return json_of({"count": str(len(reports)), "docs": [*docs, sample]})

    call = f"{search}?channelid=294271&templet=docs.jsp&classsql=chnlid%3D35207&prepage={size}"
    main = f"<script>var url = '{call}&page=1'; load(url);</script>"
    return Column(
        at, {at: frame(name, main, "")}, 1 + _pages(reports, size), {("GET", search): answered}
    )


def ucap_search(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """A search by the channel's id answers JSON where it is asked to."""
    search = f"/common/search/{_CHANNEL}"

    def answered(query: dict[str, str], _: bytes) -> Answer:
        found = _cut(reports, int(query["page"]), size) if query["_isJson"] == "true" else ()
        results = [
            {"title": one.title, "url": one.path, "publishedTimeStr": f"{one.published} 09:00:00"}
            for one in found
        ]
        return json_of({"data": {"total": len(reports), "results": results}})

    call = f"{search}?_isAgg=true&_isJson=true&_pageSize={size}&_template=index&page=1"
    main = f'<ul id="list"></ul><script>$.ajax({{url: "{call}", success: draw}});</script>'
    return Column(
        at, {at: frame(name, main, "")}, 1 + _pages(reports, size), {("GET", search): answered}
    )


def huaian(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """Page n is `index_n.html`; the pager's call says how many rows there are, and on a page."""
    call = f"<script>nsetpage(1,{len(reports)},{size},'pages','index','html');</script>"
    last = _pages(reports, size)
    stem = at.removesuffix(".html")
    pages = {
        at if number == 1 else f"{stem}_{number}.html": frame(
            name, _list(_cut(reports, number, size)) + call, ""
        )
        for number in range(1, last + 1)
    }
    return Column(at, pages, last)


def truecms(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """The first rows are hidden; a window of them wider than the page's own is refused."""
    call, column = "/truecms/messageController/getMessage.do", "754f6db5-d294"

    def answered(query: dict[str, str], _: bytes) -> Answer:
        start, end = int(query["startrecord"]), int(query["endrecord"])
        known = query["columnId"] == column and end - start < 2 * size
        found = rows(reports)[start - 1 : end] if known else []
        records = "".join(f"<record><![CDATA[{row}]]></record>" for row in found)
        total = f"<totalrecord>{len(reports)}</totalrecord>"
        return json_of(
            {"result": f"<datastore>{total}<recordset>{records}</recordset></datastore>"}
        )

    hidden = f'<div id="initData" style="display:none">{_list(reports[:size])}</div>'
    said = f"proxyUrl:'{call}', perPage:{size}, groupSize:2, ajaxParam:{{columnId:'{column}'}}"
    main = f"{hidden}<script>$('#list').jpage({{{said}}});</script>"
    calls = 1 + -(-(len(reports) - size) // (2 * size))
    return Column(at, {at: frame(name, main, "")}, calls, {("GET", call): answered})


def numbered(frame: Frame, name: str, at: str, reports: Reports, size: int) -> Column:
    """Page n is `n.html`; a script draws the pager from the count."""
    last = _pages(reports, size)
    script = f"<script>var pageCount = parseInt('{last}'); pager(pageCount);</script>"
    folder = at.rpartition("/")[0]
    pages = {
        f"{folder}/{number}.html": frame(name, _list(_cut(reports, number, size)) + script, "")
        for number in range(1, last + 1)
    }
    return Column(at, pages, last)

"""What lies at which address of the demo portal: every page, its charset, its coding.

One column a site-builder family, each list of two pages: TRS, static, UCAP, Hanweb jpage, gkmlpt, VSB
here, those that ask for their rows by script in `families`.
Old habits of old portals are kept: GB2312 with and without saying so, rows in a comment, an answer
that ignores how much was asked for, page names that count down, a redirect, a dead link.
"""

# ruff: noqa: E501 (tables of data: one row a line)

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from tests.site import families
from tests.site.frame import Answer, article, html, listing, note, rows, shell, squeezed
from tests.site.pdf import pdf
from tests.site.reports import CITY, Report, shown_title

COUNTY, DISTRICT = "安澜县人民政府", "云泽市南浦区人民政府"

TRS = (
    Report("/zfxxgk/szf/zfxxgknb/202203/t20220318_1021.html", CITY, 2021, "tables_2021", 48, 30, "2022-03-18"),
    Report("/zfxxgk/szf/zfxxgknb/202103/t20210315_1020.html", CITY, 2020, "tables_2019", 41, 26, "2021-03-15"),
    Report("/zfxxgk/szf/zfxxgknb/201703/t20170320_1016.html", CITY, 2016, "statistics", 33, 21, "2017-03-20"),
    Report("/zfxxgk/szf/zfxxgknb/201503/t20150319_1014.html", CITY, 2014, "statistics", 27, 19, "2015-03-19", "brand"),
    Report("/zfxxgk/szf/zfxxgknb/201403/t20140314_1013.html", CITY, 2013, "narrative", 24, 17, "2014-03-14", "domain"),
    Report("/zfxxgk/szf/zfxxgknb/201303/t20130312_1012.html", CITY, 2012, "narrative", 22, 16, "2013-03-12", "dates"),
)  # fmt: skip
STATIC = (
    Report("/zfxxgk/bm/202401/2301.html", "云泽市水利局", 2023, "tables_2021", 9, 6, "2024-01-16"),
    Report("/zfxxgk/bm/202101/2001.html", "云泽市财政局", 2020, "tables_2019", 12, 8, "2021-01-20"),
    Report("/zfxxgk/bm/201603/1501.html", "云泽市教育局", 2015, "statistics", 15, 11, "2016-03-09"),
    Report("/zfxxgk/bm/201201/1101.html", "云泽市民政局", 2011, "narrative", 7, 5, "2012-01-10"),
)
UCAP = (
    Report("/xq/c1001/202301/5c1d2f.shtml", DISTRICT, 2022, "tables_2021", 20, 13, "2023-01-19", slip=2),
    Report("/xq/c1001/201903/7a0e44.shtml", DISTRICT, 2018, "statistics", 18, 12, "2019-03-21"),
    Report("/xq/c1001/202001/9be310.shtml", COUNTY, 2019, "tables_2019", 16, 10, "2020-01-17"),
    Report("/xq/c1001/201102/0d77aa.shtml", COUNTY, 2010, "narrative", 11, 8, "2011-02-25",
           attachment="/xq/c1001/201102/files/fb.pdf"),
)  # fmt: skip
HANWEB = (
    Report("/art/2024/1/22/art_2001_81.html", "安澜县石梁镇人民政府", 2023, "tables_2021", 4, 3, "2024-01-22"),
    Report("/art/2020/1/12/art_2001_77.html", "安澜县柳溪镇人民政府", 2019, "tables_2019", 8, 5, "2020-01-12", "pinyin"),
    Report("/art/2017/2/14/art_2001_64.html", "云泽市南浦区云河街道办事处", 2016, "statistics", 6, 4, "2017-02-14", "farm"),
    Report("/art/2014/1/23/art_2001_41.html", "安澜县石梁镇人民政府", 2013, "narrative", 5, 4, "2014-01-23"),
    Report("/art/2013/1/18/art_2001_36.html", "安澜县柳溪镇人民政府", 2012, "narrative", 3, 2, "2013-01-18"),
)  # fmt: skip
GKMLPT = (
    Report("/gkmlpt/content/1/1005/post_1005.html", "云泽市市场监督管理局", 2022, "tables_2021", 13, 9, "2023-01-13"),
    Report("/gkmlpt/content/1/1004/post_1004.html", "云泽市交通运输局", 2021, "tables_2021", 10, 7, "2022-01-24"),
    Report("/gkmlpt/content/1/1003/post_1003.html", "云泽市交通运输局", 2017, "statistics", 14, 10, "2018-03-02"),
)  # fmt: skip
VSB = (
    Report(
        "/info/1031/2204.htm", "云泽经济开发区管理委员会", 2020, "tables_2019", 6, 4, "2021-01-26"
    ),
    Report(
        "/info/1031/2107.htm", "云泽经济开发区管理委员会", 2018, "statistics", 8, 6, "2019-02-28"
    ),
    Report(
        "/info/1031/1655.htm", "云泽经济开发区管理委员会", 2012, "narrative", 4, 3, "2013-02-19"
    ),
)
REPORTS = TRS + STATIC + UCAP + HANWEB + GKMLPT + VSB + families.REPORTS

MOVED, DEAD, FORBIDDEN = "/old/2011mzj.html", "/zfxxgk/bm/201001/0901.html", "/internal/2009.html"
GUIDE, NOTICE, WEBSITE = "/zfxxgk/bm/201805/zn.html", "/zfxxgk/bm/202012/tz.html", "/art/2019/1/9/art_2001_70.html"  # fmt: skip


def _home() -> Answer:
    news = "\n".join(
        f'<li><a href="/yw/{n}.html">云泽市召开第{n}次河湖治理现场会</a><span>2024-05-0{n}</span></li>'
        for n in range(1, 5)
    )
    main = f'<div class="news"><h2>要闻</h2><ul>{news}</ul></div>'
    main += '<p><a href="/zwgk/">政务公开</a> <a href="/hd/">互动交流</a></p>'
    return html(shell("云泽市人民政府", main, side=""))


def _trs() -> dict[str, Answer]:
    name, at = "市政府信息公开年报", "/zfxxgk/szf/zfxxgknb/"
    pager = '<div id="pages"></div><script>createPageHTML(2, {}, "index", "html");</script>'
    one = listing(name, rows(TRS[:3]), pager.format(0))
    forbidden = (FORBIDDEN, "云泽市2009年政府信息公开工作年度报告", "2010-03-01")
    two = listing(name, rows(TRS[3:], forbidden), pager.format(1))
    box = '<div class="TRS_Editor">'
    return {
        at: squeezed(html(one)),
        f"{at}index_1.html": html(two),
        **{report.path: squeezed(html(article(report, box))) for report in TRS},
    }


def _static() -> dict[str, Answer]:
    name, at = "部门信息公开年报", "/zfxxgk/bm/"
    guide = (GUIDE, "云泽市政府信息公开指南（2018年修订）", "2018-05-30")
    notice = (NOTICE, "关于做好2020年政府信息公开工作年度报告编制工作的通知", "2020-12-21")
    dead = (DEAD, "云泽市档案局2009年政府信息公开工作年度报告", "2010-01-15")
    moved = (MOVED, shown_title(STATIC[3]), STATIC[3].published)
    head = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">\n'
    one = listing(
        name, rows(STATIC[:2], notice, guide), '<a href="index_2.html">下一页</a>', head=head
    )
    two = listing(name, rows(STATIC[2:3], moved, dead), '<a href="./">上一页</a> 下一页', head=head)
    articles = {report.path: html(article(report), "gb18030", said=None) for report in STATIC}
    return {
        at: html(one, "gb2312", said=None),
        f"{at}index_2.html": html(two, "gb2312", said=None),
        MOVED: Answer(b"", status=302, location=STATIC[3].path),
        GUIDE: html(
            note(guide[1], "本指南说明向本机关申请政府信息的方式。", "受理机构：市政府办公室。")
        ),
        NOTICE: html(
            note(notice[1], "各部门：", "请于2021年1月31日前报送年度报告。", "市政府办公室")
        ),
        **articles,
    }


def _ucap() -> dict[str, Answer]:
    name, at = "县区信息公开年报", "/xq/c1001/"
    call = "<script>createPageHTML('page_div',2, {},'zwgklist','shtml',4);</script>"

    def page(reports: tuple[Report, ...], number: int) -> Answer:
        hidden = "\n".join(rows(reports)) + call.format(number)
        main = f'<div class="list"><h2>{name}</h2><ul><!--{hidden}--></ul><div id="page_div"></div></div>'
        return html(shell(f"{name}-云泽市人民政府", main), chunked=True)

    return {
        f"{at}zwgklist.shtml": page(UCAP[:2], 1),
        f"{at}zwgklist_2.shtml": page(UCAP[2:], 2),
        **{
            report.path: html(article(report, '<div id="UCAP-CONTENT">'), chunked=True)
            for report in UCAP
        },
        f"{at}201102/files/fb.pdf": Answer(
            pdf(
                ["安澜县2010年政府信息公开统计附表", "收到政府信息公开申请 11 件", "同意公开 8 件"]
            ),
            "application/pdf",
        ),
    }


_HANWEB_LIST = (
    *rows(HANWEB[:2]),
    *rows((), (WEBSITE, "云泽市2018年政府网站工作年度报表", "2019-01-09")),
    *rows(HANWEB[2:]),
)
_PROXY = "/module/web/jpage/dataproxy.jsp"
_HANWEB_QUERY = (
    "col=1&appid=1&webid=7&path=%2F&columnid=2001&sourceContentType=1&unitid=3107"
    "&webname=%E4%BA%91%E6%B3%BD&permissiontype=0"
)


def _records(rows: tuple[str, ...], *, next_group: str = "") -> str:
    records = "".join(f"<record><![CDATA[{row}]]></record>" for row in rows)
    return (
        f"<datastore><totalrecord>{len(_HANWEB_LIST)}</totalrecord><totalpage>3</totalpage>{next_group}"
        f"<recordset>{records}</recordset></datastore>"
    )


def _hanweb() -> dict[str, Answer]:
    name = "乡镇街道信息公开年报"
    group = f'<nextgroup><![CDATA[<a href="{_PROXY}?{_HANWEB_QUERY}"></a>]]></nextgroup>'
    store = _records(_HANWEB_LIST[:2], next_group=group)
    main = f'<div id="3107"><script type="text/xml">{store}</script></div>'
    main += "<script>jpage('3107', {perPage: 2});</script>"
    website = note(
        "云泽市2018年政府网站工作年度报表", "网站名称：云泽市人民政府", "总访问量：31000次"
    )
    return {
        "/col/col2001/index.html": html(shell(f"{name}-云泽市人民政府", main)),
        WEBSITE: html(website),
        **{
            report.path: html(article(report, '<div id="Zoom"><!--<$[信息内容]>begin-->'))
            for report in HANWEB
        },
    }


def proxied(form: bytes, query: dict[str, list[str]]) -> Answer:
    """Answer a call of the Hanweb proxy: three records from startrecord on, whatever was the end."""
    if parse_qs(form.decode("ascii")).get("columnid") != ["2001"]:
        return Answer(_records(()).encode(), "text/xml; charset=utf-8")
    start = int(query["startrecord"][0]) - 1
    return Answer(_records(_HANWEB_LIST[start : start + 3]).encode(), "text/xml; charset=utf-8")


def _gkmlpt() -> dict[str, Answer]:
    tree = [
        {"id": 3000, "name": "机构职能", "children": []},
        {"id": 3001, "name": "政府信息公开年报", "children": []},
        {"id": 3002, "name": "政府网站工作年度报表", "children": []},
    ]
    config = f"window._CONFIG={{SID:'9901',TREE:{json.dumps(tree, ensure_ascii=False)}}};"
    index = shell(
        "政府信息公开平台-云泽市", f"<div id=app></div><script>{config}</script>", side=""
    )
    answers = {
        f"/gkmlpt/api/all/3001?page={page}&sid=9901": Answer(
            json.dumps(
                {
                    "classify": {"id": 3001, "post_count": 3},
                    "articles": [
                        {
                            "title": shown_title(report),
                            "url": report.path,
                            "display_publish_time": report.published,
                        }
                        for report in GKMLPT[start : start + 2]
                    ],
                    "total": 3,
                },
                ensure_ascii=False,
            ).encode(),
            "application/json; charset=utf-8",
        )
        for page, start in ((0, 0), (1, 0), (2, 2), (3, 4))
    }
    articles = {
        report.path: html(article(report, '<div class="article-content">')) for report in GKMLPT
    }
    return {"/gkmlpt/index": html(index), **answers, **articles}


def _vsb() -> dict[str, Answer]:
    name = "开发区信息公开年度报告"
    head = '<script src="/system/resource/js/counter.js"></script>\n'
    one = '<span class="p_pages"><span class="p_next p_fun"><a href="gknb/1.htm">下页</a></span></span>'
    two = '<span class="p_pages"><span class="p_next_d p_fun_d">下页</span></span>'
    box = '<form name="_newscontent_fromname"><div id="vsb_content_2">'
    return {
        "/jkq/gknb.htm": html(
            listing(name, rows(VSB[:2]), one, head=head), "gb18030", said="gb2312"
        ),
        "/jkq/gknb/1.htm": html(
            listing(name, rows(VSB[2:]), two, head=head), "gb18030", said="gb2312"
        ),
        **{
            report.path: html(article(report, box, "</div></form>"), "gb18030", said="gb2312")
            for report in VSB
        },
    }


_HUB = shell("政府信息公开-云泽市人民政府", "<p>本专栏依法公开本级政府信息。</p>")

PAGES: dict[str, Answer] = {
    "/": _home(),
    "/robots.txt": Answer(b"User-agent: *\nDisallow: /internal/\n", "text/plain"),
    "/zfxxgk/": html(_HUB),
    FORBIDDEN: html(note("内部资料", "此处不对外。")),
    **_trs(),
    **_static(),
    **_ucap(),
    **_hanweb(),
    **_gkmlpt(),
    **_vsb(),
    **families.PAGES,
}


def answer(method: str, target: str, form: bytes) -> Answer:
    """Return what lies at `target`; a page that nothing links to is not there."""
    parts = urlsplit(target)
    if method == "POST" and parts.path == _PROXY:
        return proxied(form, parse_qs(parts.query))
    asked = families.asked(method, target, form)
    if asked is not None:
        return asked
    found = PAGES.get(target) or PAGES.get(parts.path)
    if found is not None and method in ("GET", "HEAD"):
        return found
    return html(note("页面不存在", "您访问的页面不存在。"), status=404)

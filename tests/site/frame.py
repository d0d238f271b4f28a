"""The demo portal's frame: what an answer is, and the shell that every page of it wears."""

# ruff: noqa: E501 (tables of data: one row a line)

from __future__ import annotations

import gzip
from dataclasses import dataclass

from tests.site.reports import Report, body, shown_title


@dataclass(frozen=True)
class Answer:
    """What the server answers: entity bytes, media type as it says it, coding and framing."""

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str | None = None
    coding: str | None = None
    chunked: bool = False
    fields: tuple[tuple[str, str], ...] = ()


def html(text: str, charset: str = "utf-8", *, said: str | None = "", **how: object) -> Answer:
    """Return a page in `charset`; `said` is what the header says instead (None: nothing)."""
    stated = charset if said == "" else said
    media_type = f"text/html; charset={stated}" if stated else "text/html"
    return Answer(text.encode(charset), media_type, **how)  # type: ignore[arg-type]


def squeezed(answer: Answer) -> Answer:
    body = gzip.compress(answer.body, mtime=0)
    return Answer(body, answer.media_type, coding="gzip")


_NAV = """<div class="nav"><ul>
<li><a href="/">首页</a></li><li><a href="/zfxxgk/">政府信息公开</a></li>
<li><a href="http://service.yunze.example/">办事服务</a></li>
<li><a href="http://province.example/">示例省人民政府</a></li></ul></div>"""
_FOOT = """<div class="foot"><a href="http://hosting.example/">技术支持</a>
<a href="mailto:office@yunze.example">联系我们</a> 网站标识码：9901000001</div>"""
_SIDE = """<div class="side"><ul>
<li><a href="/zfxxgk/zn/">政府信息公开指南</a></li><li><a href="/zfxxgk/zd/">政府信息公开制度</a></li>
<li><a href="/zfxxgk/szf/zfxxgknb/">市政府信息公开年报</a></li>
<li><a href="/zfxxgk/bm/">部门信息公开年报</a></li>
<li><a href="/xq/c1001/zwgklist.shtml">县区信息公开年报</a></li>
<li><a href="/col/col2001/index.html">乡镇街道信息公开年报</a></li>
<li><a href="/gkmlpt/index#3001">直属机构公开年报</a></li>
<li><a href="/jkq/gknb.htm">开发区信息公开年度报告</a></li>
<li><a href="/col/col2107/index.html?area=11990100ML0001">卫生健康委信息公开年报</a></li>
<li><a href="/module/xxgk/xxgkAnnualReport.jsp?area=11990100ML0002&amp;fbtime=2020">审计局信息公开年报</a></li>
<li><a href="/col/col9a31/index.html">统计局信息公开年报</a></li>
<li><a href="/swj/col/col42/index.html">商务局信息公开年报</a></li>
<li><a href="/lyj/c5001/fdzdgknr.shtml">林业局信息公开年报</a></li>
<li><a href="/public/column/7071?type=4&amp;action=list&amp;catId=7051">文化和旅游局信息公开年报</a></li>
<li><a href="/zwgk/002005/002005002/002005002006/gov_list.html">应急管理局信息公开年报</a></li>
<li><a href="/eportal/ui?pageId=3310">司法局信息公开年报</a></li>
<li><a href="/gk/List.aspx?cid=19">青石乡信息公开年报</a></li>
<li><a href="/zfxxgk/ysq/">依申请公开</a></li>
<li><a href="/zfxxgk/wznb/">政府网站工作年度报表</a></li></ul></div>"""


def shell(title: str, main: str, *, head: str = "", side: str = _SIDE) -> str:
    return (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title>\n"
        '<meta name="SiteName" content="云泽市人民政府">\n'
        f'<meta name="SiteIDCode" content="9901000001">\n{head}</head>\n'
        f"<body>\n{_NAV}\n{side}\n{main}\n{_FOOT}\n</body></html>\n"
    )


def rows(reports: tuple[Report, ...], *extra: tuple[str, str, str]) -> list[str]:
    listed = [(report.path, shown_title(report), report.published) for report in reports]
    return [
        f'<li><a href="{path}" title="{title}">{title}</a><span>{date}</span></li>'
        for path, title, date in [*listed, *extra]
    ]


def listing(name: str, rows: list[str], pager: str, *, head: str = "") -> str:
    joined = "\n".join(rows)
    main = f'<div class="list"><h2>{name}</h2><ul class="rows">\n{joined}\n</ul>\n{pager}</div>'
    return shell(f"{name}-云泽市人民政府", main, head=head)


def article(report: Report, box: str = '<div id="zoom">', end: str = "</div>") -> str:
    title = shown_title(report)
    head = (
        f'<meta name="ArticleTitle" content="{title}">\n'
        f'<meta name="PubDate" content="{report.published} 09:30">\n'
    )
    file = (
        f'<p>附件：<a href="{report.attachment}">统计附表.pdf</a></p>' if report.attachment else ""
    )
    main = (
        f'<div class="article"><h1>{title}</h1>\n'
        f'<div class="info">发布日期：{report.published}</div>\n{box}{body(report)}{file}{end}</div>'
    )
    return shell(f"{title}-云泽市人民政府", main, head=head, side="")


def note(title: str, *lines: str) -> str:
    text = "\n".join(f"<p>{line}</p>" for line in lines)
    main = f'<div class="article"><h1>{title}</h1><div id="zoom">{text}</div></div>'
    return shell(f"{title}-云泽市人民政府", main, side="")

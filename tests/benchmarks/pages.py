"""A site to be fast on: one list, and reports of all four templates at the size of real pages.

Deterministic, written by us. Real report pages are 15-118 KB, median 47 KB; the four portal pages
that were counted have 3 to 86 links, 40 to 257 blocks, and up to 186 KB of scripts. Here a page has
some 43 KB, 80 links of menu, 14 KB of script, and its report with thirty paragraphs of prose; the
script is the page's own, so that a page comes to some 11 KB when gzipped, as real ones do.
"""

from __future__ import annotations

from hashlib import sha256

from tests.site.reports import Report, Template, body

TEMPLATES: tuple[Template, ...] = ("narrative", "statistics", "tables_2019", "tables_2021")
LAST_YEAR = {"narrative": 2013, "statistics": 2018, "tables_2019": 2020, "tables_2021": 2023}
ENTRIES_A_PAGE = 100

_MENU = "".join(
    f'<li class="nav-item nav-item-{number} item-depth-{number % 3}" id="nav_{number:04d}">'
    f'<a class="nav-link" href="/channels/zwgk/bszn/column_{number:04d}/index.html" '
    f'target="_blank" title="办事指南栏目{number}">办事指南栏目{number}</a></li>\n'
    for number in range(40)
)
_HEAD = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>@TITLE@</title>\n'
    f'<meta name="ArticleTitle" content="@TITLE@"><script>@SCRIPT@</script></head>\n'
    f'<body><ul class="nav">{_MENU}</ul>\n'
)
_FOOT = f'<ul class="nav">{_MENU}</ul>\n<p>网站标识码：9901000001</p></body></html>\n'
_PROSE = "".join(
    f"<p>　　{place}继续完善公开目录，按月核对栏目，逐项登记来信来访，安排专人答复咨询，"
    "并把群众关心的收费、审批、救助、招生等事项放在网站显要位置，方便查阅和监督。</p>\n"
    for place in ("办公室", "便民中心", "档案室", "宣传科", "财务科", "信息科") * 5
)


def site(count: int) -> dict[str, bytes]:
    """Return path → page: `/` lists `count` reports, a hundred a page, each with figures."""
    reports = [_report(number) for number in range(count)]
    pages = {report.path: _page(report) for report in reports}
    starts = range(0, count, ENTRIES_A_PAGE)
    for start in starts:
        pages[_list_path(start)] = _list(reports[start : start + ENTRIES_A_PAGE], start, count)
    return pages


def _report(number: int) -> Report:
    template = TEMPLATES[number % len(TEMPLATES)]
    year = LAST_YEAR[template] - number % 2
    organ = f"云泽市第{number + 1}街道办事处"
    asked = 10 + number % 90
    path = f"/xxgk/ndbg/{year + 1}/{number}.html"
    return Report(path, organ, year, template, asked, asked * 2 // 3, f"{year + 1}-01-20")


def _page(report: Report) -> bytes:
    text = f'<div id="zoom"><h1>{report.title}</h1>\n{body(report)}\n{_PROSE}</div>\n'
    head = _HEAD.replace("@TITLE@", report.title).replace("@SCRIPT@", _script(report.path))
    return (head + text + _FOOT).encode()


def _script(path: str) -> str:
    seeds = (f"{path} {number}".encode() for number in range(180))
    return "".join(f'key("{sha256(seed).hexdigest()}");\n' for seed in seeds)


def _list(reports: list[Report], start: int, count: int) -> bytes:
    rows = "".join(
        f'<li><a href="{report.path}">{report.title}</a><span>{report.published}</span></li>\n'
        for report in reports
    )
    following = start + ENTRIES_A_PAGE
    after = f'<a href="{_list_path(following)}">下一页</a>' if following < count else ""
    head = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开年报</title></head>'
    return f"{head}<body><ul>{rows}</ul>{after}</body></html>".encode()


def _list_path(start: int) -> str:
    return "/" if start == 0 else f"/index_{start // ENTRIES_A_PAGE}.html"

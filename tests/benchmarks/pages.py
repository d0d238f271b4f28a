"""A site to be fast on: one list, and reports of all four templates at the size of real pages.

Deterministic, written by us. Real report pages are 15-118 KB, median 47 KB; the four portal pages
that were counted have 3 to 86 links, 40 to 257 blocks, and up to 186 KB of scripts. Here a page has
some 43 KB, 80 links of menu, 14 KB of script, and its report with thirty paragraphs of prose, in
`sized` its own; the script is the page's own, so that a page comes to some 11 KB when gzipped, as
real ones do.
"""

from __future__ import annotations

from hashlib import sha256

from tests.site.reports import Report, Template, body

TEMPLATES: tuple[Template, ...] = ("narrative", "statistics", "tables_2019", "tables_2021")
LAST_YEAR = {"narrative": 2013, "statistics": 2018, "tables_2019": 2020, "tables_2021": 2023}
ENTRIES_A_PAGE = 100


def _menu(links: int) -> str:
    return "".join(_LINK.replace("@N@", f"{number:04d}") for number in range(links))


_LINK = (
    '<li class="nav-item item-depth-1" id="nav_@N@"><a class="nav-link" '
    'href="/channels/zwgk/bszn/column_@N@/index.html" target="_blank" '
    'title="办事指南栏目@N@">办事指南栏目@N@</a></li>\n'
)
_HEAD = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>@TITLE@</title>\n'
    '<meta name="ArticleTitle" content="@TITLE@"><script>@SCRIPT@</script></head>\n'
    '<body><ul class="nav">@MENU@</ul>\n'
)
_FOOT = '<ul class="nav">@MENU@</ul>\n<p>网站标识码：9901000001</p></body></html>\n'
_PROSE = "".join(
    f"<p>　　{place}@OWN@继续完善公开目录，按月核对栏目，逐项登记来信来访，安排专人答复咨询，"
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


def sized(count: int) -> dict[str, bytes]:
    """Return path → page: reports of 15 to 120 KB, the median as of real ones; no list."""
    reports = (_report(number) for number in range(count))
    return {
        report.path: _page(report, SIZES[number * 7 % len(SIZES)], number)
        for number, report in enumerate(reports)
    }


def report_of(number: int) -> Report:
    """Return the report that `sized` and `site` put on their page of that number."""
    return _report(number)


def prose_of(number: int) -> str:
    """Return the prose of a page of `sized`, as HTML paragraphs."""
    return _prose(SIZES[number * 7 % len(SIZES)], number)


#: Kilobytes of pages: real ones are 15 to 118 KB, in the median 47.
SIZES = (15, 19, 24, 30, 36, 42, 47, 52, 60, 71, 85, 103, 118)
#: The size of which `site` has all its pages.
_USUAL = 43


def _report(number: int) -> Report:
    template = TEMPLATES[number % len(TEMPLATES)]
    year = LAST_YEAR[template] - number % 2
    organ = f"云泽市第{number + 1}街道办事处"
    asked = 10 + number % 90
    path = f"/xxgk/ndbg/{year + 1}/{number}.html"
    return Report(path, organ, year, template, asked, asked * 2 // 3, f"{year + 1}-01-20")


def _page(report: Report, size: int = _USUAL, number: int | None = None) -> bytes:
    """Return the page of a report with so many kilobytes, menus and scripts in proportion.

    Its prose is its own where it has a `number`.
    """
    menu = _menu(40 * size // _USUAL)
    text = f'<div id="zoom"><h1>{report.title}</h1>\n{body(report)}\n{_prose(size, number)}</div>\n'
    head = _HEAD.replace("@TITLE@", report.title).replace("@MENU@", menu)
    foot = _FOOT.replace("@MENU@", menu)
    wanting = size * 1000 - sum(len(part.encode()) for part in (head, text, foot))
    script = _script(report.path, max(wanting // 74, 4))
    return (head.replace("@SCRIPT@", script) + text + foot).encode()


def _prose(size: int, page: int | None = None) -> str:
    lines = _PROSE.splitlines(keepends=True)
    return "".join(
        lines[number % len(lines)].replace("@OWN@", _own(page, number))
        for number in range(30 * size // _USUAL)
    )


def _own(page: int | None, line: int) -> str:
    """Return words that no other line of any page has: no two reports share their prose.

    What is read once and kept (`parsers.memo`) may be a site's menus and a form's labels.
    """
    if page is None:
        return ""
    return "".join(_SIGNS[int(digit)] for digit in f"{page:o}9{line:o}")


_SIGNS = "东西南北中内外前后和"


def _script(path: str, lines: int) -> str:
    seeds = (f"{path} {number}".encode() for number in range(lines))
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

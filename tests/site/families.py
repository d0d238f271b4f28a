"""The columns of the demo portal whose rows a script asks for, one a site-builder family.

Hanweb's search and its report a year, jpaas, three of UCAP's kin, Lonsun, Epoint, eportal, ASP.NET.
How each family answers is written in `columns`; here is what the demo portal has of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.site import columns
from tests.site.frame import Answer, article, html, shell
from tests.site.reports import Report

if TYPE_CHECKING:
    from tests.site.columns import Column

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


def _frame(name: str, main: str, head: str = "") -> Answer:
    return html(shell(f"{name}信息公开年报-云泽市人民政府", main, head=head))


COLUMNS: tuple[Column, ...] = tuple(
    build(_frame, name, at, reports, _PER_PAGE)
    for build, name, at, reports in (
        (columns.hanweb_xxgk, "卫生健康委", "/col/col2107/index.html", XXGK),
        (columns.hanweb_annual, "审计局", f"{_ANNUAL}2020", ANNUAL),
        (columns.jpaas, "统计局", "/col/col9a31/index.html", JPAAS),
        (columns.ucap_query, "商务局", "/swj/col/col42/index.html", QUERY),
        (columns.ucap_codeid, "林业局", "/lyj/c5001/fdzdgknr.shtml", CODEID),
        (columns.lonsun, "文化和旅游局", "/public/column/7071", LONSUN),
        (columns.epoint, "应急管理局", "/zwgk/002005/002005002/002005002006/gov_list.html", EPOINT),
        (columns.eportal, "司法局", "/eportal/ui?pageId=3310", EPORTAL),
        (columns.aspnet, "青石乡", "/gk/List.aspx", ASPNET),
    )
)
PAGES: dict[str, Answer] = {
    **{path: answer for column in COLUMNS for path, answer in column.pages.items()},
    **{report.path: html(article(report)) for report in REPORTS},
}
_ASKED = {key: answer for column in COLUMNS for key, answer in column.asked.items()}


def asked(method: str, target: str, form: bytes) -> Answer | None:
    """Return the answer of a column that answers by what it is asked, or None."""
    return columns.answered(_ASKED, method, target, form)

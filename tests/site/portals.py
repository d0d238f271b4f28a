"""Small portals, one a site-builder family: home page → public-information page → report column.

Each knows its own truth: the reports and files that a person finds from the home page, what robots
forbid, and the fewest requests that can find it all. Beside the real column each links to one that
robots.txt forbids and to one of another site.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.site import columns, searches
from tests.site.frame import Answer, article, html, note, shell
from tests.site.reports import Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

    from tests.site.columns import Asked, Column, Frame

FORBIDDEN = "/internal/gknb/"
ROBOTS = Answer(b"User-agent: *\nDisallow: /internal/\n", "text/plain")
#: What every walk must ask for: robots.txt, the home page, the public-information page.
FIRST = 3


@dataclass(frozen=True)
class Portal:
    """A portal and its truth: paths of `reports` and `files`, and the `fewest` requests for all.

    `counted` names what the walk must have counted, `told` what the run must say; `settings` are
    given to the run; `again` asks for a second walk, `planted` says that the walk is made to
    miss its truth. `@HOST@` in a page is the host that it is served at, `@FARM@` another site's.
    """

    name: str
    pages: dict[str, Answer]
    reports: tuple[str, ...]
    fewest: int
    files: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = (FORBIDDEN,)
    asked: dict[tuple[str, str], Asked] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    counted: str = ""
    told: str = ""
    again: bool = False
    planted: bool = False

    def answers(self, hosts: dict[str, str]) -> Callable[[str, str, bytes, Message], Answer]:
        """Return what answers for the portal, its placeholders being `hosts`."""

        def answer(method: str, target: str, form: bytes, _: Message) -> Answer:
            found = columns.answered(self.asked, method, target, form)
            found = (
                found
                or self.pages.get(target)
                or html(note("页面不存在", "您访问的页面不存在。"), status=404)
            )
            return placed(found, hosts)

        return answer


def placed(answer: Answer, hosts: dict[str, str]) -> Answer:
    """Return an answer with the hosts in place of their marks."""
    body, location = answer.body, answer.location
    for mark, host in hosts.items():
        body = body.replace(mark.encode(), host.encode())
        location = location.replace(mark, host) if location else None
    return Answer(
        body,
        answer.media_type,
        answer.status,
        location,
        answer.coding,
        answer.chunked,
        answer.fields,
    )


def frame(name: str, main: str, head: str = "") -> Answer:
    """Return a column's page, without the demo portal's menu."""
    return html(shell(f"{name}信息公开年报-云泽市人民政府", main, head=head, side=""))


def reports(
    at: str, count: int, organ: str = "云泽市人民政府", first: int = 2008
) -> tuple[Report, ...]:
    """Return `count` reports of an organ, the newest first; `{}` in `at` is the year."""
    return tuple(
        Report(
            at.format(year),
            organ,
            year,
            "narrative",
            year % 50 + 3,
            year % 50,
            f"{year + 1}-02-{year % 27 + 1:02}",
        )
        for year in range(first + count - 1, first - 1, -1)
    )


def home(*links: str, head: str = "") -> Answer:
    """Return a home page whose menu leads to the public-information page."""
    return html(
        shell(
            "云泽市人民政府", "<div class=news>{}</div>".format("".join(links)), head=head, side=""
        )
    )


def hub(*links: tuple[str, str]) -> Answer:
    """Return the public-information page: the columns, a forbidden one, one of another site."""
    listed = [
        *links,
        (FORBIDDEN, "统计局信息公开年报"),
        ("http://@FARM@/gknb/", "省政府信息公开年报"),
    ]
    menu = "".join(f'<li><a href="{url}">{text}</a></li>' for url, text in listed)
    return html(shell("政府信息公开-云泽市人民政府", f"<ul>{menu}</ul>", side=""))


def base_pages(*links: tuple[str, str]) -> dict[str, Answer]:
    """Return what every portal has."""
    return {
        "/": home(),
        "/robots.txt": ROBOTS,
        "/zfxxgk/": hub(*links),
        FORBIDDEN: html(note("内部资料", "此处不对外。")),
    }


def articles(found: tuple[Report, ...]) -> dict[str, Answer]:
    """Return the reports' pages and the files that hang on them."""
    files = {
        one.attachment: Answer(b"Rar!\x1a\x07\x00" + b"\0" * 64, "application/octet-stream")
        for one in found
        if one.attachment
    }
    return {**{one.path: html(article(one)) for one in found}, **files}


def portal_of(
    name: str, build: Callable[[Frame, str, str, tuple[Report, ...], int], Column], at: str,
    found: tuple[Report, ...], size: int,
) -> Portal:  # fmt: skip
    """Return a portal with one column of a family."""
    column = build(frame, "市政府", at, found, size)
    files = tuple(one.attachment for one in found if one.attachment)
    return Portal(
        name=name,
        pages={**base_pages((column.url, "市政府信息公开年报")), **column.pages, **articles(found)},
        reports=tuple(one.path for one in found),
        fewest=FIRST + column.calls + len(found) + len(files),
        files=files,
        asked=column.asked,
    )


def _with_file(found: tuple[Report, ...], path: str) -> tuple[Report, ...]:
    first, *others = found
    hung = Report(
        first.path, first.organ, first.year, first.template, first.received, first.granted,
        first.published, attachment=path,
    )  # fmt: skip
    return (hung, *others)


_COUNT, _SIZE = 5, 2
_ANNUAL = "/module/xxgk/xxgkAnnualReport.jsp?area=11990100ML0002&fbtime={}"
#: Family, column's address, its reports' addresses.
_FAMILIES: tuple[tuple[Callable[..., Column], str, str], ...] = (
    (columns.static, "/zfxxgk/gknb/", "/zfxxgk/gknb/{}.html"),
    (columns.trs, "/zfxxgk/zfxxgknb/", "/zfxxgk/zfxxgknb/t{}0301_1.html"),
    (columns.ucap, "/xq/c1001/", "/xq/c1001/{}02/5c1d.shtml"),
    (columns.vsb, "/jkq/gknb.htm", "/info/1031/{}.htm"),
    (
        columns.eportal,
        "/eportal/ui?pageId=3310",
        "/eportal/ui?pageId=3311&articleKey={}&columnId=771",
    ),
    (columns.hanweb_annual, _ANNUAL.format(2012), _ANNUAL),
    (columns.hanweb_jpage, "/col/col2001/index.html", "/art/{}/1/22/art_2001_81.html"),
    (columns.hanweb_xxgk, "/col/col2107/index.html", "/art/{}/1/17/art_2107_31.html"),
    (columns.jpaas, "/col/col9a31/index.html", "/art/{}/1/12/art_9a31_15.html"),
    (columns.ucap_query, "/swj/col/col42/index.html", "/swj/col/col42/content/a{}.html"),
    (columns.ucap_codeid, "/lyj/c5001/fdzdgknr.shtml", "/lyj/c5001/{}01/7e5.shtml"),
    (columns.gkmlpt, "/gkmlpt/index", "/gkmlpt/content/1/{0}/post_{0}.html"),
    (columns.lonsun, "/public/column/7071", "/public/7071/{}33.html"),
    (
        columns.epoint,
        "/zwgk/002005/002005002/002005002006/gov_list.html",
        "/zwgk/002005/002005002/002005002006/{}0115/b1.html",
    ),
    (columns.aspnet, "/gk/List.aspx", "/gk/Show.aspx?id={}"),
    (searches.trs_igs, "/zdgk/index_18119.html", "/zdgk/{}03/t0323_31.html"),
    (searches.trs_was, "/zwgk/gknb/", "/zwgk/gknb/{}01/t1_5811.htm"),
    (searches.ucap_search, "/kjj/c101/zwgklist.shtml", "/kjj/c101/{}01/3f0a.shtml"),
    (searches.huaian, "/col/1603_58/index.html", "/col/1603_58/art/{}01/17055.html"),
    (searches.numbered, "/jyj/zfxxgknb/1.html", "/jyj/zfxxgknb/{}160384.html"),
    (searches.truecms, "/ygaj/gknb/gknb.html", "/ygaj/gknb/content/{}-7f0a.html"),
)


def families() -> list[Portal]:
    """Return a portal a family: five reports, two a page, a file beside the newest."""
    return [
        portal_of(
            build.__name__, build, at, _with_file(reports(path, _COUNT), "/files/fb.rar"), _SIZE
        )
        for build, at, path in _FAMILIES
    ]


def large(count: int = 200, size: int = 20) -> Portal:
    """Return a portal of `count` reports in two lists, to be walked twice."""
    columns_of = (("市政府", "/gknb/", "镇人民政府"), ("部门", "/bm/", "局"))
    lists, found = [], []
    for name, at, organ in columns_of:
        mine = tuple(
            Report(
                f"{at}{number}.html", f"云泽市第{number}{organ}", 2024 - number // 10, "narrative",
                9, 7, f"{2025 - number // 10}-02-{28 - number % 10}",
            )
            for number in range(count // 2)
        )  # fmt: skip
        lists.append(columns.static(frame, name, at, mine, size))
        found += mine
    pages = base_pages(*((at, f"{name}信息公开年报") for name, at, _ in columns_of))
    for column in lists:
        pages |= column.pages
    return Portal(
        name=f"{count} reports",
        pages={**pages, **articles(tuple(found))},
        reports=tuple(one.path for one in found),
        fewest=FIRST + sum(column.calls for column in lists) + len(found),
        again=True,
    )

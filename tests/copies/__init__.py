"""Reports and their copies with known truth: which page is which report, and of what kind it is.

Generated pages are seeded; those by hand lie in `hand/`, `REPORT.EDITION.html`. Copies of a report:
as it is under another skin, with edited wording, with a farm of other links, glossed by a spider
pool, with a figure corrected. Neighbours that are none, however alike: another year of the organ
with not one word and hardly a figure changed, another organ on the same form, tables blank in both.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.archive import records as warc
from crawler.archive.capture import Exchange
from parsers.items import Context
from tests.site.reports import Report, Template, body

HAND = Path(__file__).parent / "hand"
TEMPLATES: tuple[Template, ...] = ("narrative", "statistics", "tables_2019", "tables_2021")
YEARS = {"narrative": 2012, "statistics": 2017, "tables_2019": 2020, "tables_2021": 2023}
_BEGUN = datetime(2025, 3, 1, tzinfo=UTC)

_PLACES = [
    "青禾", "白鹭", "石桥", "松岭", "明湖", "南渡", "云台", "梨园",
    "古井", "双河", "柳泉", "凤鸣", "金川", "东平", "望江", "竹溪",
]  # fmt: skip
_KINDS = ["财政局", "教育局", "民政局", "水务局", "交通运输局", "司法局", "审计局", "统计局"]
_NEIGHBOURS = ["林业局", "信访局", "商务局", "体育局", "文化和旅游局", "气象局", "档案局", "科技局"]
_WHO = ["办公室", "政务公开科", "值班人员", "各业务科室", "信息中心", "分管负责人", "便民大厅"]
_DID = [
    "逐月核对了公开目录", "整理了往年的存档", "答复了群众来信", "梳理了办事指南",
    "更新了机构职能栏目", "检查了网站链接", "培训了新到岗的同志", "汇总了来访登记",
    "公布了收费项目", "修订了内部审查办法", "接听了咨询电话", "补录了缺漏的文件",
]  # fmt: skip
_SO = [
    "查阅的人比上年多了", "没有发现逾期的事项", "几处差错当天就改正了", "群众反映办事更方便",
    "台账与网上一致", "遗留问题已列入明年计划", "审查环节不再重复", "答复更有针对性",
]  # fmt: skip
_OTHER_WORDS = {
    "逐月": "按月", "整理了": "清理了", "群众": "公众", "往年": "历年", "更新了": "充实了",
    "差错": "错漏", "检查了": "抽查了", "汇总了": "归总了", "方便": "便捷",
}  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """A page and the report that it truly holds; `edition` says what was done to it."""

    report: str
    edition: str
    url: str
    html: str


def generated(organs: int, seed: int) -> list[Labelled]:
    """Return the pages of so many organs, three reports each: two years and a neighbour's."""
    chance = random.Random(seed)
    return [page for number in range(organs) for page in _of_organ(number, chance)]


def by_hand() -> list[Labelled]:
    """Return the pages that were written by hand."""
    pages = []
    for path in sorted(HAND.glob("*.html")):
        report, edition, _ = path.name.split(".")
        host = "www.copy.example" if edition == "mirror" else f"www.{report[:4]}.gov.cn"
        url = f"http://{host}/{report}/{edition}.html"
        pages.append(Labelled(report, edition, url, path.read_text("utf-8")))
    return pages


def packed(pages: list[Labelled], seed: int) -> bytes:
    """Return a WARC of pages in any order; of each report the official edition came first."""
    taken = list(enumerate(pages))
    random.Random(seed).shuffle(taken)
    return b"".join(
        warc.pack(_exchange(page, number, first=page.edition == "official")).data
        for number, page in taken
    )


def _exchange(page: Labelled, number: int, *, first: bool) -> Exchange:
    html = page.html.encode()
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(html), html)
    )
    begun = _BEGUN + timedelta(seconds=number, days=0 if first else 1)
    context = Context(requested_url=page.url, depth=1)
    return Exchange(page.url, b"GET / HTTP/1.1\r\n\r\n", answer, begun, 0.2, "127.0.0.1", context)


def _of_organ(number: int, chance: random.Random) -> list[Labelled]:
    place = _PLACES[number % len(_PLACES)] + ("县" if number % 2 else "市")
    kind = _KINDS[number // len(_PLACES) % len(_KINDS)]
    template = TEMPLATES[number % len(TEMPLATES)]
    blank = number % 3 == 0
    asked = 3 if blank else chance.randrange(12, 90)
    own = Report(
        "/a", f"{place}{kind}", YEARS[template], template, asked, asked * 2 // 3, "2024-01-20"
    )
    prose = _prose(chance)
    neighbour = _NEIGHBOURS[number // len(_PLACES) % len(_NEIGHBOURS)]
    pages = _editions(own, prose, number, chance)
    for other, host in (
        (replace(own, year=own.year - 1), f"o{number}"),
        (replace(own, organ=f"{place}{neighbour}"), f"n{number}"),
        (replace(own, organ=f"{_other_place(place)}{kind}"), f"p{number}"),
    ):
        name = f"{other.organ}-{other.year}"
        url = f"http://www.{host}.gov.cn/{other.year}.html"
        pages.append(Labelled(name, "official", url, _page(other, prose, _SKINS[0])))
    return pages


def _other_place(place: str) -> str:
    return place[:-1] + ("新区" if place.endswith("县") else "高新区")


def _prose(chance: random.Random) -> list[str]:
    return [
        f"{chance.choice(_WHO)}{chance.choice(_DID)}，{chance.choice(_SO)}。" for _ in range(28)
    ]


def _editions(own: Report, prose: list[str], number: int, chance: random.Random) -> list[Labelled]:
    name, official = f"{own.organ}-{own.year}", f"www.o{number}.gov.cn"
    editions = {
        "official": (official, _page(own, prose, _SKINS[0])),
        "skin": (official, _page(own, prose, _SKINS[1])),
        "mirror": ("mirror.example", _page(own, prose, _SKINS[2])),
        "reworded": (official, _page(own, _reworded(prose, chance), _SKINS[0])),
        "corrected": (official, _page(replace(own, granted=own.granted - 1), prose, _SKINS[0])),
        "farm": ("farm.example", _page(own, prose, _SKINS[0], _farm(chance))),
        "farm again": ("farm.example", _page(own, prose, _SKINS[0], _farm(chance))),
    }
    if own.template != "statistics":  # a gloss within a table's labels costs its figures
        editions["glossed"] = (
            "pool.example", _page(replace(own, hack="pinyin"), prose, _SKINS[2])
        )  # fmt: skip
    return [
        Labelled(name, edition, f"http://{host}/{number}/{edition.replace(' ', '-')}.html", html)
        for edition, (host, html) in editions.items()
    ]


def _reworded(prose: list[str], chance: random.Random) -> list[str]:
    """Return prose as an editor leaves it: words changed, a sentence gone, one new, two swapped."""
    words = chance.sample(sorted(_OTHER_WORDS), 3)
    edited = list(prose)
    for word in words:
        edited = [line.replace(word, _OTHER_WORDS[word]) for line in edited]
    del edited[chance.randrange(len(edited))]
    edited.insert(chance.randrange(len(edited)), "年末又请服务对象提了意见，逐条作了说明。")
    here, there = chance.sample(range(len(edited)), 2)
    edited[here], edited[there] = edited[there], edited[here]
    return edited


def _farm(chance: random.Random) -> str:
    links = "|".join(
        f'<a href="http://x{chance.randrange(9999)}.example/">樱花影院在线{chance.randrange(99)}</a>'
        for _ in range(40)
    )
    return f"<div>主站蜘蛛池模板:{links}</div>"


def _page(report: Report, prose: list[str], skin: str, farm: str = "") -> str:
    lines = "".join(f"<p>{line}</p>" for line in prose)
    return (
        skin.replace("@TITLE@", report.title).replace("@BODY@", body(report) + lines + farm)
    )  # fmt: skip


_MENU = "".join(f'<li><a href="/c{number}/">办事栏目{number}</a></li>' for number in range(30))
#: A portal, the same rebuilt, a site that copies.
_HEAD = '<html><head><meta charset="utf-8"><title>@TITLE@</title></head><body>'
_SKINS = (
    _HEAD + f'<ul>{_MENU}</ul><h1>@TITLE@</h1><div id="zoom">@BODY@</div></body></html>',
    _HEAD
    + '<div class="top">您现在的位置：<a href="/">首页</a> &gt; <a href="/x/">信息公开</a></div>'
    '<h2 class="bt">@TITLE@</h2><div class="TRS_Editor">@BODY@</div>'
    '<div class="foot"><a href="/m/">网站地图</a> <a href="/l/">联系我们</a></div></body></html>',
    _HEAD + '<table><tr><td><a href="/1">资料</a></td><td><a href="/2">文库</a></td></tr></table>'
    '<div class="article"><h1>@TITLE@</h1><div class="content">@BODY@</div></div></body></html>',
)

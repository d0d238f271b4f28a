"""Whole report pages of every template, layout and damage, each with its truth from the numbers.

`page(seed, template, layout, damage)` gives HTML and truth; the truth is what was put in, never
what a parser made of it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from tests.reading import filled
from tests.reading.damage import DAMAGES, UNSTATED, damaged
from tests.reading.layouts import LAYOUTS, LOSE_BLANKS, WELL_FORMED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reading.filled import Table

TEMPLATES = {
    "tables_2021": (filled.tables_2021, range(2021, 2026)),
    "tables_2019": (filled.tables_2019, (2019, 2020)),
    "statistics": (filled.statistics, range(2014, 2019)),
}
PLACES = ("清河县", "柳塘市", "白沙区", "石梁县", "云泽市", "东岭县", "南湾市", "平溪县")
ORGANS = (
    "教育局",
    "水务局",
    "审计局",
    "财政局",
    "农业农村局",
    "人民政府办公室",
    "民政局",
    "司法局",
)


@dataclass(frozen=True)
class Case:
    """A page, and what a person reads from it."""

    name: str
    html: str
    truth: dict[str, Any]

    @property
    def facts(self) -> dict[str, float]:
        """The values that its tables state."""
        facts: dict[str, float] = self.truth["facts"]
        return facts


#: Layouts that only the statutory tables can take, and those that ask for rows of one width.
_STATUTORY = frozenset({"transposed", "vertical", "mismatched"})
_EVEN = frozenset({"halves", "numbered"})


def combinations() -> Iterator[tuple[str, str, str]]:
    """Yield the (template, layout, damage) that leave a person able to read the table."""
    for template, layout, damage in product(TEMPLATES, LAYOUTS, DAMAGES):
        lost = layout in LOSE_BLANKS and damage == "blanks"
        by_spaces = layout == "rows-as-lines" and damage in {"torn", "spread", "units", "notes"}
        signs = damage == "signs" and template != "tables_2019"
        plain = layout in (_STATUTORY if template == "statistics" else _EVEN)
        if not (lost or by_spaces or signs or plain):
            yield template, layout, damage


def is_well_formed(layout: str) -> bool:
    """Whether a layout keeps the table a table."""
    return layout in WELL_FORMED


def page(seed: int, template: str, layout: str, damage: str) -> Case:
    """Return one page; the same arguments give the same page."""
    draw = random.Random(f"{seed} {template} {layout} {damage}")
    make, years = TEMPLATES[template]
    tables = make(draw)
    values = filled.values_of(tables)
    if damage in UNSTATED:
        values = {metric: value for metric, value in values.items() if value}
    written = damaged(tables, damage, draw)
    organ, year = draw.choice(PLACES) + draw.choice(ORGANS), draw.choice(list(years))
    title = f"{organ}{year}年政府信息公开工作年度报告"
    published = f"{year + 1}-01-{draw.randint(10, 28)}"
    truth = {
        "kind": "annual_report",
        "title": title,
        "agency": organ,
        "year": year,
        "published_on": published,
        "template": template,
        "facts": values,
    }
    body = _body(template, [LAYOUTS[layout](table) for table in written], year)
    return Case(f"{template}-{layout}-{damage}", _html(title, published, body), truth)


def _body(template: str, tables: list[str], year: int) -> str:
    opening = (
        f"<p>本报告根据《中华人民共和国政府信息公开条例》编制，统计期限为{year}年1月1日至"
        f"{year}年12月31日。</p>\n<p>一、总体情况</p>\n"
        "<p>本机关把公开作为日常工作，按月更新栏目，由专人接待来访。</p>\n"
    )
    if template == "statistics":
        return f"{opening}<p>附件：政府信息公开情况统计表</p>\n{tables[0]}"
    names = (
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
    )
    parts = "".join(f"<p>{name}</p>\n{table}" for name, table in zip(names, tables, strict=True))
    return (
        f"{opening}{parts}<p>五、存在的主要问题及改进情况</p>\n"
        "<p>个别栏目更新不够及时，下一步将加强督促。</p>\n"
    )


def _html(title: str, published: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta name="ArticleTitle" content="{title}"></head>\n<body>\n'
        f"<h1>{title}</h1>\n<p>发布日期：{published}</p>\n{body}</body></html>\n"
    )


def transposed_tables(draw: random.Random) -> tuple[Table, ...]:
    """Return T3 alone, for the layouts that change rows and columns."""
    return (filled.tables_2021(draw)[1],)

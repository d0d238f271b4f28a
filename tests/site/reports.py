"""The reports of the demo portal: who reported on which year, in which template, which figures.

Organs, places and figures are invented. Each report is one page; some are hacked as real ones
were: a spider-pool link farm, a brand or a foreign domain in place of the organ's name, pinyin
glossed into traditional characters, dates that lost 年 and 月.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import opencc

from tests.site.tables import (
    Requests,
    disclosure_table_2019,
    disclosure_table_2021,
    remedies_table,
    requests_table,
    statistics_table,
)

CITY = "云泽市人民政府"
BRAND = "澳门新葡京娱乐平台"
DOMAIN = "www.688365.com"

Template = Literal["narrative", "statistics", "tables_2019", "tables_2021"]
Hack = Literal["farm", "brand", "domain", "pinyin", "dates"]


@dataclass(frozen=True)
class Report:
    """One organ's report on one year; `received` and `granted` are its two headline figures.

    `hack` is what was done to its page. `slip` breaks the balance of its applications' table.
    `attachment` is the path of a file beside it.
    """

    path: str
    organ: str
    year: int
    template: Template
    received: int
    granted: int
    published: str
    hack: Hack | None = None
    slip: int = 0
    attachment: str | None = None

    @property
    def title(self) -> str:
        """The title as it was before any hack; the branded one named the organ in full."""
        short = self.organ == CITY and self.hack != "brand"
        organ = self.organ.removesuffix("人民政府") if short else self.organ
        return f"{organ}{self.year}年政府信息公开工作年度报告"


def body(report: Report) -> str:
    """Return the report's text as HTML paragraphs and tables, hacked where it was."""
    written = _BODIES[report.template](report)
    return _HACKS[report.hack](written) if report.hack else written


def shown_title(report: Report) -> str:
    """Return the title as the page shows it."""
    if report.hack == "brand":
        return f"{BRAND}{report.year}年政府信息公开工作年度报告"
    if report.hack == "pinyin":
        return _glossed(report.title)
    return report.title


def _paragraphs(*lines: str) -> str:
    return "\n".join(f"<p>{line}</p>" for line in lines)


def _opening(report: Report) -> str:
    return (
        f"本报告由{report.organ}按照《中华人民共和国政府信息公开条例》编制。"
        f"所列数据的统计期限为{report.year}年1月1日起至{report.year}年12月31日止。"
    )


def _signed(report: Report) -> str:
    year, month, day = map(int, report.published.split("-"))
    return _paragraphs(report.organ, f"{year}年{month}月{day}日")


def _narrative(report: Report) -> str:
    website = 120 + report.received * 3
    return _paragraphs(
        _opening(report),
        "一、工作概述",
        "我们把公开作为常态，把群众看得到、听得懂、能监督作为标准，逐步补齐了基层栏目。",
        "二、主动公开情况",
        f"全年主动公开政府信息{website + 40}条，其中通过政府网站公开{website}条。",
        "三、依申请公开情况",
        f"全年共收到政府信息公开申请{report.received}件，均已按时答复。"
        f"其中，同意公开{report.granted}件，不予公开{report.received - report.granted}件。",
        "四、收费及减免情况",
        "全年办理政府信息公开申请未收取任何费用。",
        "五、行政复议和行政诉讼情况",
        "全年因政府信息公开被申请行政复议2件，被提起行政诉讼1件。",
        "六、存在的问题和改进措施",
        "栏目更新还不够及时，解读形式比较单一。下一步将明确专人负责，按月检查。",
    ) + _signed(report)


def _statistics(report: Report) -> str:
    refused = report.received - report.granted
    figures = {
        "proactive": 860, "normative": 12, "gazette": 20, "website": 700, "weibo": 60,
        "wechat": 50, "other_channels": 30, "hot_issues": 5, "conferences": 4,
        "conferences_led": 1, "interviews": 6, "interviews_led": 2, "interpretations": 9,
        "social_media": 3, "received": report.received, "in_person": 2,
        "online": report.received - 3, "letter": 1, "granted": report.granted,
        "refused": refused, "review": 1, "litigation": 1, "complaints": 1, "offices": 1,
        "reading_points": 3, "staff": 5, "full_time": 2, "part_time": 3, "budget": 4,
        "meetings": 3, "training": 2, "trained": 86,
    }  # fmt: skip
    return (
        _paragraphs(
            _opening(report),
            "一、概述",
            "围绕重点领域做好发布，全年栏目没有出现空白。",
            "二、依申请公开情况",
            f"全年收到申请{report.received}件，同意公开{report.granted}件，不同意公开{refused}件。",
            "三、附表：政府信息公开情况统计表",
        )
        + statistics_table(figures)
        + _signed(report)
    )


def _asked(report: Report) -> Requests:
    """Return `received` new applications, one carried in and one out; the rest granted."""
    companies = report.received // 4
    refused = report.received - report.granted
    return Requests(
        new=(report.received - companies, companies, 0, 0, 0, 0),
        carried_in=(1, 0, 0, 0, 0, 0),
        carried_out=(1, 0, 0, 0, 0, 0),
        rows={
            "third_party": (refused // 2, 0, 0, 0, 0, 0),
            "not_held": (refused - refused // 2, 0, 0, 0, 0, 0),
        },
        slip=report.slip,
    )


def _tables(report: Report, disclosure: str) -> str:
    since_2021 = report.template == "tables_2021"
    return (
        _paragraphs(
            _opening(report),
            "一、总体情况",
            f"全年新收政府信息公开申请{report.received}件，予以公开{report.granted}件。",
            "二、主动公开政府信息情况",
        )
        + disclosure
        + _paragraphs("三、收到和处理政府信息公开申请情况")
        + requests_table(_asked(report), since_2021=since_2021)
        + _paragraphs("四、政府信息公开行政复议、行政诉讼情况")
        + remedies_table(((2, 1, 0, 0), (1, 0, 0, 1), (0, 0, 0, 0)))
        + _paragraphs(
            "五、存在的主要问题及改进情况",
            "个别栏目更新偏慢，已经改为每周检查一次。",
            "六、其他需要报告的事项",
            "没有需要报告的其他事项。",
        )
        + _signed(report)
    )


def _tables_2021(report: Report) -> str:
    return _tables(
        report,
        disclosure_table_2021(
            {
                "rules": (1, 0, 6), "normative_documents": (8, 3, 41), "permits": (352,),
                "penalties": (17,), "coercion": (4,), "fees": (12.5,),
            }
        ),
    )  # fmt: skip


def _tables_2019(report: Report) -> str:
    return _tables(
        report,
        disclosure_table_2019(
            {
                "rules": (1, 1, 5), "normative_documents": (9, 9, 38), "permits": (30, "+2", 340),
                "other_services": (12, 0, 25), "penalties": (44, "-3", 15), "coercion": (6, 0, 2),
                "fees": (3, 0), "procurement": (21, 186.4),
            }
        ),
    )  # fmt: skip


_BODIES = {
    "narrative": _narrative,
    "statistics": _statistics,
    "tables_2019": _tables_2019,
    "tables_2021": _tables_2021,
}

_READINGS = {
    "關": "guān", "開": "kāi", "報": "bào", "國": "guó", "務": "wù", "條": "tiáo",
    "請": "qǐng", "據": "jù", "時": "shí", "單": "dān", "議": "yì", "訴": "sù",
}  # fmt: skip


def _glossed(text: str) -> str:
    """Return `text` in traditional characters, some with their reading in brackets."""
    traditional = opencc.OpenCC("s2t").convert(text)
    return "".join(
        f"{character}({_READINGS[character]})" if character in _READINGS else character
        for character in traditional
    )


def _farm(text: str) -> str:
    links = "|".join(
        f'<a href="http://farm{number}.example/{number}.html">樱花影院在线{number}</a>'
        for number in range(40)
    )
    return f"{text}<div>主站蜘蛛池模板:{links}</div>"


def _without_units(text: str) -> str:
    """Return `text` whose period lost 年 and 月 as old copies did: 201311日起至20131231日."""
    found = text.partition("统计期限为")[2].partition("止。")[0]
    return text.replace(found, found.replace("年", "").replace("月", ""), 1)


_HACKS = {
    "farm": _farm,
    "brand": lambda text: text.replace(CITY, BRAND),
    "domain": lambda text: text.replace(CITY, DOMAIN),
    "pinyin": _glossed,
    "dates": _without_units,
}

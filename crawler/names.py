"""The names of report columns (年报栏目): what a link's text or a path says of where it leads.

The names and path tokens are those of real columns; so are the look-alikes, which hold 年报 or
公开 in their names and are none of ours. Pure: a text in, rules out. No keyword decides alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

#: `reports`: a column of reports. `hub`: a page on the way to one.
Leads = Literal["reports", "hub"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text or a path token speaks for, and how loudly."""

    pattern: re.Pattern[str]
    score: int
    leads: Leads
    because: str


def _rule(pattern: str, score: int, leads: Leads, because: str) -> Rule:
    return Rule(re.compile(pattern), score, leads, because)


_REPORT = "(?:年度?报告?|年度工作报告|年度报表|工作年报|工作年度报告)"
_KINDS = (
    "政府|部门|单位|机关|县区|区县|市县|县市区?|乡镇|镇街|街镇|街道|街乡|本级|直属|委办局"
    "|园区|开发区|功能区"
)
TEXTS = (
    _rule(rf"信息公开{_REPORT}|^政务公开{_REPORT}", 10, "reports", "named 信息公开年报"),
    _rule(rf"公开{_REPORT}", 9, "reports", "named 公开年报"),
    _rule(
        rf"(?:{_KINDS})(?:政府|政务|信息|公开|工作|本)*{_REPORT}(?:$|[（(])",
        8,
        "reports",
        "named 部门年报",
    ),
    _rule(
        r"^(?:历年|历史|往年|各年度?)?(?:政府|政务|信息|工作)*(?:年报|年度报告)(?:公开|列表|汇总)?(?:[（(].{1,10}[）)])?$",
        7,
        "reports",
        "named 年度报告",
    ),
    _rule(r"^(?:政府)?信息公开(?:工作)?报告$", 7, "reports", "named 信息公开报告"),
    _rule(
        rf"^(?:19|20)\d\d年?度?(?:本[级局市县区])?(?:政府)?信息公开{_REPORT}$",
        6,
        "reports",
        "named 信息公开年报 of one year",
    ),
    _rule(r"^政府信息公开(?:专栏|专题|平台|网|系统|工作)?$", 6, "hub", "named 政府信息公开"),
    _rule(r"^(?:政务|信息|政府)?公开(?:专栏|平台|网|大厅)?$", 4, "hub", "named 政务公开"),
    _rule(
        r"^(?:阳光政务|透明政府|公开政府|政府公开|公开公示|我要看|看公开)$", 3, "hub", "named 公开"
    ),
    _rule(r"^(?:法定主动公开内容|主动公开|政务|政务信息)$", 2, "hub", "named 主动公开"),
)
# zfxxgknb, szfxxgkndbg, gknb, ndbg, ndxxgkbg …: pinyin initials of 年报, 年度报告 in a path.
PATHS = (
    _rule(
        r"(?:gk|gkgz|xx)(?:nb|ndbg|ndgzbg)|ndxxgkbg|ndgkbg|zfxxndbg",
        4,
        "reports",
        "path of 公开年报",
    ),
    _rule(r"^(?:ndbg|gknb|nb)\d*$|jyjxigknb", 3, "reports", "path of 年度报告"),
    _rule(r"^(?:zfxxgk|xxgk|zwgk|gkmlpt|openness)", 1, "hub", "path of 政务公开"),
)
#: Columns that hold 年报 or 公开 in their name and are none of ours: reports of websites, courts,
#: companies, budgets; disclosure by the Party, villages and works; what surrounds our reports.
NOT_OURS = re.compile(
    r"指南|目录|制度|规定|依申请|意见箱|受理|投诉|网站.{0,4}(?:报表|年度报告|年报)|法治|预决?算|决算"
    r"|绩效|统计年|年鉴|企业|年报公示|解读|条例|申请表|监督|政策|法人|采购|债务|质量|资产|审计|执法"
    r"|[党村厂校][务内]公开|环境信息|财务|行政复议|司法|检察|信用"
)
# 审计局公开年报, 市场监督管理局信息公开年报: what an organ is called says nothing of its column.
_ORGAN = re.compile(
    r"^[\u4e00-\u9fff]{1,16}(?:[局厅委办院署处室]|中心|委员会)(?=(?:政府|政务)?(?:信息)?公开)"
)
#: Inside a report column its parts are named by year, by kind of organ, or by organ.
PARTS = _rule(
    r"^(?:19|20)\d\d\s*年?度?$"
    r"|^(?:19|20)\d\d年?[-—至到~](?:19|20)\d\d年?$"
    r"|^(?:.{0,6}(?:部门|县区|区县|县市区?|市县|乡镇|街道|镇街|街镇|单位|开发区|园区|功能区|委办局))$"
    r"|^[市县区州]?(?:本级|政府)$",
    6,
    "reports",
    "a part of the column",
)
#: A report's own title is no column.
TITLE = re.compile(r"(?:19|20)\d\d.*(?:报告|年报)|(?:报告|年报).*(?:19|20)\d\d")
#: 2008-2023 behind a column's name says which years it holds.
SPAN = re.compile(r"[（(]?(?:19|20)\d\d年?度?[-—至到~](?:19|20)?\d\d年?度?[）)]?$")
#: Column names are short: the longest one read is 政府信息公开工作年度报告(各部门).
LONGEST = 24
_MORE = re.compile(r"(?:更多|查看更多|查看全部|more)[>»›+]*$", re.IGNORECASE)
_AROUND = "·•●>»›<【】[]「」:：|｜-—_+"


def plain(text: str) -> str:
    """Return a link's text as a name: without white space, marks around it, and 更多.

    >>> plain("【政府信息 公开年报】"), plain("更多 >>"), plain("公开年报（2008-2023年）")
    ('政府信息公开年报', '', '公开年报')
    """
    name = "".join(text.split()).strip(_AROUND)
    name = _MORE.sub("", name).strip(_AROUND)
    return SPAN.sub("", name) if not is_part(name) else name


def spoken(name: str, *, inside: bool = False) -> list[Rule]:
    """Return the rules that a link's name meets; [] where it is none of ours, or a report's title.

    `inside` says that the link stands in a report column: then its parts (years, kinds of organ)
    are meant, and a name with a year is a report's title.
    """
    if not name or len(name) > LONGEST or NOT_OURS.search(_ORGAN.sub("", name)):
        return []
    said = [rule for rule in TEXTS if rule.pattern.search(name)]
    if inside and is_part(name):
        said.append(PARTS)
    if TITLE.search(name):
        return [] if inside else [rule for rule in said if rule.because.endswith("of one year")]
    return said


def is_part(name: str) -> bool:
    """Whether a plain name is that of a part of a column: a year, a kind of organ."""
    return bool(PARTS.pattern.search(name))


def names_reports(text: str) -> bool:
    """Whether `text`, a heading, names a report column."""
    return any(rule.leads == "reports" for rule in spoken(plain(text)))

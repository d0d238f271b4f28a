"""A portal's home page → its report columns (年报栏目): which links lead there, and why.

Scores each link by what its text says, by the tokens of its path and by where it stands; a portal's
column has many names and no keyword alone decides. Pure: a page in, candidates out. Knows no host:
what is off-site is the spider's to refuse. Names and path tokens are those of real columns, as the
tests list them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from crawler.cms.markup import Markup, clean

if TYPE_CHECKING:
    from parsers.items import Page

#: `reports`: a column of reports. `hub`: a page on the way to one.
Leads = Literal["reports", "hub"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that may lead to reports; `evidence` says what spoke for it, strongest first."""

    url: str
    text: str
    score: int
    leads: Leads
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a text or a path token speaks for, and how loudly."""

    pattern: re.Pattern[str]
    score: int
    leads: Leads
    because: str


def _rule(pattern: str, score: int, leads: Leads, because: str) -> _Rule:
    return _Rule(re.compile(pattern), score, leads, because)


_TEXTS = (
    _rule(r"信息公开(?:工作)?(?:年度?报告?|年度报表|年报)", 10, "reports", "named 信息公开年报"),
    _rule(r"(?:公开|工作)年报|公开年度报告", 9, "reports", "named 公开年报"),
    _rule(
        r"(?:政府|部门|单位|县区|区县|乡镇|街道|本级).{0,6}(?:年报|年度报告)",
        8,
        "reports",
        "named 部门年报",
    ),
    _rule(r"^(?:年度报告|年报|工作年报|历年年报)$", 7, "reports", "named 年度报告"),
    _rule(r"^政府信息公开(?:专栏|专题|平台|网)?$", 6, "hub", "named 政府信息公开"),
    _rule(r"^(?:政务|信息|政府)?公开(?:专栏|平台|网)?$", 4, "hub", "named 政务公开"),
    _rule(r"^(?:法定主动公开内容|主动公开|政务|政务信息)$", 2, "hub", "named 主动公开"),
)
# zfxxgknb, szfxxgkndbg, gknb, ndbg, ndxxgkbg …: pinyin initials of 年报, 年度报告 in a path.
_PATHS = (
    _rule(
        r"(?:gk|gkgz|xx)(?:nb|ndbg|ndgzbg)|ndxxgkbg|ndgkbg|zfxxndbg",
        4,
        "reports",
        "path of 公开年报",
    ),
    _rule(r"^(?:ndbg|gknb|nb)\d*$|jyjxigknb", 3, "reports", "path of 年度报告"),
    _rule(r"^(?:zfxxgk|xxgk|zwgk|gkmlpt|openness)", 1, "hub", "path of 政务公开"),
)
#: Columns that hold 年报 or 公开 in their name and are none of ours.
_NOT_OURS = re.compile(
    r"指南|目录|制度|规定|依申请|意见箱|受理|投诉|网站.{0,4}(?:报表|年度报告|年报)|法治|预决?算"
    r"|决算|绩效|统计年|年鉴|企业年报|年报公示|解读|条例|申请表|监督|政策"
)
#: Inside a report column its parts are named by year, by kind of organ, or by organ.
_PARTS = _rule(
    r"^(?:19|20)\d\d\s*年?度?$"
    r"|^(?:.{0,6}(?:部门|县区|区县|乡镇|街道|镇街|单位|开发区))$",
    6,
    "reports",
    "a part of the column",
)
#: A report's own title is no column.
_TITLE = re.compile(r"(?:19|20)\d\d.*(?:报告|年报)|(?:报告|年报).*(?:19|20)\d\d")
#: What follows in a longer text is no title: patterns must not run over a whole page.
_LONGEST_TITLE = 120
_NOTICE = re.compile(r"通知|公告|函$|培训|会议")
#: What a list of reports holds besides: each kind by the words of its titles, in this order. A
#: notice that publishes a report (印发, 公布) may hold it, so only those about preparing one count.
OTHER_ROWS = {
    "website": re.compile(r"网站.{0,8}(?:报表|年度报告|年报)"),
    "guides": re.compile(r"(?:指南|目录|申请表|流程图?|办法|制度|条例)(?:[（(].*[）)])?$"),
    "notices": re.compile(
        r"(?:做好|开展|编制|编写|报送|编报|填报|规范|加强).*(?:通知|函)(?:[（(].*[）)])?$|培训|会议"
    ),
}
#: Column names are short: the longest one read is 政府信息公开工作年度报告(各部门).
_LONGEST_NAME = 24
#: Where rows name reports this often, the page is their column and not a home page that quotes one.
_COLUMN_SHARE = 1 / 3


def sections(page: Page, *, inside: bool = False) -> tuple[Candidate, ...]:
    """Return the links of `page` that may lead to reports, the best first, each URL once.

    `inside` says that `page` is a report column: then its parts (years, kinds of organ) count too,
    and ways to other columns do not.
    """
    found: dict[str, Candidate] = {}
    for anchor in Markup.of(page).anchors():
        candidate = judge(anchor.url, anchor.text, inside=inside)
        if candidate and candidate.score > _score(found.get(anchor.url)):
            found[anchor.url] = candidate
    found.pop(page.final_url, None)
    return tuple(sorted(found.values(), key=lambda one: (one.leads != "reports", -one.score)))


def judge(url: str, text: str, *, inside: bool = False) -> Candidate | None:
    """Return what the link speaks for, or None where it speaks for nothing.

    >>> judge("http://a.example/zfxxgknb/", "政府信息公开年报").leads
    'reports'
    >>> judge("http://a.example/zn/", "政府信息公开指南")
    >>> judge("http://a.example/1.html", "示例市2014年政府信息公开工作年度报告")
    """
    name = clean(text).strip("·•>»›【】[]:： ").removesuffix("更多")
    if not name or len(name) > _LONGEST_NAME or _NOT_OURS.search(name) or _TITLE.search(name):
        return None
    said = [rule for rule in _TEXTS if rule.pattern.search(name)]
    if inside and _PARTS.pattern.search(name):
        said.append(_PARTS)
    tokens = urlsplit(url).path.lower().strip("/").split("/")
    written = [rule for rule in _PATHS if any(rule.pattern.search(token) for token in tokens)]
    return _weighed(url, name, said, written, inside=inside)


def _weighed(
    url: str, name: str, said: list[_Rule], written: list[_Rule], *, inside: bool
) -> Candidate | None:
    """Return the candidate that the rules make: its text must speak; its path only adds."""
    if not said or (inside and said[0].leads == "hub"):
        return None
    leads = max(said, key=lambda rule: rule.score).leads
    agreeing = [rule for rule in written if rule.leads == leads][:1]
    rules = (max(said, key=lambda rule: rule.score), *agreeing)
    score = sum(rule.score for rule in rules)
    return Candidate(url, name, score, leads, tuple(rule.because for rule in rules))


def _score(candidate: Candidate | None) -> int:
    return candidate.score if candidate else 0


def is_report_title(title: str) -> bool:
    """Whether a link's text reads as one year's report on disclosure; a notice about it is none."""
    title = title[:_LONGEST_TITLE]
    about = _NOT_OURS.search(title) or _NOTICE.search(title)
    return bool(_TITLE.search(title)) and "公开" in title and not about


def other_kind(title: str) -> str | None:
    """Return which of `OTHER_ROWS` a row's title speaks of; None for a report, or for neither.

    >>> other_kind("云泽市2018年政府网站工作年度报表")
    'website'
    >>> other_kind("云泽市政府信息公开指南（2018年修订）")
    'guides'
    >>> other_kind("关于印发云泽市2014年政府信息公开工作年度报告的通知")
    """
    title = title[:_LONGEST_TITLE]
    return next((kind for kind, words in OTHER_ROWS.items() if words.search(title)), None)


def lists_reports(titles: tuple[str, ...]) -> bool:
    """Whether rows of these `titles` are a list of reports, by their share."""
    reports = sum(map(is_report_title, titles))
    return bool(titles) and reports >= _COLUMN_SHARE * len(titles)


def is_column(page: Page, titles: tuple[str, ...]) -> bool:
    """Whether `page`, whose list has rows of these `titles`, is a report column.

    By the share of rows that are reports; else by what the page calls itself, in its `<title>` or
    its ColumnName.
    """
    if lists_reports(titles):
        return True
    return bool(titles) and any(
        candidate is not None and candidate.leads == "reports"
        for candidate in (judge(page.final_url, name) for name in _own_names(page))
    )


def _own_names(page: Page) -> list[str]:
    """Return what a page calls itself: the parts of its `<title>`, and its ColumnName."""
    tree = Markup.of(page).tree
    title = tree.css_first("title")
    names = re.split(r"[-_—|–]", title.text()) if title else []
    for meta in tree.css("meta[name][content]"):
        if (meta.attributes.get("name") or "").lower() == "columnname":
            names.append(meta.attributes.get("content") or "")
    return names

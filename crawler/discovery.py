"""A portal's home page → its report columns (年报栏目): which links lead there, and why.

Scores each link by what its text says, by the tokens of its path and by where it stands: a bare
year under the heading 政府信息公开年报 is a column, under another it is nothing. Pure: a page in,
candidates out. Knows no host: what is off-site is the spider's to refuse. The names are known to
`crawler.names`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.cms.markup import Anchor, Markup, absolute
from crawler.names import (
    LONGEST,
    NOT_OURS,
    PARTS,
    PATHS,
    TITLE,
    is_part,
    names_reports,
    plain,
    spoken,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawler.names import Leads, Rule
    from parsers.items import Page


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that may lead to reports; `evidence` says what spoke for it, strongest first."""

    url: str
    text: str
    score: int
    leads: Leads
    evidence: tuple[str, ...]


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
#: Where rows name reports this often, the page is their column and not a home page that quotes one.
_COLUMN_SHARE = 1 / 3


#: A heading stands at most this many elements above its links: h3 beside ul > li > span > a.
_MAX_CLIMB = 5
#: … and as many parts before its link: 18 years, and some 60 organs of a city.
_MAX_BACK = 80


def sections(page: Page, *, inside: bool = False) -> tuple[Candidate, ...]:
    """Return the links of `page` that may lead to reports, the best first, each URL once.

    `inside` says that `page` is a report column: then its parts (years, kinds of organ) count too,
    and ways to other columns do not.
    """
    found: dict[str, Candidate] = {}
    said: dict[int, str] = {}
    for anchor in _links(Markup.of(page)):
        candidate = _candidate(anchor, said, inside=inside)
        if candidate and candidate.score > _score(found.get(anchor.url)):
            found[anchor.url] = candidate
    found.pop(page.final_url, None)
    return tuple(sorted(found.values(), key=lambda one: (one.leads != "reports", -one.score)))


def _links(markup: Markup) -> Iterator[Anchor]:
    """Yield the page's links, and the addresses that a drop-down list offers."""
    yield from markup.anchors()
    for node in markup.tree.css("select option[value]"):
        stated = node.attributes.get("value") or ""
        url = absolute(markup.base, stated) if "/" in stated else None
        if url:
            yield Anchor(url, node.text(), node)


def judge(url: str, text: str, *, inside: bool = False) -> Candidate | None:
    """Return what the link speaks for, or None where it speaks for nothing.

    >>> judge("http://a.example/zfxxgknb/", "政府信息公开年报").leads
    'reports'
    >>> judge("http://a.example/zn/", "政府信息公开指南")
    >>> judge("http://a.example/1.html", "示例市2014年政府信息公开工作年度报告")
    """
    name = plain(text)
    return _weighed(url, name, spoken(name, inside=inside), inside=inside)


def _candidate(anchor: Anchor, said: dict[int, str], *, inside: bool) -> Candidate | None:
    """Return what a link speaks for by its own text, or as a part by the heading above it.

    A bare year, a kind of organ and 更多 say nothing alone: inside a column they are its parts, but
    for those of another heading's (统计年鉴); elsewhere the heading must name reports.
    """
    name = plain(anchor.text)
    if name and not is_part(name):
        return judge(anchor.url, name, inside=inside)
    heading = _heading(anchor.node, said)
    if names_reports(heading):
        because = f"under the heading {heading}"
        return Candidate(anchor.url, name or heading, PARTS.score, "reports", (because,))
    return None if NOT_OURS.search(heading) else judge(anchor.url, name, inside=inside)


def _heading(node: LexborNode, said: dict[int, str]) -> str:
    """Return the name of the heading that a link stands under; "" where none is near.

    That is the nearest short text before it, beside it or beside what holds it, which is no part
    (a year, a kind of organ) like itself. `said` remembers what each element says.
    """
    here: LexborNode | None = node
    for _ in range(_MAX_CLIMB):
        if here is None or here.tag in ("body", "html"):
            return ""
        before = here.prev
        for _ in range(_MAX_BACK):
            if before is None:
                break
            if before.mem_id not in said:
                said[before.mem_id] = _said(before)
            name = said[before.mem_id]
            if name and not is_part(name):
                return name if len(name) <= LONGEST else ""
            before = before.prev
        here = here.parent
    return ""


def _said(node: LexborNode) -> str:
    """Return what an element shows, as a plain name."""
    return "" if node.tag in ("script", "style", "-comment") else plain(node.text())


def _weighed(url: str, name: str, said: list[Rule], *, inside: bool) -> Candidate | None:
    """Return the candidate that the rules make: its text must speak; its path only adds."""
    if not said or (inside and said[0].leads == "hub"):
        return None
    loudest = max(said, key=lambda rule: rule.score)
    tokens = urlsplit(url).path.lower().strip("/").split("/")
    written = (rule for rule in PATHS if any(rule.pattern.search(token) for token in tokens))
    agreeing = [rule for rule in written if rule.leads == loudest.leads][:1]
    rules = (loudest, *agreeing)
    score = sum(rule.score for rule in rules)
    return Candidate(url, name, score, loudest.leads, tuple(rule.because for rule in rules))


def _score(candidate: Candidate | None) -> int:
    return candidate.score if candidate else 0


def is_report_title(title: str) -> bool:
    """Whether a link's text reads as one year's report on disclosure; a notice about it is none."""
    title = title[:_LONGEST_TITLE]
    about = NOT_OURS.search(title) or _NOTICE.search(title)
    return bool(TITLE.search(title)) and "公开" in title and not about


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

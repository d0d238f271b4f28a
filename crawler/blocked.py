"""Tell a firewall's challenge, a login, a maintenance or an error page from the portal's page.

Says so and nothing more: such a page is archived and counted, never broken through. Rules are data:
marks that only a product's own script bears count anywhere in a page; wording counts only on a page
that says little else, because an honest report may mention a 404, a login or a maintenance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from crawler.cms.markup import decoded

if TYPE_CHECKING:
    from parsers.items import Page


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a challenge's code holds; `statuses` narrows a mark that an honest page bears too."""

    reason: str
    pattern: re.Pattern[str]
    statuses: tuple[int, ...] = ()


_MARKS = (
    _Mark(
        "challenge: 加速乐",
        re.compile(r"__jsl_clearance|document\.cookie=\('_'\)\+\('_'\)\+\('j'\)"),
    ),
    _Mark("challenge: 加速乐", re.compile(r"__jsluid_[sh]"), (521,)),
    _Mark("challenge: 瑞数", re.compile(r"\$_ts\s*=\s*window\[['\"]\$_ts['\"]\]"), (202, 400, 412)),
    _Mark("challenge: wzws", re.compile(r"wzws_cid|WZWS_CONFIRM_PREFIX_LABEL")),
    _Mark("challenge: C3VK", re.compile(r"C3VK=[0-9a-f]{6};")),
)
#: A status that only a firewall answers with; its page may hold no known mark.
_STATUSES = {412: "challenge: status 412", 521: "challenge: status 521"}

_WORDINGS = (
    (
        "firewall",
        re.compile(r"创宇盾|安全狗|云防护|(?:访问|请求).{0,12}(?:被拦截|已被阻断|存在.{0,4}威胁)"),
    ),
    (
        "maintenance",
        re.compile(r"(?:网站|系统|服务器?).{0,8}(?:维护中|正在维护|升级维护|正在升级|暂停服务)"),
    ),
    (
        "not found",
        re.compile(r"(?:页面|网页|文件).{0,6}(?:不存在|找不到|已删除|未找到|无法访问)|^\s*404\b"),
    ),
)
#: A page that says more than this many characters says more than an error: the shortest real report
#: read has some 600 characters, the longest error page some 300.
_LITTLE = 400


def blocked(page: Page) -> str | None:
    """Return why `page` is not the portal's own page, as "kind: detail" or "kind", or None."""
    text = decoded(page.body[:65536])
    for mark in _MARKS:
        if (not mark.statuses or page.status in mark.statuses) and mark.pattern.search(text):
            return mark.reason
    return _STATUSES.get(page.status) or _worded(text)


def _worded(text: str) -> str | None:
    """Return what a page with little text is about, where that is an error, or None."""
    tree = LexborHTMLParser(text)
    tree.strip_tags(["script", "style", "noscript"])
    shown = tree.body.text(separator=" ", strip=True) if tree.body else ""
    if len(shown) > _LITTLE:
        return None
    if tree.css_first("input[type=password]"):
        return "login"
    title = tree.css_first("title")
    said = f"{title.text(strip=True) if title else ''} {shown}"
    return next((reason for reason, pattern in _WORDINGS if pattern.search(said)), None)

"""Tell what a sentence speaks of where the words beside a number leave it open.

A channel named once is the subject of the clauses behind it: 政务微博粉丝突破9万人,共发布信息30条.
Applications are the subject where a sentence tells how they came or how they were answered, be
their full name in it or not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from parsers.shown import once

if TYPE_CHECKING:
    from parsers.formats.statements import Statement

_CHANNELS = re.compile(
    r"(?P<weibo>微博)|(?P<wechat>微信)|(?P<website>(?:政府|政务|门户|官方|局|办|委)(?:门户)?网站?|官网)|"
    r"(?P<other>报纸|报刊|电视|公报|广播|电子屏|显示屏|公告栏|公开栏|短信|客户端|头条|抖音|档案)"
)
_JOINED = re.compile(r"[、和及与]|等|以及")
_MANY = re.compile(r"等[^,。;]{0,8}?(?:形式|方式|渠道|途径|载体|平台|媒介|手段|媒体)")
_ANSWER = r"同意公开|予以公开|部分公开|不予公开|不同意公开|信息不存在|内容不明确|主动公开范围"
_OF_REQUESTS = re.compile(
    rf"(?:{_ANSWER})[^。]{{0,40}}?[,;、][^。]{{0,40}}(?:{_ANSWER})|"
    r"(?:新收|结转|受理|收到)[^,。;]{0,6}申请[^。]{0,60}(?:互联网|网络|网上|信函|当面|现场|办结|结转|答复)|"
    r"(?:网络|互联网|网上|信函|邮寄|当面)[^,。;]{0,8}申请[^。]{0,60}(?:信函|邮寄|当面|网络|网上)|"
    r"答复的[\d,]+件申请"
)
_OF_OTHERS = re.compile(
    r"许可|救助|补贴|审批|仲裁|低保|登记|贷款|专利|商标|执行|信访|提案|建议|公文|生成|产生|制作"
)


def channel_spoken_of(statement: Statement, before: int) -> str | None:
    """Return the one channel (weibo, wechat, website, other) that the last words of it name.

    None where no channel is named before the place, or where several share their clause.
    """
    named, ends = _channels(statement)
    at = bisect_right(ends, before)
    if at < len(named) and named[at].start() < before:  # 政府网 of 政府网站
        cut = _CHANNELS.match(statement.text, named[at].start(), before)
        named, at = ([*named[:at], cut], at + 1) if cut else (named, at)
    if not at or _many_before(statement) <= before:
        return None
    last = named[at - 1]
    if at > 1 and named[at - 2].lastgroup != last.lastgroup:
        between = statement.text[named[at - 2].end() : last.start()]
        if len(between) <= _NEAR and _JOINED.search(between):
            return None
    return last.lastgroup


@once
def _channels(statement: Statement) -> tuple[list[re.Match[str]], list[int]]:
    """Return where channels are named, and where each name ends."""
    named = list(_CHANNELS.finditer(statement.text))
    return named, [one.end() for one in named]


@once
def _many_before(statement: Statement) -> int:
    """Return where 等多种形式 first ends, behind the text where it does not stand there."""
    found = _MANY.search(statement.text)
    return found.end() if found else len(statement.text) + 1


# 微博、官方微信 and 微博平台和微信公众号: two channels of one clause.
_NEAR = 8


@once
def speaks_of_requests(statement: Statement) -> bool:
    """Whether a sentence is about applications, told by what was done with them."""
    text = statement.text
    return bool(_OF_REQUESTS.search(text)) and not _OF_OTHERS.search(text)

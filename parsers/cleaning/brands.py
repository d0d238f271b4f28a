"""Find brands of betting sites in a text, by the lexicon `data/brands.tsv`.

A brand is a sure name, or a word that honest texts hold too (金沙, 永利) followed by what sites
append (娱乐官网). Nothing is judged here but the words: whether a brand stands where an organ's
name stood is `substitutions`' to say. 福利彩票, 体育彩票, 澳门 and 体育馆 are no brands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parsers.data import pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

# Latin names that stand before 体育, 娱乐 or 官网 in honest texts.
_LATIN = (
    "app apps cctv nba cba cuba espn qq ktv vr ar it ip pc tv ai hr erp oa iptv wifi web www 5g 4g "
    "3d 2d cpi gdp ppp vip bbc cntv nhk wto who pdf word excel"
)
_HONEST_LATIN = frozenset(_LATIN.split())
# One of these stands in every brand; finding words is ten times as fast as trying the pattern.
_WORDS = (
    "bet 体育 娱乐 官网 app 葡京 棋牌 博彩 投注 彩 电竞 真人 电子 网址 网投 kaiyun yabo "
    "leyu 申博 华体会 球盟会 金年会 九游会 尊龙 易胜博 金宝博 乐天堂 威廉希尔 亚洲 国际 "
    "永利 皇冠 优德 赌 买球 manbetx bwin 凯发 凯时 傲世 比分 入口 直营 xpj bbin cmp "
    "视讯 旗舰厅 亚游 百家乐 老虎机"
)
_HINTS = tuple(_WORDS.split())
_LATIN_HINT = re.compile(r"[a-z][0-9]|[0-9][a-z]")


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as it stands in a text: `text[start:end]`."""

    start: int
    end: int
    words: str


def brands_in(text: str) -> Iterator[Brand]:
    """Yield the brands in `text`, in order, none overlapping; neighbours count as one.

    >>> [b.words for b in brands_in("以改版后的365bet体育平台网站为载体，查处体育彩票店2家")]
    ['365bet体育平台']
    """
    start = end = -1
    for left, right in _matches(text):
        if left <= end:
            end = right
            continue
        if end > start:
            yield Brand(start, end, text[start:end])
        start, end = left, right
    if end > start:
        yield Brand(start, end, text[start:end])


def _matches(text: str) -> Iterator[tuple[int, int]]:
    for found in _found_in(text):
        latin = found.group("latin")
        start, end = found.span()
        honest = latin and latin.lower().rstrip("0123456789") in _HONEST_LATIN
        if honest or (text.endswith(("体育", "国际"), 0, end) and _HONEST_AFTER.match(text, end)):
            continue
        before = _before().search(text, max(0, start - _LONGEST_BEFORE), start)
        after = _AFTER.match(text, end)
        yield (before.start() if before else start), (after.end() if after else end)


def _found_in(text: str) -> Iterator[re.Match[str]]:
    """Yield the pattern's finds; only clauses that hold one of the hints are searched."""
    end = 0
    for hint in _hints(text.lower()):
        if hint < end:
            continue
        start = max(text.rfind(stop, end, hint) + 1 for stop in _STOPS)
        stop = _STOP.search(text, hint)
        begin, end = max(start, end), stop.start() if stop else len(text)
        yield from _pattern().finditer(text, begin, end)


def _hints(text: str) -> list[int]:
    """Return where the hints stand in lower-case `text`, in order."""
    found = [hint.start() for hint in _LATIN_HINT.finditer(text)]
    for word in _HINTS:
        at = text.find(word)
        while at >= 0:
            found.append(at)
            at = text.find(word, at + 1)
    return sorted(found)


# No brand reaches over these.
_STOPS = "，。；：！？《》、“”\n"
_STOP = re.compile(f"[{_STOPS}]")


def has_brand(text: str) -> bool:
    """Whether `text` names a brand."""
    return next(brands_in(text), None) is not None


@cache
def _pattern() -> re.Pattern[str]:
    kinds: dict[str, list[str]] = {}
    for kind, pattern in pairs("brands.tsv"):
        kinds.setdefault(kind, []).append(f"(?:{pattern})")
    sure, weak, place, latin, tail = (
        "|".join(kinds[kind]) for kind in ("sure", "weak", "place", "latin", "tail")
    )
    return re.compile(
        rf"(?:{sure}){_MORE}"
        rf"|(?<![a-z0-9])(?:{weak})(?:体育|娱乐|国际)?(?:{tail})"
        rf"|(?:{place}){_SPORT}{_SITE}+"
        rf"|(?<![a-z0-9.@/])(?P<latin>{latin}){_SPORT}{_SITE}+",
        re.IGNORECASE,
    )


@cache
def _before() -> re.Pattern[str]:
    """Match what belongs to a brand on its left: a number, Latin letters, another brand's word."""
    weak = "|".join(pattern for kind, pattern in pairs("brands.tsv") if kind == "weak")
    return re.compile(
        rf"(?:(?<![a-z0-9])(?:\d{{2,3}}|[a-z][a-z0-9]{{0,7}})|(?:{weak}))$", re.IGNORECASE
    )


_LONGEST_BEFORE = 12

# 九游会j9, 伟德国际1946; never the year of 新葡京2014年.
_AFTER = re.compile(r"(?:[a-z][a-z0-9]{1,9}|\d{2,4}(?![\d年./-]))", re.IGNORECASE)
_HONEST_AFTER = re.compile(
    r"馆|场(?!官)|中心|局|公园|彩票|总局|事业|总会|协会|赛事|用品|设施|健身|运动|产业|机场|会|贸易"
)
_SPORT = r"(?:体育|娱乐|棋牌|电竞|真人|博彩|电子游戏)"
_SITE = r"(?:官方|中国|手机版|网页版|客户端|平台|官网|网址|app|在线|投注|入口|下载|登录|登陆|注册)"
_MORE = rf"{_SPORT}?(?:国际)?{_SITE}*"

"""Tell whether a figure of a sentence is the reporting year's and done: of no other year, no plan.

What names another time: a year (2013年), last year (去年, 上年), a start long ago
(《条例》施行以来), a plan (力争). A time that opens a clause holds for the clauses behind it until
another is named: 去年受理申请56件,答复55件. Source: traps.md "Figures in prose".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.numbers import Figure

CLAUSE = re.compile(r"[,;:。]")
_PRIOR = re.compile(r"去年|上年|上一年|往年|同期|前年|历年|昨年|比\d{4}年|较\d{4}年")
# 上年结转12件 opens no account of last year; 去年同期 and 较去年 compare with it.
_SET = re.compile(
    r"(?:^|[,;:。])(?P<prior>(?:去年|上年度?|上一年度?|前年)(?!结转|同期|相比|[末底]|增|减))|今年|本年|当年|全年|\d年"
)
_SINCE = re.compile(
    r"(?:(\d{4})年|([^,。;]{0,12}))(?:\d{1,2}月)?(?:\d{1,2}日)?[^,。;年]{0,14}(?:以来|至今|历年来)"
)
_OLD_START = re.compile(r"施行|实施|开通|成立|开办|创办|创刊|上线|运行|建立|历年")
_THIS_YEAR = re.compile(r"今年|年初|本年|全年")
_YEAR = re.compile(r"((?:19|20)(?<![\d比较与同于]\d\d)\d{2})年")
# 2008年至2014年累计: not a period of months, 2013年12月至2014年11月.
_MANY_YEARS = re.compile(
    r"(?:19|20)\d{2}年?(?:至|到|[-—~]{1,2})(?:19|20)\d{2}年(?:底|末|间|期间|,|共|我|全|累)"
)
_QUOTED = re.compile(r"《[^《》]{0,80}》|\"[^\"]{0,80}\"|[“][^“”]{0,80}[”]")
_UNTIL = re.compile(r"(?:截至|截止|截止到|至)\s?$")
_FUTURE = re.compile(r"力争|计划|拟|将于|预计|目标")
# 46件(去年30件): a figure inside brackets that speaks of another time or body.
_BRACKETED = re.compile(r"\([^()]{0,12}(?:去年|上年|同期|市本级|本级|(?:19|20)\d\d年)[^()]{0,12}$")
# 没有接到一起申请: not one.
_NOT_ONE = re.compile(r"(?:未|没有?|无)[^,。;]{0,6}$")
_ENDS = frozenset({"", ",", ".", "。", ";", "、", ")", "(", " "})


def clause_start(left: str, before: int) -> int:
    """Return where the clause begins that holds the place `before`."""
    return max(left.rfind(mark, 0, before) for mark in ",;:。") + 1


def may_count(text: str, figure: Figure, floor: int, year: int | None) -> bool:
    """Whether a figure may be this year's and done; a bare number must end its clause.

    `floor` is where the figure before it ends.
    """
    if not figure.unit and text[figure.end : figure.end + 1] not in _ENDS:
        return False
    if figure.value == 1 and text[figure.start] == "一" and _NOT_ONE.search(text, 0, figure.start):
        return False
    left = text[floor : figure.start]
    clause = left[clause_start(left, len(left)) :]
    if _PRIOR.search(clause) or _FUTURE.search(clause) or _BRACKETED.search(left):
        return False
    return not (_set_to_last_year(text, figure.start) or of_another_year(text, figure.start, year))


def _set_to_last_year(text: str, before: int) -> bool:
    """Whether the last time named before a place is last year's, as the opening of a clause."""
    if "年" not in text[:before]:
        return False
    named = list(_SET.finditer(text, 0, before))
    return bool(named) and named[-1]["prior"] is not None


def of_another_year(text: str, before: int, year: int | None) -> bool:
    """Whether what stands at `before` is another year's, or a total of many years.

    A year named for comparison holds to its semicolon: 2012年收到7件,2011年为5件;均已答复.
    """
    left = text[:before]
    dated = "年" in left
    if dated and _MANY_YEARS.search(left):
        return True
    told = "以来" in left or "至今" in left
    if not told and (year is None or not dated or not _YEAR.search(left)):
        return False
    bare = _QUOTED.sub(lambda m: "《" + "x" * (len(m.group()) - 2) + "》", left)
    since = _long_since(bare, year) if told else None
    if since is not None:
        return not _named_since(bare, since, year)
    return year is not None and _last_named_is_another(bare, year)


def _long_since(bare: str, year: int | None) -> int | None:
    """Return where a total of many years begins: 《条例》施行以来, 2008年以来; else None."""
    if "以来" not in bare and "至今" not in bare:
        return None
    for since in _SINCE.finditer(bare):
        if since[1] and (year is None or int(since[1]) != year):
            return since.end()
        if since[2] is not None and not since[1] and _is_old_start(since.group()):
            return since.end()
    return None


def _last_named_is_another(bare: str, year: int) -> bool:
    named = list(_YEAR.finditer(bare))
    if not named or int(named[-1][1]) == year:
        return False
    aside = ";" in bare[named[-1].end() :] and any(int(one[1]) == year for one in named)
    late = int(named[-1][1]) == year + 1 and _UNTIL.search(bare[: named[-1].start()])
    return not (late or aside)


def _named_since(bare: str, after: int, year: int | None) -> bool:
    """Whether the reporting year is named behind a total of many years: 其中2014年公开30条."""
    return any(int(named[1]) == year for named in _YEAR.finditer(bare, after))


def _is_old_start(since: str) -> bool:
    """Whether 以来 counts from an event of the past: 《条例》施行以来, not 今年以来."""
    return bool(_OLD_START.search(since)) and not _THIS_YEAR.search(since)

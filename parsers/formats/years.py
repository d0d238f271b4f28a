"""Tell whether a figure of a sentence is the reporting year's and done: of no other year, no plan.

What names another time: a year (2013年), last year (去年, 上年), a start long ago
(《条例》施行以来), a plan (力争). A time that opens a clause holds for the clauses behind it until
another is named: 去年受理申请56件,答复55件. Source: traps.md "Figures in prose".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from parsers.numbers import Figure

CLAUSE = re.compile(r"[,;:。]")
_NOT_NOW = re.compile(
    r"去年|上年|上一年|往年|同期|前年|历年|昨年|比\d{4}年|较\d{4}年"
    r"|力争|计划|拟|将于|预计|目标"
)
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
# 46件(去年30件): a figure inside brackets that speaks of another time or body.
_BRACKETED = re.compile(r"\([^()]{0,12}(?:去年|上年|同期|市本级|本级|(?:19|20)\d\d年)[^()]{0,12}$")
# 12件(2013年9件): what such a bracket says of a year holds within; 本年度(2014年)收到12件 names it.
_ASIDE = re.compile(r"\((?!\d{4}年度?\))[^()]{0,60}\)")
# 没有接到一起申请: not one.
_NOT_ONE = re.compile(r"(?:未|没有?|无)[^,。;]{0,6}$")
_ENDS = frozenset({"", ",", ".", "。", ";", "、", ")", "(", " "})


def clause_start(left: str, before: int, floor: int = 0) -> int:
    """Return where the clause begins that holds the place `before`, or `floor` behind that."""
    find = left.rfind
    mark = max(find(",", floor, before), find(";", floor, before), find(":", floor, before))
    return max(mark, find("。", floor, before), floor - 1) + 1


class Named(NamedTuple):
    """A year that a sentence names, and where; `aside` is where its bracket ends, 0 for none."""

    start: int
    end: int
    year: int
    aside: int = 0


_END = attrgetter("end")


class Times:
    """The times that a sentence names, sought once for all its figures; `year` is the report's."""

    def __init__(self, text: str, year: int | None) -> None:
        self._text = text
        self._year = year
        self._dated = "年" in text
        self._told = "以来" in text or "至今" in text
        self._since: tuple[str, int | None] = "", None

    def may_count(self, figure: Figure, floor: int) -> bool:
        """Whether a figure may be this year's and done; a bare number must end its clause.

        `floor` is where the figure before it ends.
        """
        text, start = self._text, figure.start
        if not figure.unit and text[figure.end : figure.end + 1] not in _ENDS:
            return False
        if figure.value == 1 and text[start] == "一" and _NOT_ONE.search(text, 0, start):
            return False
        if _NOT_NOW.search(text, clause_start(text, start, floor), start):
            return False
        if _BRACKETED.search(text, floor, start):
            return False
        return not (self._set_to_last_year(start) or self.is_another(start))

    def _set_to_last_year(self, before: int) -> bool:
        """Whether the last time named before a place is last year's, as a clause's opening."""
        if not self._dated:
            return False
        ends, prior = self._set
        at = bisect_right(ends, before)
        return at > 0 and prior[at - 1]

    @cached_property
    def _set(self) -> tuple[list[int], list[bool]]:
        named = list(_SET.finditer(self._text))
        return [one.end() for one in named], [one["prior"] is not None for one in named]

    def is_another(self, before: int) -> bool:
        """Whether what stands at `before` is another year's, or a total of many years.

        A year named for comparison holds to its semicolon: 2012年收到7件,2011年为5件;均已答复.
        """
        if not (self._dated or self._told):
            return False
        text, year = self._text, self._year
        if self._many_years <= before:
            return True
        told = self._told and (
            text.find("以来", 0, before) >= 0 or text.find("至今", 0, before) >= 0
        )
        if not told and (year is None or self._first_year > before):
            return False
        bare, named = self._until(before)
        since = self._long_since(bare) if told else None
        if since is not None:
            return all(one.year != year for one in named if one.start >= since)
        return year is not None and _last_is_another(bare, named, year)

    @cached_property
    def _many_years(self) -> int:
        """Where the first period of years ends, behind the text where there is none."""
        found = _MANY_YEARS.search(self._text)
        return found.end() if found else len(self._text) + 1

    @cached_property
    def _first_year(self) -> int:
        found = _YEAR.search(self._text)
        return found.end() if found else len(self._text) + 1

    def _until(self, before: int) -> tuple[str, list[Named]]:
        """Return the text before a place without what it quotes, and the years named there."""
        bare, starts, ends, named = self._bare
        at = bisect_right(ends, before)
        if at < len(ends) and starts[at] < before:  # within a quotation
            bare = _without_quotes(self._text[:before])
            return bare, _years_in(bare)
        until = named[: bisect_right(named, before, key=_END)]
        if any(one.aside for one in until):
            until = [one for one in until if not 0 < one.aside <= before]
        return bare[:before], until

    @cached_property
    def _bare(self) -> tuple[str, list[int], list[int], list[Named]]:
        quoted = list(_QUOTED.finditer(self._text))
        bare = _without_quotes(self._text) if quoted else self._text
        starts, ends = [one.start() for one in quoted], [one.end() for one in quoted]
        return bare, starts, ends, _years_in(bare)

    def _long_since(self, bare: str) -> int | None:
        """Return where a total of many years begins: 《条例》施行以来, 2008年以来; else None."""
        # What follows the last of these words changes nothing.
        known = bare[: max(bare.rfind("来"), bare.rfind("今")) + 1]
        if self._since[0] != known:
            self._since = known, _long_since(known, self._year)
        return self._since[1]


def _without_quotes(text: str) -> str:
    return _QUOTED.sub(lambda m: "《" + "x" * (len(m.group()) - 2) + "》", text)


def _years_in(text: str) -> list[Named]:
    named = [Named(*found.span(), int(found[1])) for found in _YEAR.finditer(text)]
    asides = [found.span() for found in _ASIDE.finditer(text)] if named and "(" in text else []
    return [_in_brackets(one, asides) for one in named] if asides else named


def _in_brackets(one: Named, asides: list[tuple[int, int]]) -> Named:
    at = bisect_right(asides, (one.start, 0)) - 1
    inside = at >= 0 and one.end < asides[at][1]
    return one._replace(aside=asides[at][1]) if inside else one


def _long_since(bare: str, year: int | None) -> int | None:
    if "以来" not in bare and "至今" not in bare:
        return None
    for since in _SINCE.finditer(bare):
        if since[1] and (year is None or int(since[1]) != year):
            return since.end()
        if since[2] is not None and not since[1] and _is_old_start(since.group()):
            return since.end()
    return None


def _last_is_another(bare: str, named: list[Named], year: int) -> bool:
    """Whether the last year named before a place is not the report's."""
    if not named or named[-1].year == year:
        return False
    last = named[-1]
    aside = bare.find(";", last.end) >= 0 and any(one.year == year for one in named)
    # The longest such word has three characters.
    late = last.year == year + 1 and _UNTIL.search(bare[max(last.start - 4, 0) : last.start])
    return not (late or aside)


def _is_old_start(since: str) -> bool:
    """Whether 以来 counts from an event of the past: 《条例》施行以来, not 今年以来."""
    return bool(_OLD_START.search(since)) and not _THIS_YEAR.search(since)

"""Read the dates and periods that Chinese official pages state.

Knows 2015年3月16日 with spaces inside, 2015-3-16, 2015/03/16, 2015.3.16, 二〇一五年三月十六日,
and both ends of a statistics period (统计期限). Never reads an address or a server's clock: a
report put online again bears a date up to twelve years late there.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import TYPE_CHECKING

from parsers.items import Period

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMERALS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "Ｏ": 0, "O": 0, "0": 0, "０": 0,
}  # fmt: skip
_CHINESE_YEAR = r"[一二][〇○零一二三四五六七八九ＯO0]{3}"
_DATE = re.compile(
    r"(?<![\d.])((?:19|20)\s?\d\s?\d)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日"
    r"|(?<![\d.])((?:19|20)\d{2})\s?([-/.])\s?(\d{1,2})\s?\5\s?(\d{1,2})(?!\d)"
    rf"|({_CHINESE_YEAR})年([一二三四五六七八九十元]{{1,2}})月([一二三四五六七八九十廿卅]{{1,3}})日"
)
_ENDS = re.compile(
    r"(?P<y1>(?:19|20)\d{2})\s?年(?:度[(（]?)?\s?(?P<m1>\d{1,2}|元)\s?月\s?(?P<d1>\d{1,2})\s?日?\s?(?:[0零]时)?(?:开始|起|始)?\s?"
    r"[，,]?\s?(?:至|到|—+|－|-|~|～|–|―)\s?"
    r"(?:(?P<y2>(?:19|20)\d{2})\s?年|同年|当年)?\s?(?P<m2>\d{1,2})\s?月\s?(?P<d2>\d{1,2})\s?日?"
)
_ENDS_IN_DIGITS = re.compile(
    r"(?<!\d)(?P<y1>(?:19|20)\d{2})(?P<by>[-./])(?P<m1>\d{1,2})(?P=by)(?P<d1>\d{1,2})\s?(?:开始|起)?\s?"
    r"[，,]?\s?(?:至|到|—+|－|-|~|～|–|―)\s?"
    r"(?P<y2>(?:19|20)\d{2})(?P=by)(?P<m2>\d{1,2})(?P=by)(?P<d2>\d{1,2})(?!\d)"
)
# 2014年1月至12月, 2014年1-12月: whole months.
_MONTHS = re.compile(
    r"(?P<y1>(?:19|20)\d{2})\s?年\s?(?P<m1>\d{1,2}|元)\s?月?(?:份|起)?\s?(?:至|到|—+|－|-|~|～|–|―)\s?"
    r"(?:(?P<y2>(?:19|20)\d{2})\s?年)?\s?(?P<m2>\d{1,2})\s?月(?!\s?\d)"
)
_NUMERAL = r"[一二三四五六七八九十元廿卅]"
_ENDS_IN_NUMERALS = re.compile(
    rf"(?P<y1>{_CHINESE_YEAR})年(?P<m1>{_NUMERAL}{{1,2}})月(?P<d1>{_NUMERAL}{{1,3}})日(?:开始|起)?"
    r"[，,]?(?:至|到|—+|－|-|~|～|–|―)"
    rf"(?:(?P<y2>{_CHINESE_YEAR})年)?(?P<m2>{_NUMERAL}{{1,2}})月(?P<d2>{_NUMERAL}{{1,3}})日"
)
# The words beside a period that make it the report's, best first.
_PERIOD_WORDS = (
    re.compile(
        r"统计(?:期限|时限|期间|时间|周期|时段)|期限|本(?:年度)?(?:报告|年报).{0,12}(?:数据|时限|时间)"
    ),
    re.compile(r"数据|时限|统计"),
)


def iso(year: int, month: int, day: int) -> str | None:
    """Return the ISO date, None where the calendar has no such day."""
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def dates_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and ISO form of each whole date in `text`, in order."""
    for found in _DATE.finditer(text):
        date = _date(found)
        if date:
            yield found.start(), found.end(), date


def is_date(text: str) -> bool:
    """Whether `text` is a date and nothing else: 二00九年三月三十日."""
    found = next(dates_in(text), None)
    return found is not None and not (text[: found[0]] + text[found[1] :]).strip("　 ()（）")


def first_date(text: str) -> str | None:
    """Return the first whole date that `text` states, ISO.

    >>> first_date("发布时间：2015-3-16 09:30"), first_date("二〇一五年三月十六日")
    ('2015-03-16', '2015-03-16')
    """
    return next((date for _, _, date in dates_in(text)), None)


def english_date(text: str) -> str | None:
    """Return the ISO form of the date that `text` begins with, in English, with its year.

    The last of the three is how Java prints a date that nobody formatted.

    >>> english_date("Mar 9, 2018"), english_date("9 March 2018"), english_date("by admin")
    ('2018-03-09', '2018-03-09', None)
    >>> english_date("Fri Mar 09 10:22:11 CST 2018")
    '2018-03-09'
    """
    found = _ENGLISH.match(text)
    month = _MONTH_NAMES.find((found["month"] or found["month2"])[:3].lower()) if found else -1
    if found is None or month < 0 or month % 3:
        return None
    return iso(int(found["year"]), month // 3 + 1, int(found["day"] or found["day2"]))


_MONTH_NAMES = "janfebmaraprmayjunjulaugsepoctnovdec"
_ENGLISH = re.compile(
    r"\s{0,4}(?:[A-Z][a-z]{2,8},?\s{1,2}(?=[A-Z\d]))?"
    r"(?:(?P<month>[A-Z][a-z]{2,8})\.?\s{1,2}(?P<day>\d{1,2})"
    r"(?:st|nd|rd|th)?(?:,?\s|\s\d{2}:\d{2}:\d{2}\s(?:[A-Z]{3,5}\s)?)\s?"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s(?P<month2>[A-Z][a-z]{2,8}),?\s)(?P<year>20\d{2})(?!\d)"
)


def period_in(text: str) -> Period | None:
    """Return the statistics period of `text`: one that words name so, else a calendar year.

    A period without such words counts only from 1 January: sentences state many other spans.
    """
    periods = list(_periods(text))
    for words in _PERIOD_WORDS:
        for start, end, period in periods:
            around = text[max(0, start - 40) : start] + text[end : end + 20]
            if words.search(around):
                return period
    return next((period for _, _, period in periods if _is_calendar_year(period)), None)


def _is_calendar_year(period: Period) -> bool:
    return period.start.endswith("-01-01") and period.end.endswith("-12-31")


def _periods(text: str) -> Iterator[tuple[int, int, Period]]:
    places = _places(text)
    for pattern in _SPANS if places else ():
        for found in _found(pattern, places, text):
            part = {
                name: _numeral(value)
                for name, value in found.groupdict().items()
                if value is not None and name != "by"
            }
            start = iso(part["y1"], part["m1"], part.get("d1", 1))
            year = part.get("y2", part["y1"])
            end = iso(year, part["m2"], part.get("d2") or _last_day(year, part["m2"]))
            if start and end and start < end:
                yield found.start(), found.end(), Period(start, end)


def _places(text: str) -> list[int]:
    """Return where a period may begin: one look for all its forms."""
    return [hit.start() for hit in _OPENING.finditer(text)]


def _found(pattern: re.Pattern[str], places: list[int], text: str) -> Iterator[re.Match[str]]:
    """Yield what `pattern` finds in `text`, one behind the other, trying it at `places` alone."""
    behind = 0
    for place in places:
        if place >= behind and (found := pattern.match(text, place)) is not None:
            yield found
            behind = found.end()


_SPANS = (_ENDS, _ENDS_IN_DIGITS, _ENDS_IN_NUMERALS, _MONTHS)
# With this begins whatever states a period. The first character stands first, not what may follow
# it: so the search can leap.
_OPENING = re.compile(
    r"[12一二](?:(?:(?<=1)9|(?<=2)0)\d{2}(?=\s?年\s?(?:度[(（]?\s?)?[\d元]|[-./]\d)"
    r"|(?<=[一二])[〇○零一二三四五六七八九ＯO0]{3}(?=年))"
)


def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1] if month in range(1, 13) else 0


def _numeral(value: str) -> int:
    """Return the number of digits, of a year's numerals (二〇一四), or of a day's (二十一, 元)."""
    if value.isdigit():
        return int(value)
    if len(value) == len("二〇一四"):
        return int("".join(str(_NUMERALS.get(numeral, 0)) for numeral in value))
    return _small(value)


def _date(found: re.Match[str]) -> str | None:
    year, month, day, year2, _, month2, day2, year3, month3, day3 = found.groups()
    if year3:
        digits = "".join(str(_NUMERALS.get(numeral, 0)) for numeral in year3)
        return iso(int(digits), _small(month3), _small(day3))
    digits = "".join((year or year2).split())
    return iso(int(digits), int(month or month2), int(day or day2))


def _small(numeral: str) -> int:
    """Return a Chinese numeral up to 39: 十二, 二十一, 廿一, 三〇.

    >>> _small("十"), _small("二十一"), _small("元")
    (10, 21, 1)
    """
    numeral = numeral.replace("元", "一").replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return int("".join(str(_NUMERALS.get(part, 0)) for part in numeral))
    return (_NUMERALS.get(tens, 1) if tens else 1) * 10 + (_NUMERALS.get(ones, 0) if ones else 0)
